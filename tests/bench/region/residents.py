"""Lives of those who live and work here: permits, certificates, guarantors, approvals to employ."""

from region.acts import OFFICE, applied, check, clock, entered, given, left, met, residence, sponsor, work
from region.places import BADAU, KAPUAS, SENTARUM, written
from region.telling import Life

__all__ = ["EMPLOYERS", "RESIDENTS", "employer"]

EMPLOYERS = 12


def employer(number: int) -> dict[str, str]:
    """A plantation, mine or workshop."""
    return {"kind": "company", "id": f"NIB-{number}", "name": f"Perusahaan {number} Sintetis"}


def _guarantor(life: Life) -> dict[str, str]:
    """Mostly somebody of one's own; companies are told of by `employer`."""
    return sponsor(5000 + life.human.who)


def _itas(life: Life, first: int, until: int, kind: str = "E28A", **more: object) -> None:
    given_ = {"kind": kind, "permit_no": f"ITAS-{life.key}", "village": BADAU, "sponsor": _guarantor(life)}
    given(life, first, "granted", until, **{**given_, **more})


def _arrives(life: Life, first: int, *, at_post: bool = False) -> None:
    entered(life, first, "VITAS", until=first + 29, visa_kind="E28", itas_at_post=at_post)


def settles(life: Life, first: int) -> None:
    """Everything in time: the request, the permit, the certificate."""
    _arrives(life, first)
    applied(life, first + 12, f"A-{life.key}", paid=first + 13, kind="E28A")
    _itas(life, first + 20, first + 385, application_no=f"A-{life.key}")
    residence(life, first + 28, "sktt_issued", BADAU)


def given_at_post(life: Life, first: int) -> None:
    """The post gives the permit; the office tells of it two days later."""
    _arrives(life, first, at_post=True)
    _itas(life, first, first + 365, hours=50)
    residence(life, first + 10, "sktt_applied", BADAU)


def never_asks(life: Life, first: int) -> None:
    """On a visa for a limited stay, and no request in thirty days."""
    _arrives(life, first)
    if life.random.random() < 0.5:
        applied(life, first + 45, f"A-{life.key}", paid=first + 46, kind="E28A")


def no_certificate(life: Life, first: int) -> None:
    _arrives(life, first)
    _itas(life, first + 15, first + 380)


def certificate_late(life: Life, first: int) -> None:
    """Issued in time; the civil registry reports it four weeks later."""
    _arrives(life, first)
    _itas(life, first + 15, first + 380)
    residence(life, first + 25, "sktt_issued", BADAU, hours=24 * 28)


def first_load(life: Life, first: int) -> None:
    """Here since before the year: no entry is known, only the permit, and the certificate for half of them."""
    issued = -life.random.randint(20, 200)
    _itas(life, issued, first + 300, hours=24 * -issued + 10)
    if life.random.random() < 0.5:
        residence(life, issued + 5, "sktt_issued", BADAU, hours=24 * (5 - issued) + 10)


def itas_ends(life: Life, first: int) -> None:
    """The permit ends in the year; extended in time for half of them, the others leave on the last days."""
    _arrives(life, first, at_post=True)
    _itas(life, first, first + 180)
    residence(life, first + 6, "sktt_issued", BADAU)
    if life.random.random() < 0.5:
        given(life, first + 170, "extended", first + 545, kind="E28A", village=BADAU, sponsor=_guarantor(life))
    else:
        left(life, first + 178)


def guarantor_withdraws(life: Life, first: int) -> None:
    _settled(life, first)
    _sponsor_event(life, first + 60, "sponsor_withdrew", _guarantor(life))


def guarantor_replaced(life: Life, first: int) -> None:
    _settled(life, first)
    _sponsor_event(life, first + 60, "sponsor_withdrew", _guarantor(life))
    _sponsor_event(life, first + 66, "sponsor_changed", sponsor(7000 + life.human.who))


def guarantor_not_found(life: Life, first: int) -> None:
    """A check does not find the guarantor; for half of them a second one does."""
    _settled(life, first)
    _sponsor_check(life, first + 50, "not_found")
    if life.random.random() < 0.5:
        _sponsor_check(life, first + 64, "ok")


def guarantor_told_of(life: Life, first: int) -> None:
    """Neighbours say that the guarantor is gone: no check."""
    _settled(life, first)
    _sponsor_check(life, first + 50, "not_found", basis="community_report")


