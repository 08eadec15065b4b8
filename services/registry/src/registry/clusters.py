"""Clusters: which nodes are one person. Depends on the nodes and the verdicts only, never on their order. Pure."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from registry.nodes import Node, Verdict, pair_of

__all__ = ["CERTAIN", "LINKED", "REVIEW", "Edge", "Rulings", "connected", "cut", "lies_with"]

SAME, CERTAIN, LINKED, REVIEW = range(4)


@dataclass(frozen=True)
class Edge:
    """Two nodes that may be one person: how sure that is, and why not, where they contradict each other."""

    one: str
    other: str
    rank: int
    total: float
    contradicts: bool = False

    @property
    def order(self) -> tuple[int, float, str, str]:
        """The surest first; of the same, the smaller ids: an order that every machine finds alike."""
        return (self.rank, -self.total, self.one, self.other)


class Rulings:
    """The verdicts on a set of nodes: the latest word on each pair."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._latest_first = sorted({v.key: v for v in verdicts}.values(), key=lambda v: v.order, reverse=True)

    def on(self, one: str, other: str) -> Verdict | None:
        """The verdict that counts for a pair; none where nothing was said or what was said was withdrawn."""
        for verdict in self._latest_first:
            if verdict.speaks_of(one, other) and verdict.verdict != "later":
                return None if verdict.verdict == "withdrawn" else verdict
        return None

    def same(self, present: Collection[str]) -> Iterable[tuple[str, str]]:
        """The pairs judged to be one person, the latest judged first."""
        for verdict in self._latest_first:
            if verdict.verdict == "same":
                pairs = {pair_of(a, b) for a in verdict.left & set(present) for b in verdict.right & set(present)}
                yield from (pair for pair in sorted(pairs) if self.on(*pair) is verdict)

    @property
    def empty(self) -> bool:
        """Whether nobody has judged anything here."""
        return not self._latest_first


def lies_with(node: str, edges: Iterable[Edge], rulings: Rulings) -> str | None:
    """The node with which this one is linked most surely, as far as no human parted them."""
    for edge in sorted((edge for edge in edges if edge.rank < REVIEW), key=lambda edge: edge.order):
        ruling = rulings.on(edge.one, edge.other)
        if ruling is None or ruling.verdict == "same":
            return edge.other if edge.one == node else edge.one
    return None


Contradicts = Callable[[Node, Node], bool]


def cut(
    nodes: Sequence[Node], edges: Iterable[Edge], rulings: Rulings, contradicts: Contradicts
) -> list[frozenset[str]]:
    """The clusters. The surest edges join first; none joins what a human parted, or what contradicts each other.

    A contradiction stops nothing where a human judged the like of it, of these same claims, to be one person.
    """
    by_id = {node.id: node for node in nodes}
    apart = _Apart(by_id, rulings, contradicts)
    cluster = {node: frozenset({node}) for node in by_id}
    joining = [Edge(one, other, SAME, 0.0) for one, other in rulings.same(by_id)]
    joining += sorted((edge for edge in edges if edge.rank < REVIEW), key=lambda edge: edge.order)
    for edge in joining:
        one, other = cluster[edge.one], cluster[edge.other]
        if one is not other and not apart.any(one, other):
            for node in (joined := one | other):
                cluster[node] = joined
    return sorted(set(cluster.values()), key=min)


def connected(nodes: Iterable[Node], are_linked: Callable[[Node, Node], bool]) -> list[frozenset[str]]:
    """The clusters as `cut` finds them where nobody judged anything and none contradicts another.

    Then what is linked lies together, near or far, and not every pair has to be compared to know it.
    """
    left, clusters = {node.id: node for node in nodes}, []
    while left:
        ahead, cluster = [left.popitem()[1]], set[str]()
        while ahead:
            node = ahead.pop()
            cluster.add(node.id)
            near = [other for other in left.values() if are_linked(node, other)]
            ahead += near
            for other in near:
                del left[other.id]
        clusters.append(frozenset(cluster))
    return sorted(clusters, key=min)


class _Apart:
    """Which nodes cannot be in one cluster."""

    def __init__(self, nodes: dict[str, Node], rulings: Rulings, contradicts: Contradicts) -> None:
        self._nodes = nodes
        self._rulings = rulings
        self._contradicts = contradicts
        self._accepted = list(rulings.same(nodes))

    def any(self, some: frozenset[str], others: frozenset[str]) -> bool:
        # What was judged of claims elsewhere says nothing of these, and may not be at hand another time.
        together = some | others
        accepted = [pair for pair in self._accepted if together.issuperset(pair)]
        return any(self._are(one, other, accepted) for one in some for other in others)

    def _are(self, one: str, other: str, accepted: Iterable[tuple[str, str]]) -> bool:
        ruling = self._rulings.on(one, other)
        if ruling is not None:
            return ruling.verdict == "different"
        return self._contradict(one, other) and not any(
            self._like(one, other, pair) or self._like(other, one, pair) for pair in accepted
        )

    def _like(self, one: str, other: str, accepted: tuple[str, str]) -> bool:
        return not self._contradict(one, accepted[0]) and not self._contradict(other, accepted[1])

    def _contradict(self, one: str, other: str) -> bool:
        return one != other and self._contradicts(self._nodes[one], self._nodes[other])
