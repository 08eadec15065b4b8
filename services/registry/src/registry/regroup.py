"""Cut the nodes of some persons anew: persons merge and split, and every line goes where its node goes. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from registry.clusters import REVIEW, Edge, Rulings, connected, cut, lies_with
from registry.matcher import Matcher
from registry.nodes import Node
from registry.scope import Cluster, Scope, lines_of, owners
from registry.world import HoldState, PersonState, World

__all__ = ["Joining", "tied_nodes"]


def tied_nodes(state: PersonState) -> set[str]:
    """Nodes of others that are cut together with this person: a human judged them, or a link to them is blocked."""
    judged = {node for verdict in state.verdicts.values() for node in (*verdict.left, *verdict.right)}
    blocked = {node for doubt in state.doubts.values() if doubt.kind == "parted" for node in doubt.pair}
    return (judged | blocked) - state.nodes.keys()


@dataclass(frozen=True)
class Regrouped:
    """Who is left living of those who were cut, and who changed, those who were merged away included."""

    living: frozenset[str]
    changed: frozenset[str]


@dataclass(frozen=True)
class Joining:
    """How persons are cut. `mint` makes the ids of new ones."""

    matcher: Matcher
    mint: Callable[[], str]

    def regroup(self, people: Iterable[str], world: World) -> Regrouped:
        """Cut these persons and all that hang together with them. Whom it changes gets a new version."""
        scope = Scope.of([world.persons[person] for person in sorted(closed(people, world))])
        found = owners(self._clusters(scope), scope, world, self.mint)
        causes = {person: _causes(nodes, scope, world) for person, nodes in found.items()}
        gone = scope.before.keys() - found.keys()
        changed = {
            person
            for person, nodes in found.items()
            if _settle_in(world.persons.setdefault(person, PersonState(person)), nodes, scope)
        }
        for person in gone:
            _bury(world.persons[person], _heir(scope.before[person], found))
        for person in found:
            _hold(person, causes[person], world)
            self._find_again(world.persons[person], world)
        return Regrouped(frozenset(found), frozenset(changed | gone))

    def _clusters(self, scope: Scope) -> list[Cluster]:
        """Nodes of which nothing counts any more join nobody: they lie with whom they would be, or alone."""
        counted = [scope.nodes[node] for node in sorted(scope.counted)]
        idle = [scope.nodes[node] for node in sorted(scope.nodes.keys() - scope.counted)]
        rulings = Rulings(scope.verdicts.values())
        clusters = self._cut(counted, rulings)
        owner = {node: cluster for cluster in clusters for node in cluster}
        laid: dict[str, Cluster] = {}
        for node in idle:
            edges = self._edges((node, other) for other in counted)
            if near := lies_with(node.id, edges, rulings):
                laid[node.id] = owner[near]
        alone = [node for node in idle if node.id not in laid]
        return [
            *(cluster.union(node for node, where in laid.items() if where is cluster) for cluster in clusters),
            *self._cut(alone, rulings),
        ]

    def _cut(self, nodes: Sequence[Node], rulings: Rulings) -> list[Cluster]:
        if rulings.empty and self.matcher.agree(nodes):
            return connected(nodes, self._are_linked)
        return cut(nodes, self._edges(combinations(nodes, 2)), rulings, self.matcher.contradict)

    def _are_linked(self, one: Node, other: Node) -> bool:
        edge = self.matcher.edge(one, other)
        return edge is not None and edge.rank < REVIEW

    def _edges(self, pairs: Iterable[tuple[Node, Node]]) -> list[Edge]:
        return [edge for one, other in pairs if (edge := self.matcher.edge(one, other))]

    def _find_again(self, state: PersonState, world: World) -> None:
        """A node that came to a person to whom its rows do not lead is written under that person as well."""
        for node in state.nodes.values():
            if state.id not in world.found(node.id):
                for key in self.matcher.rows(node).certain:
                    world.note(key, state.id)


def closed(people: Iterable[str], world: World) -> set[str]:
    """These persons, and those whom a verdict or a blocked link ties to them, near or far."""
    seen: set[str] = set()
    ahead = {world.living(person).id for person in people}
    while ahead:
        seen |= ahead
        tied = {node for person in ahead for node in tied_nodes(world.persons[person])}
        ahead = {state.id for node in tied if (state := world.holder(node))} - seen
    return seen


def _causes(nodes: Cluster, scope: Scope, world: World) -> set[str]:
    """What holds anyone whose nodes these were holds who has them now: a machine lets nobody go."""
    held = [person for person, before in scope.before.items() if not nodes.isdisjoint(before)]
    return {cause for person in held if person in world.holds for cause in world.holds[person].causes}


def _hold(person: str, causes: set[str], world: World) -> None:
    known = world.holds[person].causes if person in world.holds else set()
    if causes - known:
        hold = world.holds.setdefault(person, HoldState(person))
        hold.causes = known | causes
        hold.version = hold.read_version + 1


def _settle_in(state: PersonState, nodes: Cluster, scope: Scope) -> bool:
    before: tuple[object, ...] = (state.merged_into, frozenset(state.nodes), state.idle, state.lines, state.verdicts)
    lines = lines_of(nodes, scope)
    idle = nodes - scope.counted
    verdicts = {v.key: v for v in scope.verdicts.values() if not nodes.isdisjoint(v.left | v.right)}
    changed = before != (None, nodes, idle, lines, verdicts)
    if changed:
        state.nodes = {node: scope.nodes[node] for node in nodes}
        state.merged_into, state.idle, state.lines, state.verdicts = None, idle, lines, verdicts
        state.parties = dict(scope.parties)
        state.doubts = {pair: doubt for pair, doubt in scope.doubts.items() if not nodes.isdisjoint(pair)}
        state.change()
    return changed


def _heir(nodes: Cluster, found: Mapping[str, Cluster]) -> str:
    return max(found, key=lambda person: (len(found[person] & nodes), person))


def _bury(state: PersonState, heir: str) -> None:
    state.lines, state.nodes, state.verdicts, state.doubts, state.idle = {}, {}, {}, {}, frozenset()
    state.parties, state.card = {}, None
    state.merged_into = heir
    state.change()
