"""Incidents: people met together at a patrol or at premises. One for each check and its corrections. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from contracts.messages import IncidentChanged, PersonMet
from contracts.persons import born_under_18_years_before
from registry.chains import effective
from registry.drafts import Draft
from registry.lines import Line, day_of
from registry.world import Head, IncidentState, World

__all__ = ["announced", "record", "roots"]

KINDS = ("patrol", "premises")
PASSENGER = "passenger"
UNASKED = (None, "not_asked")
SAID = ("kind", "basis", "ground", "village", "screening", "group")


def roots(drafts: Iterable[Draft], world: World) -> set[str]:
    """Every id under which an incident of these drafts may be known: the events of their chains."""
    checks = [draft for draft in drafts if draft.header.kind == "check"]
    chains = {key for key, head in world.heads.items() if head.header.kind == "check"}
    targets = {head.header.target for head in world.heads.values() if head.header.target}
    return {draft.key for draft in checks} | {d.header.target for d in checks if d.header.target} | chains | targets


def record(draft: Draft, linked: Iterable[Head], world: World) -> None:
    """Take a check into its incident. Events that turn out to be one chain turn out to be one incident."""
    if draft.header.kind != "check":
        return
    around = {draft.key, *(head.header.key for head in linked)}
    keys = around | {head.header.target for head in linked if head.header.target}
    keys |= {draft.header.target} if draft.header.target else set()
    known = [world.incidents[key] for key in sorted(keys & world.incidents.keys())]
    if not known and draft.said.get("kind") not in KINDS:
        return
    id = _first(draft, world)
    mine = world.incidents.setdefault(id, IncidentState(id))
    for other in known:
        if other.id != id and other.merged_into is None:
            mine.lines |= other.lines
            other.lines, other.merged_into = {}, id
            other.change()
    for head in linked:
        mine.lines.setdefault(head.header.key, head.header.to_bytes())
    mine.lines[draft.key] = _line(draft).to_bytes()
    mine.merged_into = None
    mine.change()


def _first(draft: Draft, world: World) -> str:
    """The first event of the chain, as far as it is known."""
    key, target, seen = draft.key, draft.header.target, {draft.key}
    while target is not None and target not in seen:
        seen.add(target)
        key = target
        target = world.heads[key].header.target if key in world.heads else None
    return key


def _line(draft: Draft) -> Line:
    met = [[subject.node.id, _role(subject.line)] for subject in draft.subjects]
    said = {name: draft.said[name] for name in SAID if name in draft.said}
    return replace(draft.header, data={**said, "met": met}, elsewhere=False)


def _role(line: Line) -> str | None:
    """A minor is a passenger, whatever else was written: by the birth date or, where none is told, by being asked."""
    found, born = line.data.get("found", {}), line.person.get("birth_date", "")
    young = bool(born) and born_under_18_years_before(born, day_of(line.at))
    asked = len(born) < len("YYYY-MM-DD") and found.get("minor_with") not in UNASKED
    return PASSENGER if young or asked else found.get("role")


def announced(incident: IncidentState, world: World) -> IncidentChanged:
    """What goes out: what was found, and opaque ids. Withdrawn where nothing of it counts any more."""
    if incident.merged_into is not None:
        return IncidentChanged(incident=incident.id, version=incident.version, merged_into=incident.merged_into)
    counted = effective(map(Line.from_bytes, incident.lines.values()))
    if not counted:
        return IncidentChanged(incident=incident.id, version=incident.version, withdrawn=True)
    [line] = counted
    met = [(world.holder(node), role) for node, role in line.data["met"]]
    return IncidentChanged(
        incident=incident.id,
        version=incident.version,
        at=line.at,
        agency=line.agency,
        **{name: line.data[name] for name in SAID if name in line.data},
        people=tuple(PersonMet(person=state.id, role=role) for state, role in met if state is not None),
        evidence=(line.key,),
    )
