"""How the registry answers: dossiers with names, for the gateway alone. Pure."""

from typing import Any

from registry.dossier import Dossier, Stated
from registry.lines import Line
from registry.world import PersonState

__all__ = ["dossier_view"]


def dossier_view(state: PersonState, dossier: Dossier) -> dict[str, Any]:
    """A dossier with names, each value with the events it rests on."""
    counted = set(dossier.counted)
    return {
        "id": state.id,
        "version": state.version,
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
                "resolved": item.resolved,
            }
            for item in dossier.contradictions
        ],
        "snapshot": dossier.history.model_dump(mode="json", exclude={"origin"}),
        "events": [_event(line, counted) for line in sorted(state.parsed(), key=lambda line: line.order)],
    }


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
        "data": line.data,
        "superseded": line.key not in counted,
    }
