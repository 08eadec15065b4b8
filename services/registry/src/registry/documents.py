"""How the registry's states look as documents, and back."""

from typing import Any

from chassis.mongo import Document
from registry.drafts import Draft
from registry.lines import Line
from registry.nodes import Doubt, Node, Verdict
from registry.world import Head, HoldState, IncidentState, KnownReview, PartyState, PersonState, SourceState

__all__ = [
    "head_of",
    "hold_document",
    "hold_of",
    "incident_document",
    "incident_of",
    "log_document",
    "party_document",
    "party_of",
    "person_document",
    "person_of",
    "review_of",
    "source_document",
    "source_of",
]

_HEADER = ("agency", "source", "kind", "action", "at", "received_at", "target", "voids", "sequence", "channel")


def log_document(draft: Draft, head: Head) -> Document:
    """An entry of the log: a clear header without personal data, and what is sealed before it rests."""
    return {
        "_id": draft.key,
        **{name: getattr(draft.header, name) for name in _HEADER},
        "subjects": list(head.subjects),
        "nodes": list(head.nodes),
        "parties": list(head.parties),
        "reviews": [list(pair) for pair in head.reviews],
        "outcome": draft.outcome,
        "content": draft.content,
        "trace": draft.trace,
        "body": draft.body,
        "parts": [{"path": path, "bytes": part} for path, part in draft.parts.items()],
    }


def head_of(document: Document) -> Head:
    """The header of a log entry."""
    header = Line(key=document["_id"], elsewhere=True, **{name: document[name] for name in _HEADER})
    reviews = ((one, other) for one, other in document["reviews"])
    return Head(
        header,
        document["content"],
        document["outcome"],
        tuple(document["subjects"]),
        tuple(document["nodes"]),
        tuple(document["parties"]),
        tuple(reviews),
    )


def person_document(state: PersonState) -> Document:
    """A person as stored. The version stands outside of what is folded."""
    return {
        "_id": state.id,
        "v": state.version,
        "lines": [{"k": claim, "b": stored} for claim, stored in state.lines.items()],
        "nodes": [node.to_document() for node in state.nodes.values()],
        "verdicts": [verdict.to_bytes() for verdict in state.verdicts.values()],
        "doubts": [[*doubt.pair, doubt.kind, doubt.total, doubt.open, doubt.listed] for doubt in state.doubts.values()],
        "idle": sorted(state.idle),
        "parties": [[party, *named] for party, named in state.parties.items()],
        "card": state.card,
        "merged_into": state.merged_into,
        **({"erased": True} if state.erased else {}),
        **({"due": state.due[0], "due_rule": state.due[1]} if state.due else {}),
    }


def person_of(document: Document) -> PersonState:
    """A person as read."""
    verdicts = map(Verdict.from_bytes, document["verdicts"])
    doubts = (Doubt((one, other), *rest) for one, other, *rest in document["doubts"])
    return PersonState(
        id=document["_id"],
        version=document["v"],
        read_version=document["v"],
        lines={line["k"]: line["b"] for line in document["lines"]},
        read_claims=frozenset(line["k"] for line in document["lines"]),
        nodes={row["id"]: Node.of_document(row) for row in document["nodes"]},
        verdicts={verdict.key: verdict for verdict in verdicts},
        doubts={doubt.pair: doubt for doubt in doubts},
        idle=frozenset(document["idle"]),
        parties={party: (number, name) for party, number, name in document["parties"]},
        card=document["card"],
        read_card=document["card"],
        merged_into=document["merged_into"],
        erased=document.get("erased", False),
        due=(document["due"], document["due_rule"]) if "due" in document else None,
    )


def party_document(state: PartyState) -> Document:
    """A party as stored."""
    lines = [{"k": key, "b": stored} for key, stored in state.lines.items()]
    named = _fields(state, _PARTY)
    return {"_id": state.id, "v": state.version, "keys": sorted(state.keys), "lines": lines, **named}


def party_of(document: Document) -> PartyState:
    """A party as read."""
    version = document["v"]
    named = {name: document[name] for name in _PARTY}
    lines = {line["k"]: line["b"] for line in document["lines"]}
    keys = set(document["keys"])
    return PartyState(document["_id"], version=version, read_version=version, keys=keys, lines=lines, **named)


def incident_document(state: IncidentState) -> Document:
    """An incident as stored."""
    lines = [{"k": key, "b": stored} for key, stored in state.lines.items()]
    return {"_id": state.id, "v": state.version, "lines": lines, "merged_into": state.merged_into}


def incident_of(document: Document) -> IncidentState:
    """An incident as read."""
    lines = {line["k"]: line["b"] for line in document["lines"]}
    version = document["v"]
    return IncidentState(document["_id"], version, lines, document["merged_into"], read_version=version)


def hold_document(state: HoldState) -> Document:
    """A hold as stored: its causes are opaque."""
    return {"_id": state.person, "v": state.version, "causes": sorted(state.causes)}


def hold_of(document: Document) -> HoldState:
    """A hold as read."""
    version = document["v"]
    return HoldState(document["_id"], version=version, read_version=version, causes=set(document["causes"]))


def review_of(document: Document) -> KnownReview:
    """A question of who is who, as read."""
    one, other = document["pair"]
    return KnownReview(Doubt((one, other), document["kind"], document["total"], document["open"]), document["v"])


def source_document(state: SourceState) -> Document:
    """A source as stored."""
    return {
        "_id": f"{state.agency}/{state.code}",
        "v": state.version,
        "covers": [list(period) for period in state.covers],
        **_fields(state, _SOURCE),
    }


def source_of(document: Document) -> SourceState:
    """A source as read."""
    version = document["v"]
    covers = tuple((begins, until) for begins, until in document["covers"])
    named = {name: document[name] for name in _SOURCE}
    return SourceState(version=version, read_version=version, covers=covers, **named)


_PARTY = ("kind", "names", "numbers", "village")
_SOURCE = ("agency", "code", "last_heard_at", "closed_until")


def _fields(state: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(state, name) for name in names}
