"""How the registry answers: dossiers with names, for the gateway alone. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.seal import Hasher
from registry.dossier import Dossier, Stated
from registry.lines import Line
from registry.moments import Moment
from registry.nodes import Node, Verdict
from registry.ranking import Hit
from registry.settle import review_id
from registry.world import PersonState

__all__ = ["claims_view", "dossier_view", "hit_view", "proof_view", "verdict_view"]


NEVER_SHOWN = ("listing_no",)


def dossier_view(state: PersonState, dossier: Dossier, lines: Iterable[Line], moment: Moment) -> dict[str, Any]:
    """A dossier with names, each value with the events it rests on; `lines` are what it was folded from."""
    counted = set(dossier.counted)
    return {
        "id": state.id,
        "version": state.version,
        "as_of": moment.day,
        "known_at": moment.known_at,
        "name": dossier.name,
        "names": _stated(dossier.names),
        "documents": [{**item.value, "evidence": item.evidence} for item in dossier.documents],
        "birth_dates": _stated(dossier.birth_dates),
        "citizenships": _stated(dossier.citizenships),
        "sexes": _stated(dossier.sexes),
        "contested": dossier.contested,
        "contradictions": [
            {
                "field": item.field,
                "values": [{"value": value, "evidence": evidence} for value, evidence in item.values],
            }
            for item in dossier.contradictions
        ],
        "snapshot": dossier.history.model_dump(mode="json", exclude={"origin"}),
        "events": [_event(line, counted) for line in sorted(lines, key=lambda line: line.order)],
    }


def proof_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A proof of erasure."""
    return {"id": row["_id"], **{name: value for name, value in row.items() if name != "_id"}}


def _stated(values: tuple[Stated, ...]) -> list[dict[str, Any]]:
    return [{"value": item.value, "evidence": item.evidence} for item in values]


def _event(line: Line, counted: set[str]) -> dict[str, Any]:
    return {
        "key": line.key,
        "kind": line.kind,
        "action": line.action,
        "at": line.at,
        "received_at": line.received_at,
        "agency": line.agency,
        "source": line.source,
        "channel": line.channel,
        "village": line.village,
        "data": {name: value for name, value in line.data.items() if name not in NEVER_SHOWN},
        "node": line.node or None,
        "superseded": line.key not in counted,
    }


def claims_view(state: PersonState, dossier: Dossier, hasher: Hasher) -> dict[str, Any]:
    """What the person is made of: groups of claims that a human may part, the doubts, and what humans decided."""
    said: dict[str, list[str]] = {node: [] for node in state.nodes}
    for line in state.parsed():
        if line.node:
            said[line.node].append(line.key)
    return {
        "claims": [
            {"node": node.id, **_identifying(node), "evidence": said[node.id], "counts": node.id not in state.idle}
            for node in state.nodes.values()
        ],
        "doubts": [
            {"review": review_id(hasher, doubt.pair), "kind": doubt.kind, "total": doubt.total, "open": doubt.open}
            for doubt in state.doubts.values()
        ],
        "verdicts": [verdict_view(verdict) for verdict in sorted(state.verdicts.values(), key=lambda item: item.order)],
        "decisions": dict(dossier.decisions),
    }


def hit_view(hit: Hit) -> dict[str, Any]:
    """One person found, what is known of him, and why he was found."""
    return {
        "person": hit.person,
        "total": round(hit.total, 1),
        "names": hit.card.names,
        "birth_dates": hit.card.births,
        "places": hit.card.places,
        "parts": [{"field": part.field, "label": part.label, "weight": round(part.weight, 1)} for part in hit.parts],
    }


def _identifying(node: Node) -> dict[str, Any]:
    said = node.profile
    documents = [dict(zip(("kind", "issuer", "number"), document, strict=True)) for document in said.documents]
    return {"name": said.whole_name or None, "birth_date": said.birth_date, "documents": documents}


def verdict_view(verdict: Verdict) -> dict[str, Any]:
    """What a human said of two sides, when and why."""
    return {
        "key": verdict.key,
        "verdict": verdict.verdict,
        "at": verdict.at,
        "by": verdict.by,
        "role": verdict.role,
        "reason": verdict.reason,
        "left": sorted(verdict.left),
        "right": sorted(verdict.right),
    }
