"""What a party did or was found to be: requests served on it, checks of a guarantor, approvals. No number, no name."""

from datetime import date, datetime

from pydantic import Field

from contracts.message import Evidence, Fact

__all__ = ["DataRequest", "PartyApproval", "SponsorCheck"]


class DataRequest(Fact):
    """A request for guest data that was served on a lodging, and whether it was answered."""

    ref: str = Field(description="Opaque id of the request")
    served_at: datetime
    due_at: datetime
    proof: bool = Field(description="There is a proof of service")
    answered_at: datetime | None = None
    evidence: Evidence = ()


class SponsorCheck(Fact):
    """A check of a guarantor, with persons found there or without."""

    basis: str = Field(description="order, direct_find or community_report")
    result: str = Field(description="ok, not_found, closed, unable or denies")
    at: datetime
    evidence: Evidence = ()


class PartyApproval(Fact):
    """An approval to employ, as far as it says for how many."""

    ref: str = Field(description="Opaque id of the approval")
    headcount: int | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    evidence: Evidence = ()