def _settled(life: Life, first: int) -> None:
    _arrives(life, first, at_post=True)
    _itas(life, first, first + 365)
    residence(life, first + 7, "sktt_issued", BADAU)


def _sponsor_event(life: Life, when: int, action: str, who: dict[str, str]) -> None:
    data = {"action": action, "person": life.me(number=True), "kind": "E28A", "permit_no": f"ITAS-{life.key}"}
    data |= {"effective_on": written(when), "sponsor": who, "village": BADAU}
    life.say(OFFICE, "permit", clock(life, when, 8, 14), data)


def _sponsor_check(life: Life, when: int, result: str, **more: object) -> None:
    extra = {"kind": "sponsor", "sponsor": _guarantor(life), "sponsor_result": result, "source": OFFICE, "about": ()}
    said = check(life, clock(life, when), [], **{**extra, **more})
    life.replaced(said, about=(life.key,), data={**said.data, "persons": []})


def worker(life: Life, first: int) -> None:
    """Works as approved, at the place approved; met by a check that finds nothing to ask."""
    boss = _employed(life, first, first + 365)
    if life.random.random() < 0.5:
        _met_at_work(life, first + 60, boss)


def worker_two_sites(life: Life, first: int) -> None:
    """Two sites are approved; met at the second."""
    boss = _employed(life, first, first + 365, sites=[BADAU, SENTARUM])
    _met_at_work(life, first + 60, boss, village=SENTARUM)


def worker_elsewhere(life: Life, first: int) -> None:
    """Met at a place that no approval names."""
    boss = _employed(life, first, first + 365)
    _met_at_work(life, first + 60, boss, village=KAPUAS)


def worker_lent(life: Life, first: int) -> None:
    """Met at work for another employer; the approval was amended a week before but is told of three weeks later."""
    _employed(life, first, first + 365)
    other = employer(life.human.who % EMPLOYERS + 20)
    _met_at_work(life, first + 60, other)
    late = {
        "approval_no": f"RPTKA2-{life.key}",
        "position": "OP-1",
        "sites": [BADAU],
        "valid_until": written(first + 365),
    }
    work(life, first + 53, "approved", other, **late, hours=24 * 28)


def approval_ends(life: Life, first: int) -> None:
    """The approval to employ ends, the permit goes on."""
    _employed(life, first, first + 120)


def approval_renewed(life: Life, first: int) -> None:
    boss = _employed(life, first, first + 120)
    work(life, first + 110, "extended", boss, approval_no=f"RPTKA-{life.key}", valid_until=written(first + 485))


def approval_applied(life: Life, first: int) -> None:
    """The renewal is applied for in time and comes three weeks after the end."""
    boss = _employed(life, first, first + 120)
    work(life, first + 100, "applied", boss, application_no=f"W-{life.key}")
    work(life, first + 141, "extended", boss, approval_no=f"RPTKA-{life.key}", valid_until=written(first + 485))


def _employed(life: Life, first: int, until: int, sites: list[str] | None = None) -> dict[str, str]:
    boss = employer(life.human.who % EMPLOYERS)
    _arrives(life, first, at_post=True)
    approval = {"approval_no": f"RPTKA-{life.key}", "position": "OP-1", "sites": sites or [BADAU]}
    work(life, first, "approved", boss, **approval, valid_until=written(until), headcount=20)
    _itas(life, first, first + 365, kind="E23A", sponsor=boss)
    residence(life, first + 9, "sktt_issued", BADAU)
    return boss


def _met_at_work(life: Life, when: int, boss: dict[str, str], **more: object) -> None:
    seen = met(life, staying="mess", activity="work", employer=boss, position="OP-1")
    check(life, clock(life, when), [seen], kind="premises", source="disnaker/tka", **more)


RESIDENTS = {
    settles: 12,
    given_at_post: 8,
    never_asks: 10,
    no_certificate: 8,
    certificate_late: 8,
    first_load: 20,
    itas_ends: 10,
    guarantor_withdraws: 8,
    guarantor_replaced: 8,
    guarantor_not_found: 10,
    guarantor_told_of: 6,
    worker: 16,
    worker_two_sites: 6,
    worker_elsewhere: 8,
    worker_lent: 6,
    approval_ends: 8,
    approval_renewed: 8,
    approval_applied: 6,
}
