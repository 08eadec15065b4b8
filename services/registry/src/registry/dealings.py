"""What a party itself did or was found to be, kept as lines like a person's: any order, repeats, corrections. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from contracts.dealings import DataRequest, PartyApproval, SponsorCheck
from contracts.messages import PartyChanged
from registry.chains import effective
from registry.drafts import Draft
from registry.lines import Line
from registry.said import evidence
from registry.world import Head, PartyState, World

__all__ = ["party_changed", "record_dealings"]

_OF_REQUEST = ("served_at", "due_at", "answered_at")
_OF_APPROVAL = ("headcount", "valid_until", "ended_on")


def record_dealings(draft: Draft, linked: Iterable[Head], parties: Mapping[str, str], world: World) -> tuple[str, ...]:
    """Take an event into the parties it is about. Whoever knows one event of a chain knows that the others exist.

    Returns the parties whose dealings it touches.
    """
    chain = list(linked)
    said = _said(draft)
    named = {party for path, party in parties.items() if path in said}
    if draft.decision is not None:
        return _decide(draft.decision, world)
    touched = named | {party for head in chain for party in head.parties}
    for party in touched:
        state = world.parties[party]
        for header in (draft.header, *(head.header for head in chain)):
            state.lines.setdefault(header.key, header.to_bytes())
    for path, party in parties.items():
        if path in said:
            line = replace(draft.header, data=said[path], refs=dict(draft.refs), elsewhere=False)
            world.parties[party].lines[draft.key] = line.to_bytes()
    for party in touched:
        world.parties[party].change()
    return tuple(sorted(touched))


def _decide(decision: Line, world: World) -> tuple[str, ...]:
    """What a human decided of an event counts for the parties it was about as well; the reason stays where it is."""
    event = decision.data["event"]
    parties = world.heads[event].parties if event in world.heads else ()
    for party in parties:
        state = world.parties[party]
        state.lines[decision.claim] = replace(decision, data={"event": event}).to_bytes()
        state.change()
    return parties


def _said(draft: Draft) -> dict[str, dict[str, Any]]:
    """What an event says of the party at a path, where that is of its own doing."""
    said, kind = draft.said, draft.header.kind
    if kind == "lodging" and "request" in draft.refs:
        return {"establishment": {**_some(said, _OF_REQUEST), "proof": bool(said.get("proof_ref"))}}
    if kind == "check" and said.get("kind") == "sponsor":
        return {"sponsor": {"basis": said["basis"], "result": said["sponsor_result"]}}
    if kind == "work" and "approval" in draft.refs and (counted := _some(said, _OF_APPROVAL)):
        return {"employer": counted}
    return {}


def _some(said: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


def party_changed(party: PartyState) -> PartyChanged:
    """A party by its opaque id, and what is known of its own dealings."""
    lines = effective(map(Line.from_bytes, party.lines.values()))
    return PartyChanged(
        party=party.id,
        version=party.version,
        kind=party.kind,
        village=party.village,
        refs=tuple(sorted(party.keys)),
        requests=tuple(_requests(lines)),
        sponsor_checks=tuple(_check(line) for line in lines if line.kind == "check"),
        approvals=tuple(_approvals(lines)),
    )


def _requests(lines: Iterable[Line]) -> Iterable[DataRequest]:
    for ref, told in _by_ref(lines, "request").items():
        data = {name: value for line in told for name, value in line.data.items() if name != "proof"}
        if "served_at" in data:
            proof = any(line.data["proof"] for line in told)
            yield DataRequest.model_validate({**data, "ref": ref, "proof": proof, "evidence": evidence(told)})


def _approvals(lines: Iterable[Line]) -> Iterable[PartyApproval]:
    for ref, told in _by_ref(lines, "approval").items():
        data = {name: value for line in told for name, value in line.data.items()}
        yield PartyApproval.model_validate({**data, "ref": ref, "evidence": evidence(told)})


def _by_ref(lines: Iterable[Line], name: str) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        if name in line.refs:
            found.setdefault(line.refs[name], []).append(line)
    return found


def _check(line: Line) -> SponsorCheck:
    return SponsorCheck(basis=line.data["basis"], result=line.data["result"], at=line.at, evidence=(line.key,))
