"""Permits: to stay and to work."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from contracts.movements import LIMITED_STAY, PERMANENT_STAY
from contracts.needs import Part, When, needed_when
from contracts.persons import Party, Person
from contracts.shapes import Code, Count, Day, Flag, Phone, Text, Village

PENDING = ("applied", "fee_paid", "refused", "application_withdrawn")
OUTCOMES = ("granted", "extended", "converted", "bridged")
SPONSOR_ACTIONS = ("sponsor_changed", "sponsor_withdrew")


class Permit(Part):
    """A stay permit: its application, its outcome, its end, its sponsor."""

    needs: ClassVar = (
        When("action", PENDING, ("application_no",)),
        When("action", (*OUTCOMES, "cancelled", *SPONSOR_ACTIONS), ("permit_no",)),
        When("action", OUTCOMES, ("issued_on", "valid_from", "valid_until")),
        When("action", ("cancelled", *SPONSOR_ACTIONS), ("effective_on",)),
    )

    action: Literal[
        "applied",
        "fee_paid",
        "refused",
        "application_withdrawn",
        "granted",
        "extended",
        "converted",
        "bridged",
        "cancelled",
        "sponsor_changed",
        "sponsor_withdrew",
    ] = Field(description="What happened to the permit or its application.")
    person: Person = Field(description="Whose permit it is.")
    kind: Code = Field(description="Code of the permit; E… and ITAS are limited stay, ITAP is permanent stay.")
    application_no: Text | None = Field(None, description="Number of the application.")
    permit_no: Text | None = Field(None, description="Number of the permit.")
    issued_on: Day | None = Field(None, description="Day of issue.")
    valid_from: Day | None = Field(None, description="First day of validity.")
    valid_until: Day | None = Field(None, description="Last day of validity as printed.")
    effective_on: Day | None = Field(None, description="Day on which the change takes effect.")
    sponsor: Party | None = Field(
        None,
        description="The guarantor.",
        json_schema_extra=needed_when("granted, extended, converted, bridged, sponsor_*; unless `sponsor_exempt`"),
    )
    sponsor_exempt: Flag | None = Field(None, description="True where the permit needs no guarantor.")
    village: Village | None = Field(
        None,
        description="Village of the address, Kemendagri code.",
        json_schema_extra=needed_when("limited or permanent stay"),
    )
    contact_phone: Phone | None = Field(None, description="Telephone number, E.164.")
    principal_permit_no: Text | None = Field(None, description="Permit of the person on whom a dependant depends.")

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.action in (*OUTCOMES, *SPONSOR_ACTIONS) and not self.sponsor_exempt:
            yield "sponsor"
        if LIMITED_STAY.fullmatch(self.kind) or PERMANENT_STAY.fullmatch(self.kind):
            yield "village"


class Work(Part):
    """An approval to employ foreign workers."""

    needs: ClassVar = (
        When("action", ("applied",), ("application_no",)),
        When("action", ("approved", "extended", "amended", "ended"), ("approval_no",)),
        When("action", ("approved", "amended"), ("position", "sites")),
        When("action", ("approved", "extended"), ("valid_until",)),
        When("action", ("ended",), ("ended_on",)),
    )

    action: Literal["applied", "approved", "extended", "amended", "ended"] = Field(description="What happened.")
    employer: Party = Field(description="Who employs.")
    application_no: Text | None = Field(None, description="Number of the application.")
    approval_no: Text | None = Field(None, description="Number of the approval.")
    person: Person | None = Field(None, description="The worker, where the approval names one.")
    position: Code | None = Field(None, description="Code of the position.")
    sites: tuple[Village, ...] | None = Field(
        None, description="Villages of the work places, Kemendagri codes.", min_length=1, max_length=100
    )
    valid_until: Day | None = Field(None, description="Last day of validity.")
    contract_until: Day | None = Field(None, description="Last day of the contract.")
    headcount: Count | None = Field(None, description="Number of workers approved.")
    ended_on: Day | None = Field(None, description="Day on which the work ended.")
