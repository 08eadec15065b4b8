"""Lives on the border: holders of a border pass, citizens, children on their way."""

from region.acts import check, checked_in, checked_out, clock, impeded, left, met, pass_entered
from region.places import HOTELS, OUTSIDE, ZONE, at
from region.telling import Life

__all__ = ["CROSSINGS", "MINORS", "citizen_days"]


def trader(life: Life, day: int) -> None:
    """Comes to the market and goes home the same day, again and again."""
    while day < 358:
        pass_entered(life, day)
        left(life, day)
        day += life.random.randint(2, 25)


def pass_visit(life: Life, day: int) -> None:
    """Some days with kin in the zone; a check finds nothing to ask."""
    pass_entered(life, day)
    if life.random.random() < 0.2:
        seen = met(life, staying="family", activity="visit", reason="family")
        check(life, clock(life, day + 2), [seen], village=life.random.choice(ZONE))
    left(life, day + life.random.randint(3, 25))


def pass_medical(life: Life, day: int) -> None:
    """At the hospital of Putussibau, outside the zone, with the reason on record."""
    pass_entered(life, day)
    seen = met(life, staying="family", activity="none", reason="medical")
    check(life, clock(life, day + 2), [seen], village=OUTSIDE[0])
    left(life, day + 6)


def pass_funeral(life: Life, day: int) -> None:
    """A hotel reports first; the funeral is put on record two days later."""
    pass_entered(life, day)
    came = checked_in(life, day + 1, HOTELS[0], nights=3)
    impeded(life, day + 3, "funeral", day + 5)
    checked_out(life, came, day + 4)
    left(life, day + 6)


def pass_outside(life: Life, day: int) -> None:
    """Seen far outside the zone, and no reason is recorded."""
    pass_entered(life, day)
    seen = met(life, staying="unknown", activity="visit", reason="none")
    check(life, clock(life, day + 2), [seen], village=life.random.choice(OUTSIDE))
    left(life, day + 5)


def pass_stays(life: Life, day: int) -> None:
    """The thirty days pass and three more; nobody returns."""
    pass_entered(life, day)


def pass_returns_late(life: Life, day: int) -> None:
    """Out on day 31 or 32: before the three days are over."""
    pass_entered(life, day)
    left(life, day + life.random.randint(30, 32))


def pass_paper_book(life: Life, day: int) -> None:
    """The return was written in the paper book and typed in a fortnight later."""
    pass_entered(life, day)
    back = left(life, day + 26, hours=24 * 14)
    life.replaced(back, more={"channel": "paper"})


def child_with_parent(life: Life, day: int) -> None:
    pass_entered(life, day, minor_with="parent")
    left(life, day + 1, minor_with="parent")


def child_for_the_day(life: Life, day: int) -> None:
    """Alone to the market, home before the post closes."""
    pass_entered(life, day, minor_with="alone")
    back = left(life, day, minor_with="alone")
    life.replaced(back, at=at(day, 14.5), sent=at(day, 14.6))


def child_alone(life: Life, day: int) -> None:
    """Alone, and not back that evening."""
    pass_entered(life, day, minor_with="alone")
    left(life, day + 9, minor_with="relative")


def child_with_stranger(life: Life, day: int) -> None:
    pass_entered(life, day, minor_with="non_relative")


def school_trip(life: Life, day: int) -> None:
    pass_entered(life, day, minor_with="school_group")
    left(life, day + 2, minor_with="school_group")


def child_with_letter(life: Life, day: int) -> None:
    """With an aunt's friend, and a letter of consent."""
    pass_entered(life, day, minor_with="non_relative", consent_letter=True)
    left(life, day + 4, minor_with="non_relative", consent_letter=True)


def child_at_work(life: Life, day: int) -> None:
    pass_entered(life, day, minor_with="relative")
    seen = met(life, staying="unknown", activity="work", minor_with="non_relative")
    check(life, clock(life, day + 3), [seen])


CROSSINGS = {
    trader: 50,
    pass_visit: 150,
    pass_medical: 12,
    pass_funeral: 8,
    pass_outside: 15,
    pass_stays: 12,
    pass_returns_late: 10,
    pass_paper_book: 8,
    child_with_parent: 60,
    child_for_the_day: 30,
    child_alone: 12,
    child_with_stranger: 6,
    school_trip: 30,
    child_with_letter: 8,
    child_at_work: 5,
}
MINORS = {child_with_parent, child_for_the_day, child_alone, child_with_stranger, school_trip, child_with_letter}
MINORS |= {child_at_work}


def citizen_days(life: Life, days: range, crossings: int) -> None:
    """Indonesians at the post: counted, and stored nowhere."""
    for number in range(crossings):
        day = life.random.choice(days)
        paper = {"kind": "plb", "number": f"IDN{number:06d}", "issuer": "IDN"}
        data = {"action": life.random.choice(("entry", "exit")), "person": {"documents": [paper]}, "post": "BADAU"}
        if data["action"] == "entry":
            data |= {"permit_kind": "PLB"}
        life.say("plbn-badau/pos", "crossing", clock(life, day), data, about=())
