"""What comes late to a chain of corrections of which something was erased. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from registry.drafts import Draft
from registry.lines import Line
from registry.world import Head, World

__all__ = ["without_erased"]


def without_erased(draft: Draft, linked: Iterable[Head], world: World) -> Draft:
    """What is kept of an event that joins a chain: nothing of it where the whole chain was erased.

    Where some of the chain is still told of somebody, it is kept but for the claims that were erased.
    """
    claimed = {(head.header.key, node) for head in linked for node in head.nodes}
    told = {(key, node) for key, node in claimed if _is_told(key, node, world)}
    if claimed and not told:
        return _bare(draft)
    erased = {node for _, node in claimed - told}
    paths = {subject.path for subject in draft.subjects if subject.node.id in erased}
    return _without(paths, draft) if paths else draft


def _is_told(key: str, node: str, world: World) -> bool:
    """Whether whoever this claim belongs to is still told what the event says."""
    holder = world.holder(node)
    if holder is None:
        return False
    lines = (Line.from_bytes(told) for claim, told in holder.lines.items() if claim.split("/", 1)[0] == key)
    return any(line.node == node for line in lines)


def _without(paths: set[str], draft: Draft) -> Draft:
    kept = tuple(subject for subject in draft.subjects if subject.path not in paths)
    if not kept:
        return _bare(draft)
    hidden = tuple(f"{path}." for path in paths)
    return replace(
        draft,
        subjects=kept,
        parts={path: part for path, part in draft.parts.items() if path not in paths},
        parties={path: claim for path, claim in draft.parties.items() if not path.startswith(hidden)},
    )


def _bare(draft: Draft) -> Draft:
    return replace(draft, body=b"", parts={}, subjects=(), parties={}, said={}, refs={})
