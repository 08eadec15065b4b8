"""Everything anew from the log: its entries become drafts again, and drafts become persons. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from chassis.mongo import Document
from registry.cutting import mended
from registry.decisions import decided
from registry.documents import head_of
from registry.drafts import Draft, Reader
from registry.intake import TAPAL, apply
from registry.joining import Joining
from registry.world import World

__all__ = ["rebuild", "restored"]


def restored(entry: Document, reader: Reader) -> Draft:
    """The draft that an opened entry was stored from; of an erased one or a citizen's, only that it was there."""
    header = head_of(entry).header
    parts = {part["path"]: part["bytes"] for part in entry["parts"]}
    kept = {
        "content": entry["content"],
        "trace": entry["trace"],
        "outcome": entry["outcome"],
    }
    bare = Draft(
        header=header,
        uri="",
        event_id="",
        body=entry["body"],
        parts=parts,
        subjects=(),
        parties={},
        **kept,
    )
    if header.agency == TAPAL and parts:
        verdict, decision = decided(header, parts)
        return replace(bare, verdict=verdict, decision=decision)
    if not entry["body"]:
        return bare
    raw, holes = mended(entry["body"], parts)
    again = reader.restore(raw, f"{header.agency}/{header.source}", header.received_at, holes)
    return replace(again, body=entry["body"], parts=parts, **kept)


def rebuild(entries: Iterable[Document], reader: Reader, joining: Joining) -> World:
    """The world that these entries make, in any order of events; decisions come after what they decide on."""
    world = World()
    decisions = []
    for entry in entries:
        if entry["agency"] == TAPAL:
            decisions.append(entry)
            continue
        apply(restored(entry, reader), world, joining)
        world.next_batch()
    for entry in sorted(decisions, key=lambda row: (row["received_at"], row["_id"])):
        apply(restored(entry, reader), world, joining)
        world.next_batch()
    return world
