"""Where a person was seen: crossings, nights, checks, lookups, and what of it places the person here. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contracts.findings import CheckFound, Crossing, GroupFound
from contracts.snapshots import Lodging, Lookup, Presence
from registry.lines import Line
from registry.said import evidence, party

__all__ = ["build_checks", "build_crossings", "build_lodgings", "build_lookups", "build_presences"]

_CROSSING = ("post", "permit_kind", "visa_kind", "valid_until", "itas_at_post", "minor_with", "consent_letter")
_LODGING = ("check_in_at", "check_out_at", "planned_out", "reported_at")
_CHECK = ("kind", "basis", "ground", "screening", "sponsor_result")
_FOUND = (
    "documents_shown",
    "staying",
    "present_since",
    "minor_with",
    "activity",
    "activity_basis",
    "position",
    "reason",
    "role",
)


def build_crossings(lines: Iterable[Line]) -> Iterable[Crossing]:
    """Every reported crossing, refused ones too."""
    for line in lines:
        if line.kind == "crossing":
            said = _chosen(line.data, _CROSSING)
            yield Crossing.model_validate({**said, "action": line.action, "at": line.at, "evidence": (line.key,)})


def build_lodgings(lines: Iterable[Line]) -> Iterable[Lodging]:
    """The stays at lodgings: arrival and departure of one number at one house are one."""
    found: dict[tuple[str | None, str], list[Line]] = {}
    for line in lines:
        if line.kind == "lodging" and line.action in ("check_in", "check_out"):
            found.setdefault((party(line, "establishment"), line.data["stay_ref"]), []).append(line)
    for (establishment, _), told in found.items():
        said: dict[str, Any] = {}
        for line in told:
            said |= {**_chosen(line.data, _LODGING), "village": line.village}
        # A departure is reported as well; how late the host was is judged by the report of the arrival.
        arrivals = (line for line in told if line.action == "check_in")
        said["reported_at"] = next((line.data["reported_at"] for line in arrivals if "reported_at" in line.data), None)
        said |= {"ref": told[0].key, "establishment": establishment, "evidence": evidence(told)}
        said["by_day"] = any(line.by_day for line in told)
        yield Lodging.model_validate(said)


def build_checks(lines: Iterable[Line]) -> Iterable[CheckFound]:
    """Every check that met this person, with this person's own entry only."""
    for line in lines:
        if line.kind == "check":
            yield _check(line)


def _check(line: Line) -> CheckFound:
    said = _chosen(line.data, _CHECK) | _chosen(line.data.get("found", {}), _FOUND)
    said |= {role: party(line, role) for role in ("host", "employer", "sponsor")}
    if group := line.data.get("group"):
        said["group"] = GroupFound(incident=line.key, **group)
    seen = {"ref": line.claim, "at": line.at, "village": line.village, "evidence": (line.key,)}
    return CheckFound.model_validate({**said, **seen})


def build_presences(lines: Sequence[Line]) -> Iterable[Presence]:
    """What places the person here."""
    for line in lines:
        if places(line):
            yield Presence(kind=line.kind, at=line.at, village=line.village, evidence=(line.key,))


def places(line: Line) -> bool:
    """Whether an event places the person here. A community report never does (G10), nor does an absence from home."""
    match line.kind:
        case "lodging":
            return line.action in ("check_in", "check_out")
        case "check":
            return bool(line.data["basis"] != "community_report")
        case "residence":
            return line.action not in ("temporary_absence", "sktt_ended")
        case "work":
            return line.action in ("approved", "extended", "amended")
    return False


def build_lookups(lines: Iterable[Line]) -> Iterable[Lookup]:
    """National queries that looked for an entry or an exit."""
    for line in lines:
        if line.kind == "document" and line.data.get("check") == "national_movement":
            yield Lookup(
                looked_for=line.data["looked_for"], result=line.data["result"], at=line.at, evidence=(line.key,)
            )


def _chosen(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data}
