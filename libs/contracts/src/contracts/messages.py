"""Messages between services. They carry opaque ids and facts: no name, no document number, no phone."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from contracts.dealings import DataRequest, PartyApproval, SponsorCheck
from contracts.findings import Group
from contracts.snapshots import Fact, Message, Origin, PersonChanged

__all__ = [
    "AccessFlagged",
    "AlertChanged",
    "AlertNotice",
    "AllAnnounced",
    "HoldChanged",
    "IncidentChanged",
    "MatterOpened",
    "MatterReleased",
    "Message",
    "Origin",
    "PartyChanged",
    "PeopleHeld",
    "PersonChanged",
    "PersonMet",
    "Receipt",
    "ReceiptsIssued",
    "ReviewChanged",
    "SourceChanged",
    "Subject",
    "SubscriptionPaused",
]


class HoldChanged(Message):
    """A person is on hold, or no longer. No cause: the message is the same for every cause the registry knows."""

    TYPE: ClassVar[str] = "hold.changed"
    person: str
    version: int
    on: bool


class LegalHoldChanged(Message):
    """A person is not to be erased, or no longer because of this hold, for good. Why, and by whose order, is untold."""

    TYPE: ClassVar[str] = "legal_hold.changed"
    hold: str
    person: str
    on: bool


class PartyChanged(Message):
    """A guarantor, employer, establishment or host, by opaque id."""

    TYPE: ClassVar[str] = "party.changed"
    party: str
    version: int
    kind: str
    village: str | None = None
    refs: tuple[str, ...] = Field(default=(), description="Opaque keys of the number or name it is known by")
    requests: tuple[DataRequest, ...] = ()
    sponsor_checks: tuple[SponsorCheck, ...] = ()
    approvals: tuple[PartyApproval, ...] = ()
    origin: Origin | None = None


class PersonMet(Fact):
    """Somebody met at a check."""

    person: str
    role: str | None = Field(default=None, description="passenger, guide, driver, recruiter or unknown")


class IncidentChanged(Message):
    """People met together at a patrol or at premises. Whether screening took place is said, never its result."""

    TYPE: ClassVar[str] = "incident.changed"
    incident: str
    version: int = Field(gt=0)
    merged_into: str | None = Field(default=None, description="It turned out to be part of this one")
    withdrawn: bool = Field(default=False, description="Every report of it was taken back")
    kind: str | None = Field(default=None, description="patrol or premises; another kind only by a correction")
    basis: str | None = None
    ground: str | None = None
    agency: str | None = None
    at: datetime | None = None
    village: str | None = None
    screening: str | None = None
    group: Group | None = None
    people: tuple[PersonMet, ...] = ()
    evidence: tuple[str, ...] = ()
    origin: Origin | None = None


class ReviewChanged(Message):
    """Two claims may be one person, which a human has to say; or that question is settled. Ids and no score."""

    TYPE: ClassVar[str] = "review.changed"
    review: str
    version: int = Field(gt=0)
    people: tuple[str, ...] = Field(description="The persons concerned today; one, where they have become one")
    kind: str = Field(description="similar, contradiction or parted")
    open: bool


class AccessFlagged(Message):
    """Reads of persons that somebody who watches over data protection should look at. No name of a reader or of anyone.

    Sent by the gateway: the same flag again, with a higher version, while its window goes on.
    """

    TYPE: ClassVar[str] = "access.flagged"
    flag: str = Field(description="Opaque id of this anomaly of this account in this window")
    version: int = Field(gt=0)
    account: str = Field(description="Opaque id of who read")
    kind: str = Field(description="no_case, mass_reads, off_hours or own_name")
    count: int = Field(gt=0, description="Reads in the window")
    starts: datetime
    until: datetime
    covered: bool = Field(default=False, description="An order that all reads name covers them: a joint operation")


class SourceChanged(Message):
    """How far a source has declared what it covers, and when it was last heard."""

    TYPE: ClassVar[str] = "source.changed"
    agency: str
    source: str = Field(description="Source code, unique within the agency")
    version: int
    clears: tuple[str, ...] = ()
    rhythm_hours: int
    last_heard_at: datetime | None = None
    covers: tuple[tuple[datetime, datetime], ...] = Field(
        default=(), description="Declared periods, disjoint, in order"
    )
    closed_until: datetime | None = None


class AllAnnounced(Message):
    """The registry has announced everything again: behind this nothing of it is to come. `run` is whoever asked's."""

    TYPE: ClassVar[str] = "all.announced"
    run: int


class Receipt(Fact):
    """What became of one event: depends on the event alone, never on what Tapal knows."""

    source: str
    id: str
    outcome: str = Field(description="accepted or refused")
    code: str = Field(description="accepted, not_stored_citizen, received, or the reason's stable code")
    field: str | None = None
    reason: dict[str, str] | None = Field(default=None, description="The reason in Indonesian (id) and English (en)")
    at: datetime = Field(description="When this outcome was first given")
    repeat: bool = False


class ReceiptsIssued(Message):
    """Outcomes for one agency, sent to its own queue."""

    TYPE: ClassVar[str] = "receipts.issued"
    agency: str
    receipts: tuple[Receipt, ...]


class Subject(Fact):
    """What an alert is about."""

    kind: str = Field(description="person, party, incident, source or account")
    id: str


class AlertChanged(Message):
    """An alert was raised or changed. `state` is the one every viewer may see: held has one face for every cause."""

    TYPE: ClassVar[str] = "alert.changed"
    alert: str
    revision: int
    rule: str
    series: str
    side: str = Field(description="administrative, enforcement, protection or quality")
    severity: int = Field(ge=1, le=4)
    state: str = Field(description="open, acknowledged, in_review, confirmed, dismissed, held or withdrawn")
    subject: Subject
    behind: str = Field(default="", description="The alert that asks a larger question of the same subject")
    village: str | None = None
    agencies: tuple[str, ...] = Field(default=(), description="Agencies that are told of this rule")
    opened_at: datetime
    updated_at: datetime
    origin: Origin | None = None


class AlertNotice(Message):
    """The same, for an agency's own queue."""

    TYPE: ClassVar[str] = "alert.notice"
    alert: str
    revision: int
    rule: str
    severity: int
    state: str
    updated_at: datetime


class SubscriptionPaused(Message):
    """Nothing more is sent to a subscription, for the agency's own queue: whoever is there wants nothing more."""

    TYPE: ClassVar[str] = "subscription.paused"
    subscription: str
    reason: str = Field(description="gone: the receiver answered 410")
    at: datetime


class MatterOpened(Message):
    """A protection matter, on its sealed way from the registry to the protection desk. Never on a topic exchange."""

    TYPE: ClassVar[str] = "matter.opened"
    matter: str
    person: str | None = Field(default=None, description="None when the person is unknown")
    sealed: str = Field(description="The event, encrypted with the sealed key, base64")
    occurred_at: datetime
    unreadable: bool = False


class PeopleHeld(Message):
    """The protection desk holds these persons for a matter: those seen with it, or of whom its own rules know."""

    TYPE: ClassVar[str] = "people.held"
    matter: str
    people: tuple[str, ...]


class MatterReleased(Message):
    """A protection officer released the hold."""

    TYPE: ClassVar[str] = "matter.released"
    matter: str
    person: str | None = None
