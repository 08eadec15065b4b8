"""Nodes: what claims say that identifies a person, and what joins or parts them. Immutable, in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.matching import Profile

__all__ = ["Doubt", "Node", "Verdict", "pair_of"]

Pair = tuple[str, str]


def pair_of(one: str, other: str) -> Pair:
    """Two node ids in the one order in which a pair is written."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, eq=False)
class Node:
    """All claims of the same content that name a document, or one claim that names none.

    `keys` are certain: two nodes that share one are the same person unless they contradict each other. `home` is the
    person for whom it was first stored: a split gives that id back. A `listing` is a claim of a watchlist. Equal by id:
    the content follows from it.
    """

    id: str
    keys: tuple[str, ...]
    profile: Profile
    home: str = ""
    listing: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def to_document(self) -> dict[str, Any]:
        """As the person's document keeps it: what identifies rests as bytes."""
        said = {"id": self.id, "keys": list(self.keys), "b": self.profile.to_json().encode(), "home": self.home}
        return {**said, "listing": True} if self.listing else said

    @classmethod
    def of_document(cls, row: Mapping[str, Any]) -> "Node":
        """The inverse of to_document."""
        profile = Profile.from_json(row["b"].decode())
        return cls(row["id"], tuple(row["keys"]), profile, row["home"], row.get("listing", False))


@dataclass(frozen=True)
class Verdict:
    """What a human said of two sets of nodes: same, different, later, or withdrawn (as if nothing had been said).

    Of several verdicts on one pair the latest counts.
    """

    key: str
    verdict: str
    at: str
    left: frozenset[str]
    right: frozenset[str]
    by: str
    role: str
    reason: str

    def speaks_of(self, one: str, other: str) -> bool:
        """Whether this pair is among what was judged."""
        return (one in self.left and other in self.right) or (one in self.right and other in self.left)

    @property
    def order(self) -> tuple[str, str]:
        """Later verdicts come later."""
        return (self.at, self.key)

    def to_bytes(self) -> bytes:
        """As the person's document and the log keep it: its reason may name a person."""
        content = {**vars(self), "left": sorted(self.left), "right": sorted(self.right)}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Verdict":
        """The inverse of to_bytes."""
        content = json.loads(stored)
        return cls(**{**content, "left": frozenset(content["left"]), "right": frozenset(content["right"])})


@dataclass(frozen=True)
class Doubt:
    """Two nodes of different persons that may be one person, which no machine may decide. Both persons hold it.

    `kind`: similar (scored between the thresholds), contradiction (one document, two birth dates or names) or
    parted (linked, but a human or a contradiction keeps them apart). `listed` where one of them is of a watchlist.
    """

    pair: Pair
    kind: str
    total: float
    open: bool
    listed: bool = False
