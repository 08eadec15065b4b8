"""What the catalogue says of children and of what reaches the protection desk (R16-R21a), by the words of domain.md."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from region.oracle_stay import Finding, day_of
from region.places import WIB
from region.telling import Said

__all__ = ["of_children", "of_matters", "of_patrols"]

CLOSES = time(16)
KIN = ("parent", "guardian", "relative", "school_group")


def of_children(known: Sequence[Said], born: date, now: datetime) -> Iterator[Finding]:
    """R17: at work at once; alone or with a stranger when the post closes, unless home by then."""
    days: dict[date, list[Said]] = {}
    for said in known:
        if said.kind in ("crossing", "check") and _age(born, day_of(said.at)) < 18:
            days.setdefault(day_of(said.at), []).append(said)
    for day, seen in days.items():
        closes = datetime.combine(day, CLOSES, WIB)
        closes += timedelta(days=1) if seen[0].at > closes else timedelta()
        unaccompanied = any(_alone(reports) for reports in _out(known, seen, closes))
        if any(_works(said) for said in seen) or (unaccompanied and now >= closes):
            yield Finding("R17", seen[0].id, frozenset(said.id for said in seen))


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _mine(said: Said) -> dict[str, object]:
    return said.data["persons"][0] if said.kind == "check" else said.data


def _with(said: Said) -> bool | None:
    """Whether with kin, with the school or with a letter; none where nobody asked."""
    told = _mine(said).get("minor_with")
    if told in (None, "not_asked"):
        return None
    return told in KIN or said.data.get("consent_letter") is True


def _works(said: Said) -> bool:
    mine = _mine(said)
    return said.kind == "check" and mine["activity"] in ("work", "trade") and mine["activity_basis"] == "seen"


def _alone(reports: Sequence[Said]) -> bool:
    """Whether somebody asked, and nobody who did was told of kin."""
    told = [found for said in reports if (found := _with(said)) is not None]
    return bool(told) and not any(told)


def _out(known: Sequence[Said], seen: Sequence[Said], closes: datetime) -> list[list[Said]]:
    """What was seen since it was last home; who tells of one crossing tells of it together."""
    later = [said for said in known if said.kind == "crossing" and seen[-1].at < said.at <= closes]
    found: list[list[Said]] = []
    trip: list[Said] = []
    home = ""
    for said in [*seen, *later]:
        if said.kind == "check":
            found.append([said])
        elif trip and trip[0].action == said.action:
            trip.append(said)
        elif trip and said.at <= closes:
            found = found[: found.index(trip)]
            trip, home = [], str(said.action)
        elif said.action != home:
            trip = [said]
            found.append(trip)
    return found


STRONG = {"deceived_job", "recruited_by_force", "excessive_hours", "documents_held", "confined", "violence"}
STRONG |= {"debt_bondage"}
DECEPTIVE = {"deceived_job", "deceived_conditions", "deceived_destination", "deceived_legality"}
AT_DESTINATION = {"care_refused", "denounced_if_leaving", "isolated"}


def of_matters(told: Said, deposited: bool) -> Iterator[Finding]:
    """R16, R18, R19, R20, of one protection event. `deposited`: a receipt says who keeps the document, and why."""
    kind = told.data["kind"]
    codes = {one["code"] for one in told.data.get("indicators", ())} - ({"documents_held"} if deposited else set())
    rules = {
        "R16": bool(codes & STRONG) or codes >= AT_DESTINATION,
        "R18": bool(codes & DECEPTIVE),
        "R19": kind in ("help", "self_report", "third_party"),
        "R20": kind in ("asylum", "stateless", "unhcr_document"),
    }
    yield from (Finding(rule, told.id, frozenset({told.id})) for rule, fires in rules.items() if fires)


def of_patrols(told: Said) -> Iterator[Finding]:
    """R21a: off the post, with a guide, against payment or hidden."""
    group = told.data.get("group") or {}
    organised = "yes" in (group.get("guide"), group.get("payment"), group.get("hidden"))
    if group.get("off_post") == "yes" and organised:
        yield Finding("R21a", told.id, frozenset({told.id}))
