"""A refugee's or stateless person's paper, shown at a counter, a check or a hotel: told to the desk like a call. Pure.

Whoever shows one goes another way than enforcement (Perpres 125/2016), also where no protection event was sent. The
desk is told by the sealed way, once for a paper of each source; nothing of it is stored or logged here.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chassis.bus import Letter
from chassis.seal import Hasher
from contracts.refuge import paper_of
from registry.drafts import Draft
from registry.identity import document_key

__all__ = ["PAPER_SHOWN", "told_to_the_desk"]

PAPER_SHOWN = "paper.shown"
"""Type of such a message: no sender waits for a receipt of it."""


def told_to_the_desk(draft: Draft, hasher: Hasher) -> Iterator[Letter]:
    """A call for each person of the event who shows such a paper."""
    for subject in draft.subjects:
        kind = paper_of(subject.line.person)
        if kind is not None:
            body = json.dumps(_call(draft, subject.line.person, kind, hasher)).encode()
            yield Letter("", f"sealed.{draft.header.agency}", body, type=PAPER_SHOWN)


def _call(draft: Draft, person: Mapping[str, Any], kind: str, hasher: Hasher) -> dict[str, Any]:
    keys = sorted(document_key(hasher, document) for document in person["documents"])
    # A zone was verified and blanked: it would not be read a second time.
    known = {name: value for name, value in person.items() if name != "mrz"}
    return {
        "specversion": "1.0",
        "type": "id.tapal.protection.v1",
        "source": draft.uri,
        "id": f"paper/{hasher.of('paper', kind, *keys)}",
        "time": draft.header.at.isoformat(),
        "data": {"kind": kind, "person": known},
    }
