"""What the catalogue says of lodgings and of guarantors (R04, R05, R22), by the words of domain.md."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from region.oracle_papers import sponsor_checks
from region.oracle_stay import GRANTS, Finding, day_of
from region.places import midnight
from region.telling import Said

__all__ = ["of_lodgings", "of_requests", "of_sponsors"]

DAY = timedelta(days=1)
REPORT_WITHIN, OPEN_DAYS, WINDOW = timedelta(hours=24), 2, timedelta(days=180)
MANY = 10


def of_lodgings(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R04, of one guest of a lodging: a report later than a day, or a guest not checked out two days after the plan."""
    stays: dict[str, list[Said]] = defaultdict(list)
    for one in known:
        if one.kind == "lodging" and one.action in ("check_in", "check_out"):
            stays[one.data["stay_ref"]].append(one)
    events: set[str] = set()
    for told in stays.values():
        if _late(told, now) or _left_open(told, now):
            events |= {one.id for one in told}
    if events:
        yield Finding("R04", known[0].data["establishment"]["id"], frozenset(events))


def _late(told: Sequence[Said], now: datetime) -> bool:
    """Judged by the report of the arrival; good to the day means the end of that day."""
    first = told[0]
    if "reported_at" not in first.data:
        return False
    came, reported = (datetime.fromisoformat(first.data[name]) for name in ("check_in_at", "reported_at"))
    if first.more.get("timeprecision") == "day":
        came = midnight(day_of(came)) + DAY
    return reported > came + REPORT_WITHIN and now < reported + WINDOW


def _left_open(told: Sequence[Said], now: datetime) -> bool:
    planned = [one.data["planned_out"] for one in told if "planned_out" in one.data]
    out = any(one.action == "check_out" for one in told)
    return bool(planned) and not out and now >= midnight(date.fromisoformat(planned[-1])) + (1 + OPEN_DAYS) * DAY


def of_requests(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R05: asked with proof of service, the time is over, no answer."""
    answered = {one.data["request_no"] for one in known if one.action == "request_answered"}
    served = (one for one in known if one.action == "request_served" and one.data["request_no"] not in answered)
    for one in served:
        if one.data.get("proof_ref") and now >= datetime.fromisoformat(one.data["due_at"]):
            yield Finding("R05", one.data["request_no"], frozenset({one.id}))


def of_sponsors(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R22, of one guarantor or of one phone: `known` are permits, approvals and checks that name it, and no other.

    And the exits of those who hold the permits: a visit is over then.
    """
    grants: dict[str, Said] = {}
    for one in known:
        if one.kind == "permit" and one.action in GRANTS:
            grants[one.data["permit_no"]] = one
    holding = (one for one in grants.values() if not _visit_over(one, known))
    valid = [one for one in holding if day_of(now) <= date.fromisoformat(one.data["valid_until"])]
    if len(_families(valid)) > max(MANY, _headcount(known, now)) or _goes_on(valid, known):
        yield Finding("R22", "party", frozenset(one.id for one in valid))


def _visit_over(grant: Said, known: Sequence[Said]) -> bool:
    exits = (one for one in known if one.action == "exit" and one.about == grant.about and one.at >= grant.at)
    return not grant.data["kind"].startswith(("E", "ITAS", "ITAP")) and any(exits)


def _families(valid: Sequence[Said]) -> set[str]:
    """Those who depend on one permit are one."""
    return {one.data.get("principal_permit_no") or one.data["permit_no"] for one in valid}


def _headcount(known: Sequence[Said], now: datetime) -> int:
    counts = {
        one.data["approval_no"]: one.data["headcount"]
        for one in known
        if one.kind == "work" and one.data.get("headcount")
        if day_of(now) <= date.fromisoformat(one.data["valid_until"])
    }
    return sum(counts.values())


def _goes_on(valid: Sequence[Said], known: Sequence[Said]) -> bool:
    for one in valid:
        issued = midnight(date.fromisoformat(one.data["issued_on"]))
        checks = sponsor_checks(known, one.data["sponsor"].get("id"))
        before = [said for said in checks if said.at < issued]
        since = {said.data["sponsor_result"] for said in checks[max(len(before) - 1, 0) :]}
        if before and "ok" not in since:
            return True
    return False
