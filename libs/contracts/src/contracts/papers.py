"""What offices wrote about a person: applications, addresses, certificates, work approvals. No number, no name."""

from datetime import date

from pydantic import Field

from contracts.message import Evidence, Fact

__all__ = ["Absence", "Application", "Certificate", "Residence", "WorkApproval"]


class Application(Fact):
    """An application for a permit."""

    ref: str = Field(description="Opaque id of the application")
    kind: str
    applied_on: date
    paid_on: date | None = None
    outcome: str | None = Field(
        default=None, description="granted, extended, converted, bridged, refused or application_withdrawn"
    )
    closed_on: date | None = None
    evidence: Evidence = ()


class Residence(Fact):
    """An address, by village. `until` is the day before the next one."""

    village: str
    starts: date
    until: date | None = None
    evidence: Evidence = ()


class Absence(Fact):
    """A temporary absence that was announced, and where to."""

    village: str
    starts: date
    until: date
    evidence: Evidence = ()


class Certificate(Fact):
    """A residence certificate (SKTT)."""

    village: str
    status: str = Field(description="applied, issued or ended")
    applied_on: date | None = None
    issued_on: date | None = None
    ended_on: date | None = None
    evidence: Evidence = ()


class StayKind(Fact):
    """Under which kind of permit a stay was from a day on."""

    since: date | None = Field(default=None, description="WIB; none where it began before anything is known")
    family: str
    work_allowed: bool | None = None


class WorkTerms(Fact):
    """What an approval allowed until it was amended."""

    until: date = Field(description="The day of the amendment, WIB")
    position: str | None = None
    sites: tuple[str, ...] = ()


class WorkApproval(Fact):
    """An approval to employ this person, as its last event left it."""

    ref: str = Field(description="Opaque id of the approval or, while there is none, of the application")
    status: str = Field(description="applied, approved or ended")
    employer: str | None = Field(default=None, description="Party id")
    position: str | None = None
    sites: tuple[str, ...] = ()
    valid_until: date | None = None
    contract_until: date | None = None
    headcount: int | None = None
    applied_on: date | None = None
    ended_on: date | None = None
    earlier: tuple[WorkTerms, ...] = Field(default=(), description="Its terms before each amendment")
    evidence: Evidence = ()
