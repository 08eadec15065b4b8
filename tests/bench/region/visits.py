"""Lives of visitors: lawful ones, extensions, exits that were seen or not, stays that went on."""

from region.acts import (
    OFFICE,
    applied,
    check,
    checked_in,
    checked_out,
    clock,
    entered,
    given,
    impeded,
    left,
    looked_up,
    met,
)
from region.people import second_passport
from region.places import LODGINGS, at
from region.telling import Life

__all__ = ["VISITS"]


def _night(life: Life, day: int, nights: int = 2) -> None:
    """A night that is reported as it should be."""
    came = checked_in(life, day, life.random.choice(LODGINGS), nights=nights)
    checked_out(life, came, day + nights)


def lawful(life: Life, day: int) -> None:
    """In, a night or none, out in time."""
    stays = life.random.randint(0, 12)
    entered(life, day, until=day + 29)
    if stays > 3:
        _night(life, day, 2)
    left(life, day + stays)


def often(life: Life, day: int) -> None:
    """Somebody who comes every few weeks, each time for some days."""
    while day < 350:
        stays = life.random.randint(1, 5)
        entered(life, day, until=day + 29)
        left(life, day + stays)
        day += stays + life.random.randint(4, 40)


def long_visit(life: Life, day: int) -> None:
    """Nearly all of the thirty days: a reminder comes up and closes itself with the exit."""
    entered(life, day, until=day + 29)
    left(life, day + life.random.randint(24, 29))


def extended_in_time(life: Life, day: int) -> None:
    entered(life, day, "B1", until=day + 29)
    applied(life, day + 20, f"A-{life.key}", paid=day + 21)
    given(life, day + 24, "extended", day + 59, application_no=f"A-{life.key}")
    left(life, day + 57)


def extension_told_late(life: Life, day: int) -> None:
    """Extended in time; the office reports it ten days after the old end."""
    entered(life, day, "B1", until=day + 29)
    given(life, day + 27, "extended", day + 59, hours=24 * 12)
    left(life, day + 55)


def paid_and_waiting(life: Life, day: int) -> None:
    """Paid before the end, decided after it: no overstay."""
    entered(life, day, "B1", until=day + 29)
    applied(life, day + 26, f"A-{life.key}", paid=day + 28)
    given(life, day + 36, "extended", day + 59, application_no=f"A-{life.key}")
    left(life, day + 58)


def applied_unpaid(life: Life, day: int) -> None:
    """Applied and never paid; seen at a hotel after the end."""
    entered(life, day, "B1", until=day + 29)
    applied(life, day + 25, f"A-{life.key}", paid=None)
    _night(life, day + 34)
    left(life, day + 37)


def refused_extension(life: Life, day: int) -> None:
    entered(life, day, "B1", until=day + 29)
    applied(life, day + 22, f"A-{life.key}", paid=day + 23)
    given(life, day + 25, "refused", day + 25)
    old = life.said[-1]
    data = {name: old.data[name] for name in ("action", "person", "kind")} | {"application_no": f"A-{life.key}"}
    life.replaced(old, data=data)
    left(life, day + 29)


def left_elsewhere(life: Life, day: int) -> None:
    """Left by another post, of which nothing is ever told here."""
    entered(life, day, until=day + 29)
    if life.random.random() < 0.5:
        looked_up(life, at(day + 36, 10), "exit", "found")


def left_unseen(life: Life, day: int) -> None:
    """Left by a path; the national system has no exit either, and nobody sees the person again."""
    entered(life, day, until=day + 29)
    if life.random.random() < 0.3:
        looked_up(life, at(day + 40, 10), "exit", "no_record")


def stays_on(life: Life, day: int) -> None:
    """Overstays, sleeps at a lodging after the end, and leaves at last."""
    entered(life, day, until=day + 29)
    _night(life, day + life.random.randint(33, 45), 3)
    left(life, day + life.random.randint(50, 80))


def stays_for_good(life: Life, day: int) -> None:
    """Overstays and is met by a check; never leaves."""
    entered(life, day, until=day + 29)
    seen = met(life, staying="family", activity="visit")
    check(life, clock(life, day + life.random.randint(40, 75)), [seen])


def day_sixty(life: Life, day: int) -> None:
    """Seen after the end; leaves on day 60 after it: never more than 60 days."""
    entered(life, day, until=day + 29)
    _night(life, day + 40)
    left(life, day + 29 + 60)


def day_sixty_one(life: Life, day: int) -> None:
    entered(life, day, until=day + 29)
    _night(life, day + 40)
    left(life, day + 29 + 62)


def one_day_over(life: Life, day: int) -> None:
    """Out on the day after the end: before anybody asks."""
    entered(life, day, until=day + 29)
    left(life, day + 30)


def ill(life: Life, day: int) -> None:
    """In hospital over the end; leaves as soon as the letter ends."""
    entered(life, day, until=day + 29)
    impeded(life, day + 27, "illness", day + 48)
    check(life, clock(life, day + 40), [met(life, staying="unknown", activity="none")])
    left(life, day + 47)


def in_custody(life: Life, day: int) -> None:
    entered(life, day, until=day + 29)
    impeded(life, day + 20, "custody", day + 110, source="polres/spkt")
    left(life, day + 109)


def exit_corrected(life: Life, day: int) -> None:
    """The exit was typed for the wrong person and taken back; the right exit comes later."""
    entered(life, day, until=day + 29)
    wrong = left(life, day + 3)
    life.say(wrong.source, "crossing", wrong.at, None, hours=30, voids=wrong.id)
    left(life, day + 10)


def bridged(life: Life, day: int) -> None:
    """A bridging permit carries on after the visit's end."""
    entered(life, day, "C1", until=day + 59)
    given(life, day + 56, "bridged", day + 112)
    left(life, day + 100)


def passport_renewed(life: Life, day: int) -> None:
    """Lost the passport, got another, left on that; the office tells of both."""
    entered(life, day, until=day + 29)
    old, life.human = life.me(), second_passport(life.random, life.human)
    (issuer, first), (_, second) = life.human.passports
    papers = [{"kind": "passport", "number": number, "issuer": issuer} for number in (first, second)]
    data = {"action": "replaced", "person": old, "document": papers[0], "new_document": papers[1]}
    life.say(OFFICE, "document", clock(life, day + 12, 8, 14), data)
    left(life, day + 20)


def second_passport_used(life: Life, day: int) -> None:
    """Came on one passport and left on another, and nobody says so."""
    entered(life, day, until=day + 29)
    life.human = second_passport(life.random, life.human)
    left(life, day + life.random.randint(3, 25))


VISITS = {
    lawful: 3000,
    often: 300,
    long_visit: 300,
    extended_in_time: 90,
    extension_told_late: 30,
    paid_and_waiting: 40,
    applied_unpaid: 20,
    refused_extension: 20,
    left_elsewhere: 120,
    left_unseen: 40,
    stays_on: 60,
    stays_for_good: 40,
    day_sixty: 15,
    day_sixty_one: 15,
    one_day_over: 30,
    ill: 30,
    in_custody: 10,
    exit_corrected: 20,
    bridged: 20,
    passport_renewed: 15,
    second_passport_used: 30,
}
"""How many of each in a whole year."""
