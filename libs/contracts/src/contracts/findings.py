"""What was seen or found: crossings, checks, documents, listings, and what contradicts. No number, no name."""

from datetime import date, datetime

from pydantic import Field

from contracts.message import Evidence, Fact

__all__ = [
    "CheckFound",
    "Contradiction",
    "Correction",
    "Crossing",
    "DocumentCheck",
    "DocumentState",
    "Group",
    "GroupFound",
    "Listing",
    "Side",
    "WatchlistMatch",
]


class Crossing(Fact):
    """A crossing as one source reports it; two sources may report the same one."""

    action: str = Field(description="entry, exit or refused")
    at: datetime
    post: str
    permit_kind: str | None = None
    visa_kind: str | None = None
    valid_until: date | None = None
    itas_at_post: bool | None = Field(default=None, description="The limited-stay permit was given at the post")
    minor_with: str | None = Field(default=None, description="With whom a minor travelled")
    consent_letter: bool | None = None
    evidence: Evidence = ()


class Group(Fact):
    """How many were met, of whom citizens and minors are counted and never named; and how: yes, no or unknown."""

    size: int
    citizens: int
    minors: int
    off_post: str
    guide: str
    payment: str
    hidden: str


class GroupFound(Group):
    """A group met on patrol, as one of it knows it."""

    incident: str = Field(description="Opaque id: the same for everyone in the group")


class CheckFound(Fact):
    """One check, as far as it concerns this person. Of protection screening only whether it took place."""

    ref: str = Field(default="", description="Opaque id of what this check says of this person, of all who were met")
    kind: str = Field(description="person, premises, sponsor or patrol")
    basis: str = Field(description="order, direct_find or community_report")
    at: datetime
    village: str | None = None
    ground: str | None = None
    screening: str | None = Field(default=None, description="done, refused, not_possible or not_done")
    documents_shown: str | None = None
    staying: str | None = None
    present_since: datetime | None = None
    minor_with: str | None = None
    activity: str | None = None
    activity_basis: str | None = None
    position: str | None = None
    reason: str | None = None
    role: str | None = None
    host: str | None = Field(default=None, description="Party id")
    employer: str | None = Field(default=None, description="Party id")
    sponsor: str | None = Field(default=None, description="Party id")
    sponsor_result: str | None = None
    group: GroupFound | None = None
    evidence: Evidence = ()


class DocumentCheck(Fact):
    """A check of a document and its result."""

    check: str
    result: str
    at: datetime
    evidence: Evidence = ()


class DocumentState(Fact):
    """A document as its last event left it."""

    ref: str = Field(description="Opaque id of the document")
    kind: str
    state: str = Field(description="held, lost, stolen, replaced or deposited")
    since: date | None = Field(default=None, description="Since when it is in that state; none while it is held")
    valid_until: date | None = None
    holder: str | None = Field(default=None, description="Party id of who keeps a deposited document")
    replaced_by: str | None = Field(default=None, description="The `ref` of the new document")
    checks: tuple[DocumentCheck, ...] = ()
    evidence: Evidence = ()


class Listing(Fact):
    """An entry of a watchlist. Whether it has expired follows from `until` and the day one looks."""

    ref: str = Field(description="Opaque id of the listing")
    list: str = Field(description="entry_ban, exit_ban or wanted")
    agency: str
    authority: str | None = None
    ground: str | None = Field(default=None, description="Legal-reference code")
    starts: date | None = None
    until: date | None = None
    review_by: date | None = None
    ended_on: date | None = Field(default=None, description="Day on which it was taken off the list")
    evidence: Evidence = ()


class WatchlistMatch(Listing):
    """A listing that may be this person. What agrees, and how well, stays in the registry."""

    match: str = Field(description="exact: the document's number agrees; strong: name and full birth date agree")


class Correction(Fact):
    """An event that counts in the place of others: its chain of corrections, as far as it was about this person."""

    key: str = Field(description="The event that counts; of a check also what it says of this person, its `ref`")
    before: Evidence = Field(description="The same of the other events of the chain, the first one first")


class Side(Fact):
    """One side of a contradiction: who says it, from when to when, by which events."""

    says: str = Field(description="What is said: exit, lodging, check, residence, cancelled, extended, lost, shown …")
    agencies: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    evidence: Evidence


class Contradiction(Fact):
    """Two things that cannot both be so. It needs clarification; it says nothing of who is right."""

    kind: str = Field(
        description="present_after_exit, exits_without_entry, extended_after_cancellation or lost_document_shown"
    )
    sides: tuple[Side, Side]
    resolved: bool = False
    explained_by: Evidence = Field(default=(), description="The later events that explain it")
