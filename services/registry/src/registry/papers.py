"""What offices wrote: permits, addresses, certificates, work approvals, impediments, listings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from contracts.findings import Listing
from contracts.papers import Absence, Certificate, Residence
from contracts.snapshots import Impediment, Permit
from registry.lines import Line, day_of
from registry.permits import PermitTable
from registry.said import evidence, party
from registry.stays import GRANTS

__all__ = [
    "build_absences",
    "build_certificates",
    "build_impediments",
    "build_listings",
    "build_permits",
    "build_residences",
]

ADDRESSES = ("address_changed", "sktt_applied", "sktt_issued")
_LISTED = ("authority", "ground", "until", "review_by")


def build_permits(lines: Iterable[Line], table: PermitTable) -> Iterable[Permit]:
    """The permits by number, each as its last event left it."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.kind == "permit" and "permit_no" in line.data:
            found.setdefault(line.data["permit_no"], []).append(line)
    converted = [line for told in found.values() for line in told if line.action == "converted"]
    return [_permit(told, table, converted) for told in found.values()]


def _permit(told: Sequence[Line], table: PermitTable, converted: Iterable[Line]) -> Permit:
    grants = [line for line in told if line.action in GRANTS]
    code = (grants or told)[-1].data["kind"]
    kind = table.kind(code)
    said: dict[str, Any] = {"status": "valid"}
    for line in told:
        said |= _step(line, said)
    return Permit.model_validate(
        {
            **said,
            "ref": told[0].key,
            "kind": code,
            "family": kind.family,
            "work_allowed": kind.work_allowed,
            "village": next((line.village for line in reversed(told) if line.village), None),
            "sponsors": tuple(dict.fromkeys(one for line in told if (one := party(line, "sponsor")))),
            "last_action": told[-1].action,
            "replaced_on": _replaced_on(told, converted),
            "phone": _last_ref(told, "phone"),
            "principal": _last_ref(told, "principal"),
            "dependant": any("principal_permit_no" in line.data for line in told),
            "evidence": evidence(told),
        }
    )


def _replaced_on(told: Sequence[Line], converted: Iterable[Line]) -> str | None:
    """From when a conversion put a permit of another number in the place of this one; what was given later stands."""
    given = max((line.order for line in told if line.action in GRANTS), default=told[0].order)
    number = told[0].data["permit_no"]
    later = (line for line in converted if line.data["permit_no"] != number and line.order > given)
    return min((line.data["valid_from"] for line in later), default=None)


def _last_ref(told: Sequence[Line], name: str) -> str | None:
    return next((line.refs[name] for line in reversed(told) if name in line.refs), None)


def _step(line: Line, said: Mapping[str, Any]) -> dict[str, Any]:
    """What one event changes in its permit, of which this is said so far."""
    sponsor = party(line, "sponsor")
    if line.action == "sponsor_withdrew":
        # Who stood before withdraws nothing from whoever was named since, even if that one withdrew as well.
        former = sponsor is not None and said.get("named_last") not in (None, sponsor)
        return {} if former else {"sponsor": None, "sponsor_withdrew_on": line.data["effective_on"]}
    change: dict[str, Any] = {}
    if sponsor:
        change |= {"sponsor": sponsor, "named_last": sponsor, "sponsor_withdrew_on": None}
    if line.action in GRANTS:
        change |= {name: line.data[name] for name in ("issued_on", "valid_from", "valid_until")}
        if line.action == "extended" and _goes_on_from(said, line):
            change["valid_from"] = said["valid_from"]
        change |= {"status": "valid", "cancelled_on": None, "sponsor_exempt": line.data.get("sponsor_exempt", False)}
    elif line.action == "cancelled":
        effective_on = line.data["effective_on"]
        change |= {"status": "cancelled", "valid_until": effective_on, "cancelled_on": effective_on}
    return change


def _goes_on_from(said: Mapping[str, Any], line: Line) -> bool:
    """Whether the new time follows the old one without a day between: a permit may be extended months before."""
    if "valid_until" not in said or "valid_from" not in said:
        return False
    ends, begins = (date.fromisoformat(day) for day in (said["valid_until"], line.data["valid_from"]))
    return bool(begins <= ends + timedelta(days=1))


def build_residences(lines: Iterable[Line]) -> tuple[Residence, ...]:
    """The addresses in order of their first day; the same village again goes on, another one ends it."""
    told = [line for line in lines if line.kind == "residence" and line.action in ADDRESSES]
    found: list[dict[str, Any]] = []
    for line in sorted(told, key=lambda line: (line.data["from"], line.order)):
        begins = date.fromisoformat(line.data["from"])
        if found and found[-1]["village"] == line.village:
            found[-1]["evidence"] += (line.key,)
            continue
        if found:
            before = max(found[-1]["starts"], begins - timedelta(days=1))
            found[-1]["until"] = min(found[-1]["until"] or before, before)
        until = date.fromisoformat(line.data["until"]) if "until" in line.data else None
        found.append({"village": line.village, "starts": begins, "until": until, "evidence": (line.key,)})
    return tuple(Residence(**place) for place in found)


def build_absences(lines: Iterable[Line]) -> Iterable[Absence]:
    """Temporary absences as announced."""
    for line in lines:
        if line.kind == "residence" and line.action == "temporary_absence":
            yield Absence(
                village=line.data["village"],
                starts=line.data["from"],
                until=line.data["until"],
                evidence=(line.key,),
            )


def build_certificates(lines: Iterable[Line]) -> tuple[Certificate, ...]:
    """Residence certificates: an application, its certificate, its end."""
    found: list[dict[str, Any]] = []
    for line in lines:
        status = (line.action or "").removeprefix("sktt_")
        if line.kind != "residence" or status not in ("applied", "issued", "ended"):
            continue
        day = str(line.data.get("until", line.data["from"])) if status == "ended" else str(line.data["from"])
        last = found[-1] if found else None
        if last is None or not _goes_on(last, status, day):
            last = {"evidence": ()}
            found.append(last)
        last |= {"village": line.village, "status": status, f"{status}_on": day}
        last["evidence"] += (line.key,)
    return tuple(Certificate.model_validate(item) for item in found)


def _goes_on(last: dict[str, Any], status: str, day: str) -> bool:
    # Two offices may report one step: the same day makes it the same step.
    return status == "ended" or last.get(f"{status}_on") == day or (status, last["status"]) == ("issued", "applied")


def build_impediments(lines: Iterable[Line]) -> tuple[Impediment, ...]:
    """Lawful reasons not to leave; an open one ends on the day of its review."""
    return tuple(
        Impediment(
            kind=line.data["kind"],
            starts=line.data["from"],
            until=line.data.get("until") or line.data["review_by"],
            evidence=(line.key,),
        )
        for line in lines
        if line.kind == "impediment"
    )


def build_listings(lines: Iterable[Line]) -> tuple[Listing, ...]:
    """Entries of watchlists. The number of a listing only joins its events: it goes nowhere."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for line in lines:
        if line.kind != "watchlist":
            continue
        number = (line.agency, line.data["list"], line.data["listing_no"])
        fresh = {"ref": line.key, "list": number[1], "agency": line.agency, "evidence": ()}
        listing = found.setdefault(number, fresh)
        if line.action == "listed":
            listing |= {name: line.data.get(name) for name in _LISTED}
            listing |= {"starts": line.data["from"], "ended_on": None}
        else:
            listing["ended_on"] = day_of(line.at)
        listing["evidence"] += (line.key,)
    return tuple(Listing.model_validate(listing) for listing in found.values())
