"""What comes late to a chain of corrections of which something was erased. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from registry.drafts import Draft
from registry.lines import Line
from registry.nodes import Node
from registry.world import Head, World

__all__ = ["is_told", "without_erased"]


def without_erased(draft: Draft, linked: Iterable[Head], world: World) -> Draft:
    """What is kept of an event that joins a chain.

    All of it where nothing of the chain was erased; else the claims of those who are known otherwise, or of whom the
    chain still tells. Whoever was erased does not come back by another spelling of theirs.
    """
    claimed = {(head.header.key, node) for head in linked for node in head.nodes}
    told = {(key, node) for key, node in claimed if is_told(key, node, world)}
    if claimed == told:
        return draft
    still = {node for _, node in told}
    paths = {one.path for one in draft.subjects if one.node.id not in still and not _is_known(one.node, world)}
    return _without(paths, draft) if paths or not draft.subjects else draft


def _is_known(node: Node, world: World) -> bool:
    """Whether this very claim was made of somebody who is there, or they hold a document of it."""
    return world.holder(node.id) is not None or any(world.found(key) for key in node.keys)


def is_told(key: str, node: str, world: World) -> bool:
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
