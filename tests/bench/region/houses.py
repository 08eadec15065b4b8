"""Lodgings and guarantors: reports in time and late, requests served, one who stands for many."""

from datetime import timedelta
from typing import Any

from region.acts import OFFICE, check, checked_in, checked_out, clock, entered, given, left, sponsor
from region.places import LODGINGS, at, written
from region.residents import employer
from region.telling import Life

__all__ = ["HOUSES", "MANY"]

# What is asked about is asked of these, so that the others have nothing but what goes wrong on the way.
TARDY = (LODGINGS[1], LODGINGS[2], LODGINGS[3])
FORGETFUL, QUIET = LODGINGS[4], LODGINGS[5]


def told_late(life: Life, first: int) -> None:
    """The lodging reports the guest after two days."""
    entered(life, first, until=first + 29)
    came = checked_in(life, first, life.random.choice(TARDY), nights=3, hours=life.random.uniform(30, 70))
    checked_out(life, came, first + 3)
    left(life, first + 4)


def told_on_paper(life: Life, first: int) -> None:
    """No network: the paper receipt is of the same evening, the report comes four days later."""
    entered(life, first, until=first + 29)
    came = checked_in(life, first, QUIET, nights=2, hours=96, channel="paper")
    data = {**came.data, "reported_at": (came.at + timedelta(hours=3)).isoformat(), "receipt_no": f"K-{life.key}"}
    life.replaced(came, data=data)
    checked_out(life, life.said[-1], first + 2)
    left(life, first + 3)


def told_to_the_day(life: Life, first: int) -> None:
    """Only the days are known: the latest instant counts."""
    entered(life, first, until=first + 29)
    came = checked_in(life, first, QUIET, nights=2, hours=32, timeprecision="day", channel="paper")
    checked_out(life, came, first + 2)
    left(life, first + 3)


def never_checked_out(life: Life, first: int) -> None:
    """The guest has left; the lodging reports it after ten days, or not at all."""
    entered(life, first, until=first + 29)
    came = checked_in(life, first, FORGETFUL, nights=2)
    if life.random.random() < 0.5:
        gone = checked_out(life, came, first + 2)
        life.replaced(gone, sent=gone.sent + timedelta(days=10))
    left(life, first + 3)


def request_answered(life: Life, first: int) -> None:
    _request(life, first, answered=first + 1)


def request_answered_late(life: Life, first: int) -> None:
    _request(life, first, answered=first + 9)


def request_unanswered(life: Life, first: int) -> None:
    _request(life, first, answered=None)


def _request(life: Life, first: int, answered: int | None) -> None:
    house, served = life.random.choice(LODGINGS), at(first, 10)
    data: dict[str, Any] = {"establishment": house.party, "request_no": f"R-{life.key}"}
    told = {"served_at": served.isoformat(), "due_at": at(first + 3, 10).isoformat(), "proof_ref": f"B-{life.key}"}
    life.say(OFFICE, "lodging", served, {"action": "request_served", **data, **told})
    if answered is not None:
        when = at(answered, 12)
        said = {"action": "request_answered", **data, "answered_at": when.isoformat()}
        life.say(OFFICE, "lodging", when, said)


HOUSES = {
    told_late: 40,
    told_on_paper: 15,
    told_to_the_day: 10,
    never_checked_out: 12,
    request_answered: 20,
    request_answered_late: 10,
    request_unanswered: 8,
}


def one_for_many(lives: list[Life], first: int) -> None:
    """One guarantor, twelve visitors who have nothing else in common."""
    who = sponsor(90_000 + int(lives[0].key[1:]))
    for number, life in enumerate(lives):
        _with_guarantor(life, first + number, who)


def one_phone(lives: list[Life], first: int) -> None:
    """Twelve visitors, each with a guarantor, all with one phone."""
    phone = f"+60{80_000_000 + int(lives[0].key[1:])}"
    for number, life in enumerate(lives):
        who = sponsor(95_000 + int(life.key[1:]), "person")
        _with_guarantor(life, first + number, who, contact_phone=phone)


def a_family(lives: list[Life], first: int) -> None:
    """Twelve of one family, on the permit of one of them."""
    who, head = sponsor(90_000 + int(lives[0].key[1:])), f"P-{lives[0].key}-{first}"
    for life in lives:
        more = {} if life is lives[0] else {"principal_permit_no": head}
        _with_guarantor(life, first, who, **more)


def a_plantation(lives: list[Life], first: int) -> None:
    """Twelve workers of one employer, as many as were approved."""
    boss = employer(100 + int(lives[0].key[1:]))
    for life in lives:
        entered(life, first, "VITAS", until=first + 29, visa_kind="E23", itas_at_post=True)
        given(life, first, "granted", first + 365, kind="E23A", village=LODGINGS[2].village, sponsor=boss)
        approval = {"approval_no": f"RPTKA-{boss['id']}", "position": "OP-1", "sites": [LODGINGS[2].village]}
        data = {"action": "approved", "employer": boss, "person": life.me(number=True), **approval}
        data |= {"valid_until": written(first + 365), "headcount": len(lives)}
        life.say("disnaker/tka", "work", clock(life, first, 8, 12), data)
        told = {"action": "sktt_issued", "person": life.me(number=True), "village": LODGINGS[2].village}
        life.say("dukcapil/siak", "residence", clock(life, first + 6), {**told, "from": written(first + 6)})


def again_after_a_failed_check(lives: list[Life], first: int) -> None:
    """Not found at a check, and a week later the same guarantor stands for somebody else."""
    who = sponsor(90_000 + int(lives[0].key[1:]))
    _with_guarantor(lives[0], first, who)
    extra = {"kind": "sponsor", "sponsor": who, "sponsor_result": "not_found", "source": OFFICE}
    said = check(lives[0], clock(lives[0], first + 10), [], **extra, about=())
    lives[0].replaced(said, about=(lives[0].key,))
    for life in lives[1:]:
        _with_guarantor(life, first + 17, who)


def _with_guarantor(life: Life, first: int, who: dict[str, str], **more: Any) -> None:
    entered(life, first, "C1", until=first + 59)
    given(life, first, "granted", first + 59, kind="C1", permit_no=f"P-{life.key}-{first}", sponsor=who, **more)
    left(life, first + 58)


MANY = {one_for_many: (5, 12), one_phone: (3, 12), a_family: (3, 12), a_plantation: (3, 12)}
MANY |= {again_after_a_failed_check: (4, 2)}
"""How many of each in a year, and of how many people."""
