"""Doubts: who may be someone else, which only a human may say. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from registry.clusters import REVIEW, Edge, Rulings
from registry.matcher import Matcher
from registry.meeting import met
from registry.nodes import Doubt, Node, Pair, pair_of
from registry.world import PersonState, World

__all__ = ["doubtful_nodes", "listed_nodes", "weigh"]


def doubtful_nodes(state: PersonState) -> set[str]:
    """The nodes of others that may be this person."""
    return {node for pair in state.doubts for node in pair} - state.nodes.keys()


def listed_nodes(state: PersonState) -> set[str]:
    """The nodes of others that may be this person, where one of the two is of a watchlist."""
    return {node for pair, doubt in state.doubts.items() if doubt.listed for node in pair} - state.nodes.keys()


def weigh(people: Iterable[str], new: Collection[str], world: World, matcher: Matcher) -> set[str]:
    """Find every doubt of these persons anew. Returns whose doubts changed, on either side.

    All persons who share a row with a `new` node of theirs, and all with whom there was a doubt, are in the world.
    """
    changed: set[str] = set()
    mine = {world.living(person).id for person in people}
    for person in sorted(mine):
        state = world.persons[person]
        found = {doubt.pair: doubt for doubt in _doubts(state, mine, new, world, matcher)}
        if found != state.doubts:
            for pair in found.keys() | state.doubts.keys():
                changed |= _changed(pair, found.get(pair), state, world)
            state.doubts = found
    for person in changed:
        world.persons[person].change()
    return changed


def _changed(pair: Pair, now: Doubt | None, state: PersonState, world: World) -> set[str]:
    """Write one doubt on the other side too, and in the list of reviews where one opens or ends. Who was changed."""
    was = state.doubts.get(pair)
    if now == was:
        return set()
    if doubt := now or was:
        ends = was is not None and was.open
        if (now is not None and now.open) or ends:
            world.reviews[pair] = now or replace(doubt, open=False)
    others = [holder for node in pair if (holder := world.holder(node)) and holder.id != state.id]
    for other in others:
        if now is None:
            other.doubts.pop(pair, None)
        else:
            other.doubts[pair] = now
    return {state.id, *(other.id for other in others)}


def _doubts(
    state: PersonState, beside: set[str], new: Collection[str], world: World, matcher: Matcher
) -> Iterator[Doubt]:
    near = beside | {holder.id for other in doubtful_nodes(state) if (holder := world.holder(other))}
    for node in state.nodes.values():
        # Whoever may be one that was there before is in doubt with it since then.
        people = near | {holder.id for _, holder in met(node, world, matcher)} if node.id in new else near
        for person in sorted(people - {state.id}):
            theirs = world.persons[person]
            for other in theirs.nodes.values():
                if edge := matcher.edge(node, other):
                    yield _doubt(edge, (node, other), state, theirs)


def _doubt(edge: Edge, nodes: tuple[Node, Node], mine: PersonState, theirs: PersonState) -> Doubt:
    pair = pair_of(edge.one, edge.other)
    kind = "contradiction" if edge.contradicts else "similar" if edge.rank == REVIEW else "parted"
    idle = not (mine.idle | theirs.idle).isdisjoint(pair)
    is_open = not idle and not _decided(pair, kind, mine, theirs)
    return Doubt(pair, kind, round(edge.total, 2), is_open, listed=any(node.listing for node in nodes))


def _decided(pair: Pair, kind: str, mine: PersonState, theirs: PersonState) -> bool:
    rulings = Rulings([*mine.verdicts.values(), *theirs.verdicts.values()])
    if rulings.empty or rulings.on(*pair) is not None:
        return not rulings.empty
    # A human who knows both apart is not asked again for every new spelling.
    pairs = ((one, other) for one in mine.nodes for other in theirs.nodes) if kind == "similar" else ()
    return any((ruling := rulings.on(*one)) is not None and ruling.verdict == "different" for one in pairs)
