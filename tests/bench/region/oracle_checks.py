"""What the catalogue says of somebody met at a check (R06-R09, R21b, R24), by the words of domain.md."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from region.oracle_papers import valid
from region.oracle_stay import GRANTS, Finding, Stay, day_of, stays_of
from region.telling import Said

__all__ = ["of_checks"]

WORKING = ("work", "trade")
LEADERS = ("guide", "driver", "recruiter")
# Kinds that a visitor or a family, a student, a guarantor's guest holds: no leave to work.
NO_WORK = ("A", "B", "C1", "C2", "D", "E28", "E29", "E30", "E31", "E33")


def of_checks(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """Each check that met the person and was not begun by a community report."""
    for said in known:
        if said.kind == "check" and said.data["basis"] != "community_report" and said.data["persons"]:
            mine, only = said.data["persons"][0], frozenset({said.id})
            rules = {
                "R06": _night_untold(said, mine, known),
                "R07": _lives_elsewhere(said, mine, known),
                "R08": _works_beside(said, mine, known),
                "R09": _other_work(said, mine, known),
                "R21b": _led(said, mine),
                "R24": _came_unseen(said, known),
            }
            yield from (Finding(rule, said.id, only) for rule, fires in rules.items() if fires)


def _since(said: Said, mine: dict[str, Any]) -> timedelta:
    told = mine.get("present_since")
    return said.at - datetime.fromisoformat(told) if told else timedelta()


def _night_untold(said: Said, mine: dict[str, Any], known: Sequence[Said]) -> bool:
    if mine["staying"] not in ("lodging", "mess") or _since(said, mine) <= timedelta(hours=24):
        return False
    begun = said.at - _since(said, mine)
    nights: dict[str, list[datetime]] = {}
    for one in known:
        if one.kind == "lodging" and one.action in ("check_in", "check_out"):
            night = nights.setdefault(one.data["stay_ref"], [datetime.fromisoformat(one.data["check_in_at"])])
            night += [datetime.fromisoformat(one.data["check_out_at"])] if one.action == "check_out" else []
    return not any(night[0] <= said.at and (len(night) == 1 or night[-1] >= begun) for night in nights.values())


def _lives_elsewhere(said: Said, mine: dict[str, Any], known: Sequence[Said]) -> bool:
    if mine["staying"] != "own_home" or _since(said, mine) <= timedelta(days=30):
        return False
    day = day_of(said.at)
    homes = {
        one.data["village"]
        for one in known
        if "village" in (one.data or {})
        if (one.kind == "residence" and one.action not in ("temporary_absence", "sktt_ended"))
        or (one.kind == "permit" and one.action in GRANTS and valid(one, known, day))
    }
    away = any(
        one.kind == "residence"
        and one.action == "temporary_absence"
        and one.data["from"] <= day.isoformat() <= one.data["until"]
        for one in known
    )
    return bool(homes) and said.data["village"] not in homes and not away


def _papers(said: Said, known: Sequence[Said]) -> list[str]:
    """Kinds of the papers that held on the day of a check."""
    day = day_of(said.at)
    grants = [one for one in known if one.kind == "permit" and one.action in GRANTS and valid(one, known, day)]
    stays = [stay for stay in stays_of(known) if _holds(stay, day)]
    kinds = [one.data["kind"] for one in grants]
    for stay in stays:
        told = [*stay.entries[-1:], *stay.grants[-1:]][-1].data
        kinds.append("PLB" if stay.on_pass else told.get("permit_kind") or told["kind"])
    return kinds


def _holds(stay: Stay, day: date) -> bool:
    return (stay.opened is None or stay.opened <= day) and (stay.closed is None or day <= stay.closed)


def _works_beside(said: Said, mine: dict[str, Any], known: Sequence[Said]) -> bool:
    """Seen at work that no paper allows. Trade in a small way is what a border pass is for."""
    if mine["activity"] not in WORKING or mine["activity_basis"] != "seen":
        return False
    kinds = _papers(said, known)
    return bool(kinds) and all(
        (kind == "PLB" and mine["activity"] == "work") or kind.startswith(NO_WORK) for kind in kinds
    )


def _other_work(said: Said, mine: dict[str, Any], known: Sequence[Said]) -> bool:
    """Employer, job and place are asked of every approval that holds or is asked for."""
    if mine["activity"] not in WORKING or mine["activity_basis"] == "tip" or not mine.get("employer"):
        return False
    day = day_of(said.at)
    approvals: dict[str, dict[str, Any]] = {}
    for one in known:
        if one.kind == "work":
            number = one.data.get("approval_no") or one.data["application_no"]
            approvals[number] = {**approvals.get(number, {}), **one.data}
    holding = [one for one in approvals.values() if all(day <= end for end in _ends(one))]
    if not any("approval_no" in one for one in holding):
        return False
    return not any(_fits(one, said, mine) for one in holding)


def _ends(approval: dict[str, Any]) -> list[date]:
    return [date.fromisoformat(approval[name]) for name in ("valid_until", "ended_on") if name in approval]


def _fits(approval: dict[str, Any], said: Said, mine: dict[str, Any]) -> bool:
    boss = approval["employer"].get("id") == mine["employer"].get("id")
    job = "position" not in approval or mine.get("position") in (None, approval["position"])
    return boss and job and (not approval.get("sites") or said.data["village"] in approval["sites"])


def _led(said: Said, mine: dict[str, Any]) -> bool:
    group = said.data.get("group") or {}
    organised = "yes" in (group.get("guide"), group.get("payment"), group.get("hidden"))
    return mine.get("role") in LEADERS and "minor_with" not in mine and group.get("off_post") == "yes" and organised


def _came_unseen(said: Said, known: Sequence[Said]) -> bool:
    day = day_of(said.at)
    arrivals = [one for one in known if one.kind == "crossing" and one.action != "refused" and day_of(one.at) <= day]
    permits = [one for one in known if one.kind == "permit" and one.action in GRANTS]
    asked = [one for one in known if one.kind == "document" and one.data.get("looked_for") == "entry"]
    screened = any(one.kind == "check" and one.data.get("screening") == "done" and one.at >= said.at for one in known)
    none = any(one.data["result"] == "no_record" and day_of(one.at) >= day for one in asked)
    none = none and not any(one.data["result"] == "found" for one in asked)
    return screened and none and not arrivals and not permits
