"""How nodes meet: under which keys a new one is written, and whom it meets under them. Pure."""

from collections.abc import Iterable, Iterator

from registry.clusters import Edge
from registry.matcher import Matcher
from registry.nodes import Node
from registry.world import PersonState, World

__all__ = ["alike", "enrol", "met"]


def alike(node: Node, world: World, matcher: Matcher) -> dict[Node, Edge]:
    """Every node that holds a token this one seeks, with what joins them; most share a birthday and no more."""
    others = {other for key in matcher.rows(node).sought for other in world.tokens.get(key, ())}
    return {other: edge for other in others - {node} if (edge := matcher.edge(node, other))}


def met(node: Node, world: World, matcher: Matcher) -> Iterator[tuple[Edge, PersonState]]:
    """Whatever joins a node to those in the world, with who holds the other side."""
    people = {person for key in matcher.rows(node).certain for person in world.found(key)}
    named = {other for person in people for other in world.persons[person].nodes.values()} - {node}
    certain = {other: edge for other in named if (edge := matcher.edge(node, other))}
    for other, edge in (alike(node, world, matcher) | certain).items():
        if holder := world.holder(other.id):
            yield edge, holder


def enrol(nodes: Iterable[str], world: World, matcher: Matcher) -> None:
    """Write nodes that are new under their keys."""
    for node in nodes:
        holder = world.holder(node)
        if holder is not None:
            known, rows = holder.nodes[node], matcher.rows(holder.nodes[node])
            for key in rows.certain:
                world.note(key, holder.id)
            world.index(known, rows.held, rows.sought)
