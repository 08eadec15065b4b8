"""Movements: a border crossing, a night in a lodging, a move of home."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from contracts.needs import Part, When, needed_when
from contracts.persons import Party, Person, certainly_minor
from contracts.shapes import Code, Day, Flag, MinorWith, Text, Time, Village

BORDER_PASSES = ("PLB", "PMS", "KILB")
LIMITED_STAY = re.compile(r"E\d.*|ITAS|VITAS", re.IGNORECASE)
PERMANENT_STAY = re.compile(r"ITAP.*", re.IGNORECASE)
GUEST_FIELDS = ("person", "stay_ref", "check_in_at", "planned_out", "check_out_at", "reported_at", "receipt_no")
REQUEST_FIELDS = ("request_no", "served_at", "due_at", "proof_ref", "answered_at")


class Crossing(Part):
    """A person crossed the border at a post, or was refused."""

    needs: ClassVar = (When("action", ("entry",), ("permit_kind",)),)

    action: Literal["entry", "exit", "refused"] = Field(description="What happened at the post.")
    person: Person = Field(description="Who crossed.")
    post: Code = Field(description="Code of the post.")
    permit_kind: Code | None = Field(None, description="Code of the stay permit given or used; PLB for a border pass.")
    valid_until: Day | None = Field(
        None,
        description="Last day of the permitted stay as printed.",
        json_schema_extra=needed_when("entry, not on a border pass"),
    )
    visa_kind: Code | None = Field(None, description="Code of the visa.")
    itas_at_post: Flag | None = Field(
        None,
        description="Whether the limited-stay permit was given at the post.",
        json_schema_extra=needed_when("entry on a limited-stay visa"),
    )
    minor_with: MinorWith | None = Field(
        None, description="With whom a minor travels.", json_schema_extra=needed_when("under 18 by `birth_date`")
    )
    consent_letter: Flag | None = Field(None, description="Whether a minor carries a letter of consent.")

    @property
    def on_border_pass(self) -> bool:
        documents = self.person.documents
        only_passes = bool(documents) and all(document.kind == "plb" for document in documents)
        return only_passes or (self.permit_kind or "").upper() in BORDER_PASSES

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.action == "entry" and not self.on_border_pass:
            yield "valid_until"
        if self.action == "entry" and LIMITED_STAY.fullmatch(self.visa_kind or ""):
            yield "itas_at_post"
        if certainly_minor(self.person, context.get("time")):
            yield "minor_with"


class Lodging(Part):
    """A guest arrived or left; or an officer asked a lodging for its guest data, or it answered."""

    needs: ClassVar = (
        When("action", ("check_in", "check_out"), ("person", "stay_ref", "check_in_at")),
        When("action", ("check_out",), ("check_out_at",)),
        When("action", ("request_served", "request_answered"), ("request_no",)),
        When("action", ("request_served",), ("served_at", "due_at", "proof_ref")),
        When("action", ("request_answered",), ("answered_at",)),
    )
    excludes: ClassVar = (
        When("action", ("check_in", "check_out"), REQUEST_FIELDS),
        When("action", ("request_served", "request_answered"), GUEST_FIELDS),
    )

    action: Literal["check_in", "check_out", "request_served", "request_answered"] = Field(description="What happened.")
    establishment: Party = Field(description="The lodging, with its village.")
    person: Person | None = Field(None, description="The guest; nobody on a request.")
    stay_ref: Text | None = Field(None, description="The lodging's own number of the stay.")
    check_in_at: Time | None = Field(None, description="When the guest arrived.")
    planned_out: Day | None = Field(None, description="Planned day of departure.")
    check_out_at: Time | None = Field(None, description="When the guest left.")
    reported_at: Time | None = Field(None, description="When the lodging reported; absent: lateness is not judged.")
    receipt_no: Text | None = Field(None, description="Number of the receipt for the report.")
    request_no: Text | None = Field(None, description="Number of the request for data.")
    served_at: Time | None = Field(None, description="When the request was handed over.")
    due_at: Time | None = Field(None, description="When the answer is due.")
    proof_ref: Text | None = Field(None, description="Reference of the proof of service.")
    answered_at: Time | None = Field(None, description="When the lodging answered.")

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        return ("establishment.village",)


class Residence(Part):
    """Where a person lives: residence certificate, change of address, temporary absence."""

    needs: ClassVar = (When("action", ("temporary_absence",), ("until",)),)

    action: Literal["sktt_applied", "sktt_issued", "sktt_ended", "address_changed", "temporary_absence"] = Field(
        description="What happened; SKTT is the residence certificate of the civil registry."
    )
    person: Person = Field(description="Who lives there.")
    permit_no: Text | None = Field(None, description="Number of the stay permit.")
    village: Village = Field(description="Village of the address, or of the absence, Kemendagri code.")
    from_: Day = Field(alias="from", description="First day.")
    until: Day | None = Field(None, description="Last day.")
