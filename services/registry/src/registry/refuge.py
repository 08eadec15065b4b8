"""A refugee's or stateless person's paper, shown at a counter, a check or a hotel: told to the desk like a call. Pure.

Whoever shows one goes another way than enforcement (Perpres 125/2016), also where no protection event was sent. The
desk is told by the sealed way, once for a paper of each source; nothing of it is stored or logged here.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chassis.bus import Letter
from chassis.seal import Hasher
from contracts.persons import MOST_DOCUMENTS
from contracts.refuge import is_decisive, paper_of
from registry.drafts import Draft
from registry.identity import document_key
from registry.late import is_told
from registry.world import World

__all__ = ["PAPER", "PAPER_SHOWN", "told_to_the_desk"]

PAPER_SHOWN = "paper.shown"
"""Type of such a message: no sender waits for a receipt of it."""
PAPER = "paper/"
"""How its id begins."""


def told_to_the_desk(world: World, hasher: Hasher) -> Iterator[Letter]:
    """A call for each person who shows such a paper in what this batch accepted, now or before.

    Not for whoever was erased since: nothing of them is told again.
    """
    for outcome in world.outcomes:
        if not outcome.refused:
            yield from _calls(outcome.draft, world, hasher)


def _calls(draft: Draft, world: World, hasher: Hasher) -> Iterator[Letter]:
    for subject in draft.subjects:
        kind = paper_of(subject.line.person)
        if kind is not None and is_told(draft.key, subject.node.id, world):
            body = json.dumps(_call(draft, subject.line.person, kind, hasher)).encode()
            yield Letter("", f"sealed.{draft.header.agency}", body, type=PAPER_SHOWN)


def _call(draft: Draft, person: Mapping[str, Any], kind: str, hasher: Hasher) -> dict[str, Any]:
    # A family may share a paper, but no birthday.
    keys = sorted(document_key(hasher, document) for document in person["documents"])
    shown = person.get("birth_date") or ""
    # A zone was verified and blanked: it would not be read a second time.
    known = {name: value for name, value in person.items() if name != "mrz"}
    # A document that was told of beside the person's own may be one too many for a person.
    known["documents"] = sorted(person["documents"], key=is_decisive, reverse=True)[:MOST_DOCUMENTS]
    return {
        "specversion": "1.0",
        "type": "id.tapal.protection.v1",
        "source": draft.uri,
        "id": PAPER + hasher.of("paper", kind, shown, *keys),
        # A time that is good to the day was moved to where it lies on that day, which may be ahead of the clock.
        "time": min(draft.header.at, draft.header.received_at).isoformat(),
        "data": {"kind": kind, "person": known},
    }
