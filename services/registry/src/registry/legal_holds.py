"""Legal holds: what is not erased while a proceeding needs it, of a person's claims or of one event. Pure."""

from collections.abc import Iterable

from chassis.mongo import Document
from registry.erasure import chains_with
from registry.world import PersonState

__all__ = ["held", "holders"]


def held(state: PersonState, events: frozenset[str] | None, holds: Iterable[Document]) -> frozenset[str] | None:
    """What of these events (None: everything) may be erased. Nothing of a person on hold, and nothing of a held event.

    A hold on a person is on its claims: it stays with them through merges and splits.
    """
    lines, kept = state.parsed(), set[str]()
    for hold in holds:
        if hold["event"] is not None:
            kept.add(hold["event"])
        elif not state.nodes.keys().isdisjoint(hold["nodes"]):
            return frozenset()
    mine = kept & {line.key for line in lines}
    if not mine:
        return events
    wanted = events if events is not None else frozenset(line.key for line in lines)
    return wanted - chains_with(mine, lines)


def holders(hold: Document, people: Iterable[PersonState]) -> list[str]:
    """Whose cases a hold keeps: whoever has claims that it is on and, where it is on one event, is told of that."""
    return sorted(
        state.id
        for state in people
        if not state.nodes.keys().isdisjoint(hold["nodes"]) and (hold["event"] is None or _tells(state, hold["event"]))
    )


def _tells(state: PersonState, event: str) -> bool:
    return any(line.key == event and not line.elsewhere for line in state.parsed())
