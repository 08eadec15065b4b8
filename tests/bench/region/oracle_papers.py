"""What the catalogue says of permits, approvals, documents and lists (R10, R12, R13, R23, R25), by domain.md."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from region.oracle_stay import GRANTS, Finding, day_of, exit_found, stays_of
from region.places import FIRST, midnight
from region.telling import Said

__all__ = ["of_approvals", "of_documents", "of_listings", "of_permits", "sponsor_checks", "valid"]

DAY = timedelta(days=1)
FAILED = ("not_found", "closed", "unable", "denies")


def valid(grant: Said, known: Sequence[Said], today: date) -> bool:
    """Whether a permit holds on a day."""
    ends = [date.fromisoformat(grant.data["valid_until"])]
    for one in known:
        if one.kind == "permit" and one.action == "cancelled" and one.data["permit_no"] == grant.data["permit_no"]:
            ends.append(date.fromisoformat(one.data["effective_on"]))
    return date.fromisoformat(grant.data["valid_from"]) <= today <= min(ends)


def _left(known: Sequence[Said]) -> bool:
    stays = stays_of(known)
    crossings = [one for one in known if one.kind == "crossing"]
    if not stays or (stays[-1].closed is not None and bool(crossings) and crossings[-1].action == "exit"):
        return bool(stays)
    given = [date.fromisoformat(one.data["issued_on"]) for one in stays[-1].grants]
    last = replace(stays[-1], opened=stays[-1].opened or max(given))
    return exit_found(last, known)


def _converted(last: Said, known: Sequence[Said], today: date) -> bool:
    """Whether another permit took its place."""
    later = [one for one in known if one.kind == "permit" and one.action == "converted" and one.at > last.at]
    others = (one.data["valid_from"] for one in later if one.data["permit_no"] != last.data["permit_no"])
    return any(date.fromisoformat(begins) <= today for begins in others)


def _permits(known: Sequence[Said]) -> dict[str, list[Said]]:
    """The outcomes of each permit, by its number."""
    found: dict[str, list[Said]] = {}
    for one in known:
        if one.kind == "permit" and one.action in GRANTS:
            found.setdefault(one.data["permit_no"], []).append(one)
    return found


def of_permits(known: Sequence[Said], parties: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R12 and R13. `parties` are checks of guarantors at which nobody was met."""
    today = day_of(now)
    for number, grants in _permits(known).items():
        last = grants[-1]
        if not valid(last, known, today) or _converted(last, known, today) or _left(known):
            continue
        events = frozenset(one.id for one in known if one.kind == "permit" and one.data.get("permit_no") == number)
        issued = date.fromisoformat(last.data["issued_on"])
        # Nobody is asked about what happened before a source began.
        limited = last.data["kind"].startswith(("E", "ITAS")) and issued >= FIRST - 14 * DAY
        if limited and now >= midnight(issued) + 15 * DAY and not _certificate(known, issued):
            yield Finding("R12", number, events)
        if _unconfirmed(number, last, known, parties, today) and not _other(number, known, parties, today):
            yield Finding("R13", number, events)


def _certificate(known: Sequence[Said], issued: date) -> bool:
    ended = [one for one in known if one.kind == "residence" and one.action == "sktt_ended"]
    had = [one for one in known if one.kind == "residence" and one.action in ("sktt_applied", "sktt_issued")]
    return bool(had) and not any(date.fromisoformat(one.data["from"]) < issued for one in ended)


def _guarantor(number: str, last: Said, known: Sequence[Said], today: date) -> tuple[str | None, bool]:
    """Who stands for a permit today, and whether that one withdrew."""
    who = last.data.get("sponsor", {}).get("id")
    gone = False
    for one in known:
        if one.kind != "permit" or one.data.get("permit_no") != number or one.at < last.at:
            continue
        if one.action == "sponsor_changed":
            who, gone = one.data["sponsor"]["id"], False
        if one.action == "sponsor_withdrew" and one.data.get("sponsor", {}).get("id") in (None, who):
            gone = date.fromisoformat(one.data["effective_on"]) <= today
    return who, gone


