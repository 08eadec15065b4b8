"""Who may be whom: nodes made of claims, the rows under which they meet, and the edges between them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from chassis.seal import Hasher
from registry.clusters import CERTAIN, LINKED, REVIEW, Edge
from registry.matching import MatchingTable, Profile, Score, contradicts, score, tokens
from registry.nodes import Node, pair_of

__all__ = ["Matcher", "Rows"]

# Scores of a batch and its neighbours; a person's nodes are compared again whenever one is added.
REMEMBERED = 100_000


@dataclass(frozen=True)
class Rows:
    """Under which keys a node is found: its id and those of its documents, which lead to persons, and its tokens.

    Under the tokens it is `held` it can be found, under those that are `sought` it looks for others.
    """

    certain: frozenset[str]
    held: frozenset[str]
    sought: frozenset[str]

    def meet(self, other: "Rows") -> bool:
        """Whether two nodes that share no document are compared at all."""
        return not (self.held.isdisjoint(other.sought) and self.sought.isdisjoint(other.held))


class Matcher:
    """Compares nodes. What it once found it remembers: nodes never change."""

    def __init__(self, hasher: Hasher, table: MatchingTable) -> None:
        self.hasher = hasher
        self._table = table
        self.rows = lru_cache(REMEMBERED)(self._rows)
        self._between = lru_cache(REMEMBERED)(self._compared)

    def node(self, keys: tuple[str, ...], profile: Profile, claim: str, *, listing: bool = False) -> Node:
        """The node of a claim. Claims that name no document are each their own, however alike they are."""
        certain = tuple(sorted(set(keys)))
        return Node(
            self.hasher.of("node", *(certain or (claim,)), profile.to_json()), certain, profile, listing=listing
        )

    def edge(self, one: Node, other: Node) -> Edge | None:
        """What joins two nodes; none where they are apart, or share nothing by which they are compared."""
        return self._between(*((one, other) if pair_of(one.id, other.id)[0] == one.id else (other, one)))

    def contradict(self, one: Node, other: Node) -> bool:
        """Whether they say what cannot both be true of one person."""
        return bool(contradicts(one.profile, other.profile))

    def agree(self, nodes: Iterable[Node]) -> bool:
        """Whether no two of them contradict each other. Of those that say the same, one is asked."""
        said = {(node.profile.birth_date, node.profile.name): node for node in nodes}
        return not any(self.contradict(one, other) for one, other in combinations(said.values(), 2))

    def explain(self, one: Node, other: Node) -> Score:
        """The score of a pair with its parts."""
        return score(one.profile, other.profile, self._table)

    def _rows(self, node: Node) -> Rows:
        found = tokens(node.profile)
        held, sought = (frozenset(self.hasher.of("token", one) for one in side) for side in (found.held, found.sought))
        return Rows(frozenset({node.id, *node.keys}), held, sought)

    def _compared(self, one: Node, other: Node) -> Edge | None:
        if not set(one.keys).isdisjoint(other.keys):
            if self.contradict(one, other):
                return Edge(one.id, other.id, REVIEW, self.explain(one, other).total, contradicts=True)
            return Edge(one.id, other.id, CERTAIN, 0.0)
        if not self.rows(one).meet(self.rows(other)):
            return None
        found = self.explain(one, other)
        if found.zone == "apart":
            return None
        return Edge(one.id, other.id, LINKED if found.zone == "linked" else REVIEW, found.total)
