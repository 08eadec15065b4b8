"""What is cut together: some persons as they were, and which of their nodes go to whom. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.chains import by_root, effective
from registry.lines import Line
from registry.nodes import Doubt, Node, Pair, Verdict
from registry.world import PersonState, World

__all__ = ["Scope", "counted_nodes", "lines_of", "owners"]

Cluster = frozenset[str]


def counted_nodes(lines: Iterable[Line]) -> frozenset[str]:
    """The nodes of which at least one claim still counts."""
    return frozenset(line.node for line in effective(lines) if line.node)


@dataclass(frozen=True)
class Scope:
    """Everything that some persons hold together, and who held which nodes before."""

    before: Mapping[str, Cluster]
    nodes: Mapping[str, Node]
    lines: tuple[Line, ...]
    verdicts: Mapping[str, Verdict]
    doubts: Mapping[Pair, Doubt]
    parties: Mapping[str, tuple[str | None, str | None]]
    counted: frozenset[str]

    @classmethod
    def of(cls, people: Sequence[PersonState]) -> "Scope":
        """What these persons hold now."""
        lines = tuple({line.claim: line for state in people for line in state.parsed()}.values())
        return cls(
            before={state.id: frozenset(state.nodes) for state in people},
            nodes={node.id: node for state in people for node in state.nodes.values()},
            lines=lines,
            verdicts={v.key: v for state in people for v in state.verdicts.values()},
            doubts={pair: doubt for state in people for pair, doubt in state.doubts.items()},
            parties={party: named for state in people for party, named in state.parties.items()},
            counted=counted_nodes(lines),
        )


def owners(clusters: Sequence[Cluster], scope: Scope, world: World, mint: Callable[[], str]) -> dict[str, Cluster]:
    """Which person each cluster is. An id goes where most of the nodes are for which it was made."""
    homes = {node.home for node in scope.nodes.values()} & world.persons.keys()
    ids = scope.before.keys() | {person for person in homes if world.living(person).id in scope.before}
    owned: dict[int, list[str]] = {number: [] for number in range(len(clusters))}
    for person in sorted(ids):
        owned[_owner(person, clusters, scope)].append(person)
    found = {}
    for number, cluster in enumerate(clusters):
        known = sorted(owned[number], key=lambda one: (_rank(world.persons[one]), one))
        found[known[0] if known else mint()] = cluster
    return found


def _owner(person: str, clusters: Sequence[Cluster], scope: Scope) -> int:
    mine = scope.before.get(person, frozenset())

    def weight(number: int) -> tuple[int, int, int]:
        cluster = clusters[number]
        return (sum(scope.nodes[node].home == person for node in cluster), len(cluster & mine), -number)

    return max(range(len(clusters)), key=weight)


def _rank(state: PersonState) -> int:
    """An id that is known to others and in use is kept; then one that was merged away; then one made just now."""
    if state.read_version == 0:
        return 2
    return 0 if state.merged_into is None else 1


def lines_of(nodes: Cluster, scope: Scope) -> dict[str, bytes]:
    """The lines of these nodes, the decisions on them, and a header of every event in a chain with one of them."""
    lines = {line.claim: line for line in scope.lines if line.node in nodes or _speaks_of(line, nodes)}
    for chain in by_root(scope.lines).values():
        if any(line.claim in lines for line in chain):
            kept = {line.key for line in chain if line.claim in lines}
            lines |= {line.key: line.header() for line in chain if line.key not in kept}
    return {claim: line.to_bytes() for claim, line in lines.items()}


def _speaks_of(line: Line, nodes: Cluster) -> bool:
    return line.kind == "decision" and not nodes.isdisjoint(line.data.get("nodes", ()))
