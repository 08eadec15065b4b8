"""How nodes meet: under which keys a new one is written, and whom it meets under them. Pure."""

from collections.abc import Collection, Iterable, Iterator

from registry.clusters import Edge
from registry.matcher import Matcher
from registry.nodes import Node
from registry.world import PersonState, World

__all__ = ["alike", "enrol", "met"]


def alike(node: Node, world: World, matcher: Matcher) -> dict[Node, Edge]:
    """Every node that holds a token this one seeks, with what joins them; most share a birthday and no more."""
    return _joined(node, _seekable(node, world, matcher) - {node}, matcher)


def met(
    node: Node, world: World, matcher: Matcher, but: Collection[Node] = frozenset()
) -> Iterator[tuple[Edge, PersonState]]:
    """Whatever joins a node to those in the world, `but` these aside, with who holds the other side."""
    people = {person for key in matcher.rows(node).certain for person in world.found(key)}
    named = {other for person in people for other in world.persons[person].nodes.values()}
    others = (named | _seekable(node, world, matcher)).difference(but, {node})
    for other, edge in _joined(node, others, matcher).items():
        if holder := world.holder(other.id):
            yield edge, holder


def _seekable(node: Node, world: World, matcher: Matcher) -> set[Node]:
    return {other for key in matcher.rows(node).sought for other in world.tokens.get(key, ())}


def _joined(node: Node, others: Iterable[Node], matcher: Matcher) -> dict[Node, Edge]:
    return {other: edge for other in others if (edge := matcher.edge(node, other))}


def enrol(nodes: Iterable[str], world: World, matcher: Matcher) -> None:
    """Write nodes that are new under their keys."""
    for node in nodes:
        holder = world.holder(node)
        if holder is not None:
            known, rows = holder.nodes[node], matcher.rows(holder.nodes[node])
            for key in rows.certain:
                world.note(key, holder.id)
            world.index(known, rows.held, rows.sought)
