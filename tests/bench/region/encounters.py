"""Lives that meet an officer: checks, papers, lists, patrols."""

from datetime import timedelta

from region.acts import POST, check, checked_in, checked_out, clock, entered, given, left, looked_up, met, residence
from region.places import BADAU, HOTELS, KAPUAS, SENTARUM, at, written
from region.telling import Life

__all__ = ["ENCOUNTERS"]


def night_untold(life: Life, first: int) -> None:
    """At a hotel for three days, which never reports it."""
    entered(life, first, until=first + 29)
    _guest_met(life, first + 5)
    left(life, first + 7)


def night_told_late(life: Life, first: int) -> None:
    """At a hotel for three days; its report comes a week after the check."""
    entered(life, first, until=first + 29)
    came = checked_in(life, first + 2, HOTELS[0], nights=5, hours=24 * 9, channel="paper")
    data = {**came.data, "reported_at": (came.at + timedelta(hours=5)).isoformat(), "receipt_no": f"K-{life.key}"}
    life.replaced(came, data=data)
    _guest_met(life, first + 5)
    checked_out(life, life.said[1], first + 7)
    left(life, first + 8)


def night_with_family(life: Life, first: int) -> None:
    entered(life, first, until=first + 29)
    seen = met(life, staying="family", activity="visit", present_since=at(first + 1).isoformat())
    check(life, clock(life, first + 5), [seen], village=SENTARUM)
    left(life, first + 9)


def night_just_begun(life: Life, first: int) -> None:
    """Met an hour before a day is over."""
    entered(life, first, until=first + 29)
    when = clock(life, first + 3, 12, 15)
    seen = met(life, staying="lodging", present_since=(when - timedelta(hours=23)).isoformat())
    check(life, when, [seen], village=SENTARUM)
    left(life, first + 4)


def _guest_met(life: Life, when: int) -> None:
    seen = met(life, staying="lodging", activity="visit", present_since=at(when - 3, 18).isoformat())
    check(life, clock(life, when), [seen], village=SENTARUM)


def lives_elsewhere(life: Life, first: int) -> None:
    """A home in another village than the one on record, for two months."""
    _at_home(life, first, KAPUAS)


def moved_told_late(life: Life, first: int) -> None:
    """The same, and the move is told of two weeks after the check."""
    _at_home(life, first, KAPUAS)
    residence(life, first + 45, "address_changed", KAPUAS, hours=24 * 60)


def away_for_a_while(life: Life, first: int) -> None:
    _at_home(life, first, KAPUAS)
    residence(life, first + 50, "temporary_absence", BADAU, until=written(first + 120))


def lives_as_told(life: Life, first: int) -> None:
    _at_home(life, first, BADAU)


def _at_home(life: Life, first: int, place: str) -> None:
    entered(life, first, "VITAS", until=first + 29, visa_kind="E28", itas_at_post=True)
    given(life, first, "granted", first + 365, kind="E28A", village=BADAU, sponsor_exempt=True)
    residence(life, first + 8, "sktt_issued", BADAU)
    seen = met(life, staying="own_home", activity="household", present_since=at(first + 30).isoformat())
    check(life, clock(life, first + 90), [seen], village=place)


def works_on_visit(life: Life, first: int) -> None:
    """A visitor seen at work; the protection screening was done, or is made up for later."""
    later = life.random.random() < 0.5
    _at_work(life, first, screening="not_done" if later else "done")
    if later:
        check(life, clock(life, first + 9), [met(life, staying="unknown")])
    left(life, first + 20)


def works_unscreened(life: Life, first: int) -> None:
    """Seen at work and never screened: the alert waits."""
    _at_work(life, first, screening="not_possible")


def works_by_hearsay(life: Life, first: int) -> None:
    _at_work(life, first, basis_of="told")
    left(life, first + 20)


def works_by_tip(life: Life, first: int) -> None:
    _at_work(life, first, basis="community_report")
    left(life, first + 20)


def does_chores(life: Life, first: int) -> None:
    _at_work(life, first, activity=life.random.choice(("household", "volunteer", "meeting")))
    left(life, first + 20)


def _at_work(life: Life, first: int, *, activity: str = "work", basis_of: str = "seen", **more: object) -> None:
    entered(life, first, until=first + 29)
    seen = met(life, staying="unknown", activity=activity, activity_basis=basis_of)
    check(life, clock(life, first + 6), [seen], **more)


def no_entry(life: Life, first: int) -> None:
    """Met and screened; no entry is known here or in the national system."""
    check(life, clock(life, first), [met(life, staying="unknown")])
    looked_up(life, at(first + 2, 10), "entry", "no_record")


def entry_elsewhere(life: Life, first: int) -> None:
    """No entry known here; the national system has one."""
    check(life, clock(life, first), [met(life, staying="unknown")])
    looked_up(life, at(first + 2, 10), "entry", "found")


def entry_told_late(life: Life, first: int) -> None:
    """The post's report of the entry was cut off; the national system had nothing yet either."""
    entered(life, first, until=first + 29, hours=24 * 12)
    check(life, clock(life, first + 3), [met(life, staying="unknown")])
    looked_up(life, at(first + 4, 10), "entry", "no_record")
    left(life, first + 15)


def digit_misread(life: Life, first: int) -> None:
    """The reader takes a check digit wrong; the second scan is clean."""
    entered(life, first, until=first + 29)
    _scanned(life, first, "mrz", "fail")
    _scanned(life, first, "mrz", "ok", minutes=12)
    left(life, first + 4)


def document_failed(life: Life, first: int) -> None:
    entered(life, first, until=first + 29)
    _scanned(life, first, "chip", "fail")
    left(life, first + 4)


def document_listed(life: Life, first: int) -> None:
    """On the list of lost documents: its owner had found it again, and says so three days later."""
    entered(life, first, until=first + 29)
    _scanned(life, first, "sltd", "hit")
    if life.random.random() < 0.5:
        _scanned(life, first + 3, "sltd", "hit_cleared")
    left(life, first + 6)


def _scanned(life: Life, when: int, kind: str, result: str, minutes: int = 0) -> None:
    issuer, number = life.human.passports[-1]
    data = {"action": "checked", "document": {"kind": life.paper, "number": number, "issuer": issuer}}
    data |= {"person": life.me(), "check": kind, "result": result}
    life.say(POST, "document", at(when, 15) + timedelta(minutes=minutes), data)


ENCOUNTERS = {
    night_untold: 15,
    night_told_late: 10,
    night_with_family: 10,
    night_just_begun: 8,
    lives_elsewhere: 8,
    moved_told_late: 6,
    away_for_a_while: 6,
    lives_as_told: 8,
    works_on_visit: 12,
    works_unscreened: 6,
    works_by_hearsay: 8,
    works_by_tip: 8,
    does_chores: 10,
    no_entry: 8,
    entry_elsewhere: 8,
    entry_told_late: 6,
    digit_misread: 15,
    document_failed: 8,
    document_listed: 10,
}
