"""The snapshot of one person: the whole history, by opaque ids and facts, without a name or a number."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from contracts.findings import CheckFound, Contradiction, Correction, Crossing, DocumentState, Listing, WatchlistMatch
from contracts.message import Evidence, Fact, Message, Origin
from contracts.papers import Absence, Application, Certificate, Residence, StayKind, WorkApproval, WorkTerms

__all__ = [
    "Absence",
    "Application",
    "Certificate",
    "CheckFound",
    "Contradiction",
    "Correction",
    "Crossing",
    "DocumentState",
    "Evidence",
    "Fact",
    "Impediment",
    "Listing",
    "Lodging",
    "Lookup",
    "Message",
    "Origin",
    "Permit",
    "PersonChanged",
    "PersonEntry",
    "PersonErased",
    "Presence",
    "Residence",
    "Stay",
    "StayKind",
    "WatchlistMatch",
    "WorkApproval",
    "WorkTerms",
]


class Stay(Fact):
    """One presence in the country, from the first sign of it to an exit."""

    keys: tuple[str, ...] = Field(description="Every event that could have opened it, in order of time; never empty")
    opened_on: date | None = Field(default=None, description="Day of entry, WIB; none when no entry is known")
    opened_by: str = Field(description="entry or permit")
    post: str | None = None
    village: str | None = Field(default=None, description="Where the person stays, as last reported")
    border_pass: bool = False
    permit_kind: str | None = None
    permit_family: str = Field(description="visit, limited, permanent, border_pass, other or unknown")
    work_allowed: bool | None = Field(
        default=None, description="By the permit table; none when the table does not know the kind"
    )
    kinds: tuple[StayKind, ...] = Field(
        default=(), description="The kinds it was under one after the other; empty where there was one alone"
    )
    ends: date | None = Field(default=None, description="Last permitted day; none for a border pass or when unknown")
    ends_basis: str = Field(description="printed, computed, cancelled or none")
    excused_until: date | None = Field(
        default=None, description="Later day up to which a delay counts as lawful: a paid application, an impediment"
    )
    application_pending: bool = Field(default=False, description="Applied and paid for before the end, undecided")
    extended: bool = Field(default=False, description="An extension, conversion or bridging has been granted")
    closed_on: date | None = Field(default=None, description="Day of the exit, WIB")
    closed_by: str | None = Field(default=None, description="exit, or later_entry when no exit was seen before it")
    evidence: Evidence = ()


class Permit(Fact):
    """A permit as its last event left it."""

    ref: str = Field(description="Opaque id of the permit number")
    kind: str
    family: str
    work_allowed: bool | None = Field(
        default=None, description="By the permit table; none when the table does not know the kind"
    )
    status: str = Field(description="valid or cancelled")
    valid_from: date | None = None
    valid_until: date | None = None
    sponsor: str | None = Field(default=None, description="Party id")
    sponsors: tuple[str, ...] = Field(default=(), description="Party ids of all who were ever its sponsor")
    village: str | None = None
    evidence: Evidence = ()
    issued_on: date | None = None
    cancelled_on: date | None = Field(default=None, description="Day on which a cancellation takes effect")
    last_action: str | None = Field(default=None, description="The last thing that happened to it: granted, extended …")
    sponsor_exempt: bool = False
    sponsor_withdrew_on: date | None = Field(default=None, description="None again once another sponsor is named")
    replaced_on: date | None = Field(
        default=None, description="From when a permit of another number stands in its place, by a conversion"
    )
    dependant: bool = Field(default=False, description="It depends on the permit of another person")
    phone: str | None = Field(default=None, description="Opaque id of the contact phone; nothing follows from it")
    principal: str | None = Field(
        default=None, description="Opaque id of the number of the permit it depends on, or of its own: a family has one"
    )


class Lodging(Fact):
    """A night's host."""

    ref: str
    establishment: str | None = Field(default=None, description="Party id")
    village: str | None = None
    check_in_at: datetime
    planned_out: date | None = None
    check_out_at: datetime | None = None
    reported_at: datetime | None = None
    by_day: bool = Field(default=False, description="Its times are good to the day only: the latest instant counts")
    evidence: Evidence = ()


class Impediment(Fact):
    """A lawful reason not to leave. `until` is the end or, where open, the day of review."""

    kind: str
    starts: date
    until: date
    evidence: Evidence = ()


class Presence(Fact):
    """Something that places the person here."""

    kind: str = Field(description="lodging, check, residence, work or permit")
    at: datetime
    village: str | None = None
    evidence: Evidence = ()


class Lookup(Fact):
    """A national query that looked for an entry or an exit."""

    looked_for: str
    result: str
    at: datetime
    evidence: Evidence = ()


class PersonEntry(Fact):
    """Any other event of the person, as a dated line."""

    kind: str
    action: str | None = None
    at: datetime
    village: str | None = None
    evidence: Evidence = ()


class PersonChanged(Message):
    """The whole history of one person without names. A reader keeps the highest version it has seen."""

    TYPE: ClassVar[str] = "person.changed"
    person: str
    version: int = Field(gt=0)
    merged_into: str | None = Field(default=None, description="Set on a tombstone: the person lives on under this id")
    adult_on: date | None = None
    citizenship: str | None = Field(default=None, description="Read by reports only, for the legal tables")
    stays: tuple[Stay, ...] = ()
    permits: tuple[Permit, ...] = ()
    lodgings: tuple[Lodging, ...] = ()
    impediments: tuple[Impediment, ...] = ()
    presences: tuple[Presence, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    entries: tuple[PersonEntry, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    applications: tuple[Application, ...] = ()
    residences: tuple[Residence, ...] = ()
    absences: tuple[Absence, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    work: tuple[WorkApproval, ...] = ()
    checks: tuple[CheckFound, ...] = ()
    documents: tuple[DocumentState, ...] = ()
    listings: tuple[Listing, ...] = ()
    watchlist: tuple[WatchlistMatch, ...] = Field(default=(), description="Listings, its own or not, to be looked at")
    contradictions: tuple[Contradiction, ...] = Field(
        default=(), description="What sources say that cannot all be so; settled ones are kept"
    )
    corrections: tuple[Correction, ...] = Field(
        default=(), description="Events that were corrected: what rested on an earlier version is found again"
    )
    origin: Origin | None = None


class PersonErased(Message):
    """What was kept of a person is gone for good, by the rules of retention: who keeps anything of this id drops it.

    It is the last word on an id: no version after it, and none before it, counts any more.
    """

    TYPE: ClassVar[str] = "person.erased"
    person: str
    version: int = Field(gt=0)
