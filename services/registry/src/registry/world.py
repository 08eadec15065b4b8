"""The block of the registry that one batch reads and changes. In memory, nothing but state."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.snapshots import Origin
from registry.disputed import Disputed
from registry.drafts import Draft
from registry.lines import Line
from registry.nodes import Doubt, Node, Pair, Verdict

__all__ = [
    "Head",
    "HoldState",
    "IncidentState",
    "KnownReview",
    "Outcome",
    "PartyState",
    "PersonState",
    "SourceState",
    "World",
]


@dataclass(frozen=True)
class Head:
    """What the log's header says of an event that is there already.

    `header` is a line that says nothing of anybody. `subjects` holds whom it touched, those it merged away included;
    `nodes` where its claims are to be found today; `parties` whose dealings it touched, `reviews` what it asked or
    answered.
    """

    header: Line
    content: str
    outcome: str
    subjects: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    reviews: tuple[Pair, ...] = ()


class Versioned:
    """What is replaced only as it was read."""

    version: int
    read_version: int

    def change(self) -> None:
        """What this batch makes of it is its next version."""
        self.version = self.read_version + 1


@dataclass
class PersonState(Versioned):
    """A person's document. `read_version` is what the database held: 0 for a person made by this batch.

    Of one that is `erased` nothing is left; on the day `due` something of it is to be erased, by that rule.
    `doubts` holds every edge to a node of another person that is not for a machine to decide, open or decided;
    `idle` the nodes whose every claim was taken back; `card` is what it is searched by, `parties` how these are named.
    """

    id: str
    version: int = 0
    lines: dict[str, bytes] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    doubts: dict[Pair, Doubt] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    parties: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    card: bytes | None = None
    merged_into: str | None = None
    erased: bool = False
    due: tuple[str, str] | None = None
    read_version: int = 0
    read_card: bytes | None = None
    read_claims: frozenset[str] = frozenset()

    def parsed(self) -> list[Line]:
        """The lines to fold."""
        return [Line.from_bytes(stored) for stored in self.lines.values()]

    def erase(self) -> None:
        """Nothing is left of it, and its id never means anybody again."""
        self.lines, self.nodes, self.verdicts, self.doubts, self.idle = {}, {}, {}, {}, frozenset()
        self.parties, self.card, self.merged_into, self.due, self.erased = {}, None, None, None, True
        self.change()

    @property
    def lost(self) -> bool:
        """Whether claims that were read went elsewhere, or were erased."""
        return not self.read_claims <= self.lines.keys()

    @property
    def in_doubt(self) -> bool:
        """Whether a human has yet to say whether someone else is the same person."""
        return any(doubt.open for doubt in self.doubts.values())


@dataclass
class PartyState(Versioned):
    """A party's document: every spelling it was named by, the numbers it gave, and the lines of its own dealings."""

    id: str
    kind: str
    version: int = 0
    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    village: str | None = None
    keys: set[str] = field(default_factory=set)
    lines: dict[str, bytes] = field(default_factory=dict)
    read_version: int = 0


@dataclass
class IncidentState(Versioned):
    """An incident's document: the lines of a check and of its corrections, without persons."""

    id: str
    version: int = 0
    lines: dict[str, bytes] = field(default_factory=dict)
    merged_into: str | None = None
    read_version: int = 0


@dataclass
class HoldState:
    """Why a person is on hold: opaque causes. On while there is any."""

    person: str
    version: int = 0
    causes: set[str] = field(default_factory=set)
    read_version: int = 0


@dataclass
class SourceState:
    """What a source declared covered, and when it was last heard."""

    agency: str
    code: str
    version: int = 0
    last_heard_at: datetime | None = None
    covers: tuple[tuple[datetime, datetime], ...] = ()
    closed_until: datetime | None = None
    read_version: int = 0


@dataclass(frozen=True)
class KnownReview:
    """A question of who is who, as it was last stored."""

    doubt: Doubt
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: `code` as in the receipt; `repeat` when the first outcome is given again."""

    draft: Draft
    code: str
    at: datetime
    repeat: bool = False

    @property
    def refused(self) -> bool:
        """Whether nothing of it was stored."""
        return self.code == "id_conflict"


@dataclass
class World:
    """Everything a batch may need, and what it changed.

    `rows` lead from the ids and documents of nodes to persons, `tokens` to the nodes that are compared. Their versions
    are those that were read: 0 where there was nothing.
    """

    heads: dict[str, Head] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, set[str]] = field(default_factory=dict)
    tokens: dict[str, set[Node]] = field(default_factory=dict)
    persons: dict[str, PersonState] = field(default_factory=dict)
    party_keys: dict[str, str] = field(default_factory=dict)
    parties: dict[str, PartyState] = field(default_factory=dict)
    holds: dict[str, HoldState] = field(default_factory=dict)
    incidents: dict[str, IncidentState] = field(default_factory=dict)
    sources: dict[str, SourceState] = field(default_factory=dict)
    refused_before: dict[str, datetime] = field(default_factory=dict)

    outcomes: list[Outcome] = field(default_factory=list)
    stored: dict[str, Draft] = field(default_factory=dict)
    touched: dict[str, Origin] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    repeated_parties: set[str] = field(default_factory=set)
    repeated_sources: set[str] = field(default_factory=set)
    repeated_incidents: set[str] = field(default_factory=set)
    new_rows: set[str] = field(default_factory=set)
    row_versions: dict[str, int] = field(default_factory=dict)
    new_tokens: dict[str, set[Node]] = field(default_factory=dict)
    token_versions: dict[str, int] = field(default_factory=dict)
    read_at: dict[str, str] = field(default_factory=dict)
    reviews: dict[Pair, Doubt] = field(default_factory=dict)
    known_reviews: dict[Pair, KnownReview] = field(default_factory=dict)
    repeated_reviews: set[Pair] = field(default_factory=set)
    disputed: dict[str, tuple[Disputed, ...]] = field(default_factory=dict)
    new_links: dict[str, set[str]] = field(default_factory=dict)
    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def living(self, person: str) -> PersonState:
        """The person that this id means today: merges are followed."""
        state = self.persons[person]
        while state.merged_into is not None:
            state = self.persons[state.merged_into]
        return state

    def found(self, key: str) -> set[str]:
        """The living persons whom a row leads to."""
        return {self.living(person).id for person in self.rows.get(key, ()) if person in self.persons}

    def holder(self, node: str) -> PersonState | None:
        """The person that this node belongs to today."""
        known = self.found(node)
        if node in self.read_at:
            # Its row may not have been read.
            known.add(self.living(self.read_at[node]).id)
        return next((self.persons[one] for one in sorted(known) if node in self.persons[one].nodes), None)

    def next_batch(self) -> None:
        """Keep what is known, and forget what the last batch did."""
        self.outcomes, self.stored, self.touched, self.reviews = [], {}, {}, {}
        self.repeated, self.repeated_parties = set(), set()
        self.repeated_sources, self.repeated_incidents = set(), set()
        self.new_rows, self.new_links, self.disputed = set(), {}, {}
        self.new_tokens, self.repeated_reviews = {}, set()

    def note(self, key: str, person: str) -> None:
        """Add a person to a row."""
        self.new_rows.add(key)
        self.rows.setdefault(key, set()).add(person)

    def index(self, node: Node, held: Iterable[str], sought: Iterable[str]) -> None:
        """Write a node under its tokens. Where it only looked it leaves a trace: a race becomes a conflict."""
        for key in held:
            self.tokens.setdefault(key, set()).add(node)
            self.new_tokens.setdefault(key, set()).add(node)
        for key in sought:
            self.new_tokens.setdefault(key, set())
