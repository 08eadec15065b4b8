"""What comes late to a chain of corrections of which something was erased. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from registry.drafts import Draft
from registry.lines import Line
from registry.nodes import Node
from registry.world import Head, World

__all__ = ["is_told", "without_erased"]


def without_erased(draft: Draft, linked: Collection[Head], world: World) -> Draft:
    """What is kept of an event that joins a chain.

    All of it where nothing of the chain was erased; else the claims of those who are known otherwise, or of whom the
    chain still tells. Whoever was erased does not come back by another spelling of theirs.
    """
    told = {head.header.key: {node for node in head.nodes if is_told(head.header.key, node, world)} for head in linked}
    erased = [head for head in linked if set(head.nodes) - told[head.header.key]]
    if not erased:
        return draft
    still = set[str]().union(*told.values())
    # Of whom something of the chain was erased while they live, it stays so.
    gone = {person for head in erased for person in _whose(head, told[head.header.key], world)}
    paths = {
        one.path for one in draft.subjects if one.node.id not in still and not _known(one.node, world).difference(gone)
    }
    return _without(paths, draft) if paths or not (draft.subjects or still) else draft


def _whose(head: Head, told: Iterable[str], world: World) -> set[str]:
    """Whom the event was about and is told of no more."""
    about = {world.living(person).id if person in world.persons else person for person in head.subjects}
    return about - {holder.id for node in told if (holder := world.holder(node))}


def _known(node: Node, world: World) -> set[str]:
    """Of whom this very claim was made, or who hold a document of it."""
    holder = world.holder(node.id)
    return {person for key in node.keys for person in world.found(key)} | ({holder.id} if holder else set())


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
