"""Checks: of persons, premises, sponsors and the border line; and of documents."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from contracts.needs import Part, When, needed_when
from contracts.persons import Document, Party, Person, certainly_minor
from contracts.shapes import Code, Count, MinorWith, Text, Time, Village, YesNo


class CheckedPerson(Part):
    """A person found at a check."""

    person: Person | None = Field(None, description="Who it is, where that is known.")
    documents_shown: Literal["seen", "copy", "not_shown", "not_asked"] = Field(description="What was shown.")
    staying: Literal["lodging", "mess", "family", "own_home", "day_visit", "unknown"] = Field(
        description="How the person stays here."
    )
    present_since: Time | None = Field(None, description="Since when the person is here.")
    host: Party | None = Field(None, description="With whom the person stays.")
    minor_with: MinorWith | None = Field(
        None, description="With whom a minor is.", json_schema_extra=needed_when("under 18 by `birth_date`")
    )
    activity: Literal["none", "visit", "household", "meeting", "volunteer", "study", "trade", "work", "other"] = Field(
        description="What the person was doing."
    )
    activity_basis: Literal["seen", "told", "tip"] = Field(description="How the activity is known.")
    employer: Party | None = Field(None, description="For whom the person works.")
    position: Code | None = Field(None, description="Code of the position.")
    reason: Literal["medical", "funeral", "family", "none"] | None = Field(
        None, description="Why a border pass holder is here."
    )
    role: Literal["passenger", "guide", "driver", "recruiter", "unknown"] | None = Field(
        None, description="Role in a group found off-post."
    )

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if certainly_minor(self.person, context.get("time")):
            yield "minor_with"


class Group(Part):
    """A group met on patrol: counted, citizens never named."""

    size: Count = Field(description="Number of people.")
    citizens: Count = Field(description="Number of Indonesian citizens.")
    minors: Count = Field(description="Number of minors.")
    off_post: YesNo = Field(description="Found away from a crossing post.")
    guide: YesNo = Field(description="Led by a guide.")
    payment: YesNo = Field(description="Payment for the way.")
    hidden: YesNo = Field(description="Hidden, in a vehicle or otherwise.")


class Check(Part):
    """A check in the field. It says whether protection screening took place, never its result."""

    needs: ClassVar = (
        When("basis", ("order",), ("order_no",)),
        When("basis", ("direct_find",), ("ground", "approved_by")),
        When("basis", ("order", "direct_find"), ("screening",)),
        When("kind", ("sponsor",), ("sponsor", "sponsor_result")),
        When("kind", ("patrol",), ("group",)),
    )

    kind: Literal["person", "premises", "sponsor", "patrol"] = Field(description="What was checked.")
    basis: Literal["order", "direct_find", "community_report"] = Field(description="On what basis.")
    order_no: Text | None = Field(None, description="Number of the order.")
    ground: Literal["ban_list", "wanted", "unlawful_activity_seen"] | None = Field(
        None, description="Ground of a check without an order; the order follows within a day."
    )
    approved_by: Code | None = Field(None, description="Role of the officer who approved it.")
    village: Village = Field(description="Where, Kemendagri code.")
    screening: Literal["done", "refused", "not_possible", "not_done"] | None = Field(
        None, description="Whether protection screening took place, never its result."
    )
    sponsor: Party | None = Field(None, description="The guarantor that was checked.")
    sponsor_result: Literal["ok", "not_found", "closed", "unable", "denies"] | None = Field(
        None, description="Result of the check of a guarantor."
    )
    persons: tuple[CheckedPerson, ...] = Field((), description="Foreign persons found.", max_length=100)
    group: Group | None = Field(None, description="The group met on patrol.")


class DocumentEvent(Part):
    """A document was lost, found, replaced, deposited or checked."""

    needs: ClassVar = (
        When("action", ("replaced",), ("person", "new_document")),
        When("action", ("deposited",), ("holder", "receipt_no")),
        When("action", ("checked",), ("check", "result")),
        When("check", ("national_movement",), ("looked_for",)),
    )
    excludes: ClassVar = (
        When("action", ("lost", "stolen", "found", "deposited", "returned", "checked"), ("new_document",)),
    )

    action: Literal["lost", "stolen", "found", "replaced", "deposited", "returned", "checked"] = Field(
        description="What happened to the document."
    )
    document: Document = Field(description="The document.")
    person: Person | None = Field(None, description="Whose document it is.")
    new_document: Document | None = Field(None, description="The document that replaces it.")
    holder: Party | None = Field(None, description="Who keeps it; an office is a party of kind institution.")
    receipt_no: Text | None = Field(None, description="Number of the receipt.")
    check: Literal["mrz", "chip", "sltd", "national_movement"] | None = Field(None, description="What was checked.")
    looked_for: Literal["entry", "exit"] | None = Field(
        None, description="What was looked for in the national movement record."
    )
    result: Literal["ok", "fail", "expired", "hit", "hit_confirmed", "hit_cleared", "found", "no_record"] | None = (
        Field(None, description="Result of the check.")
    )