def sponsor_checks(told: Sequence[Said], who: str | None) -> list[Said]:
    """The checks of a guarantor, in order; what neighbours say is none."""
    return sorted(
        (
            one
            for one in told
            if one.kind == "check" and one.data["kind"] == "sponsor" and one.data["basis"] != "community_report"
            if one.data["sponsor"].get("id") == who
        ),
        key=lambda one: one.at,
    )


def _unconfirmed(number: str, last: Said, known: Sequence[Said], parties: Sequence[Said], today: date) -> bool:
    if last.data.get("sponsor_exempt"):
        return False
    who, gone = _guarantor(number, last, known, today)
    checks = sponsor_checks(parties, who)
    return gone or bool(checks and checks[-1].data["sponsor_result"] in FAILED)


def _other(number: str, known: Sequence[Said], parties: Sequence[Said], today: date) -> bool:
    return any(
        valid(grants[-1], known, today)
        and not _converted(grants[-1], known, today)
        and not _unconfirmed(other, grants[-1], known, parties, today)
        for other, grants in _permits(known).items()
        if other != number and grants[-1].data.get("sponsor")
    )


def of_approvals(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R10: the approval or the contract has ended, the permit goes on, and no renewal is on its way."""
    approvals: dict[str, list[Said]] = {}
    for one in known:
        if one.kind == "work" and "approval_no" in one.data:
            approvals.setdefault(one.data["approval_no"], []).append(one)
    today = day_of(now)
    holds = any(
        grants[-1].data["kind"].startswith("E23") and valid(grants[-1], known, today)
        for grants in _permits(known).values()
    )
    applied = [one for one in known if one.kind == "work" and one.action == "applied"]
    ends = {number: _ends(told) for number, told in approvals.items()}
    for number, last in ends.items():
        renewed = any(other != number and (end is None or end >= today) for other, end in ends.items())
        pending = any(not _decided(one, known) for one in applied)
        if last and holds and not renewed and not pending and not _left(known) and now >= midnight(last) + DAY:
            yield Finding("R10", number, frozenset(one.id for one in approvals[number]))


def _decided(application: Said, known: Sequence[Said]) -> bool:
    """Whether it became an approval, which the approval need not say."""
    employer = application.data["employer"]
    after = (one for one in known if one.kind == "work" and one.action in ("approved", "extended", "amended"))
    return any(one.at >= application.at and one.data["employer"] == employer for one in after)


def _ends(told: Sequence[Said]) -> date | None:
    days = [one.data[name] for one in told for name in ("valid_until",) if name in one.data]
    days = days[-1:] + [one.data[name] for one in told for name in ("contract_until", "ended_on") if name in one.data]
    return min(map(date.fromisoformat, days), default=None)


def of_documents(known: Sequence[Said]) -> Iterator[Finding]:
    """R23: the last result of a kind of check is bad; a list is cleared by saying so."""
    checks = [one for one in known if one.kind == "document" and one.action == "checked"]
    checks = [one for one in checks if one.data["check"] != "national_movement"]
    latest = {one.data["check"]: one.data["result"] for one in checks}
    hits = [one.data["result"] for one in checks if one.data["result"] in ("hit", "hit_confirmed", "hit_cleared")]
    bad = "fail" in latest.values() or "expired" in latest.values()
    listed = bool(hits) and hits[-1] != "hit_cleared"
    replaced = any(one.kind == "document" and one.action == "replaced" for one in known)
    if checks and (bad or listed) and not replaced:
        yield Finding("R23", checks[0].id, frozenset(one.id for one in checks))


def of_listings(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R25: a listing that is in force, of somebody of whom more than the listing is known."""
    listings = [one for one in known if one.kind == "watchlist" and one.action == "listed"]
    for one in listings if len(listings) < len(known) else ():
        ends = [date.fromisoformat(one.data["until"]) + DAY] if "until" in one.data else []
        number = one.data["listing_no"]
        ends += [day_of(e.at) for e in known if e.action == "ended" and e.data.get("listing_no") == number]
        if date.fromisoformat(one.data["from"]) <= day_of(now) and all(day_of(now) < end for end in ends):
            yield Finding("R25", number, frozenset({one.id}))
