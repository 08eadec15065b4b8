"""A new claim among the persons there are: whom it may be. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from registry.clusters import REVIEW
from registry.doubts import weigh
from registry.matcher import Matcher
from registry.meeting import met
from registry.nodes import Node
from registry.regroup import Joining
from registry.world import PersonState, World

__all__ = ["Joining", "join", "newcomer"]


def newcomer(node: Node, world: World, joining: Joining) -> PersonState:
    """A person made of one node alone. Whether it is somebody known is found out by `join`."""
    person = joining.mint()
    world.persons[person] = PersonState(person, nodes={node.id: replace(node, home=person)})
    world.rows.setdefault(node.id, set()).add(person)
    return world.persons[person]


def join(people: Iterable[str], new: Collection[str], world: World, joining: Joining) -> set[str]:
    """Cut these persons again with whoever may be one of them, and weigh their doubts. Returns who changed.

    `new`: the nodes of theirs that nobody met yet.
    """
    cut = {world.living(person).id for person in people}
    fresh = {person for person in cut if world.persons[person].version == 0}
    near = {other for person in cut for other in _linked(world.persons[person], world, joining.matcher)}
    regrouped = joining.regroup(cut | near, world)
    for person in fresh - regrouped.living:
        _forget(person, world)
    changed = regrouped.changed | weigh(regrouped.living, new, world, joining.matcher)
    return {person for person in changed if person in world.persons}


def _linked(state: PersonState, world: World, matcher: Matcher) -> set[str]:
    """The other persons in the world with whom one of the nodes of this one is linked."""
    mine = set(state.nodes.values())
    pairs = (pair for node in mine for pair in met(node, world, matcher, but=mine))
    return {holder.id for edge, holder in pairs if edge.rank < REVIEW} - {state.id}


def _forget(person: str, world: World) -> None:
    """A person that was made and at once found to be somebody known was never there."""
    heir = world.living(person)
    for node in list(heir.nodes.values()):
        if node.home == person:
            heir.nodes[node.id] = replace(node, home=heir.id)
            world.rows[node.id] = {heir.id}
    del world.persons[person]
