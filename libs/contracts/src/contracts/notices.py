"""Notices: watchlist, protection, impediment, and what a source declares covered."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.envelope import Sequence
from contracts.needs import Part, When, missing, needed_when
from contracts.persons import Person, is_named
from contracts.shapes import Code, Day, Flag, LongText, Text, Time, Village, YesNo


class Watchlist(Part):
    """A person was listed, or a listing ended."""

    needs: ClassVar = (When("action", ("listed",), ("person", "authority", "ground", "from_")),)

    action: Literal["listed", "ended"] = Field(description="What happened to the listing.")
    list: Literal["entry_ban", "exit_ban", "wanted"] = Field(description="Which list.")
    listing_no: Text = Field(description="Number of the listing.")
    person: Person | None = Field(
        None, description="Who is listed: with a document, or a name and a full date of birth."
    )
    authority: Code | None = Field(None, description="Code of the authority that listed.")
    ground: Code | None = Field(None, description="Code of the legal reference.")
    from_: Day | None = Field(None, alias="from", description="First day.")
    until: Day | None = Field(
        None, description="Last day of a ban.", json_schema_extra=needed_when("listed on a ban list")
    )
    review_by: Day | None = Field(
        None, description="Day by which it is reviewed.", json_schema_extra=needed_when("listed as wanted")
    )

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.action == "listed":
            yield "review_by" if self.list == "wanted" else "until"

    @model_validator(mode="after")
    def _listed_by_number_or_birth_date(self) -> Self:
        if self.action == "listed" and not is_named(self.person):
            raise missing("person.birth_date")
        return self


class Indicator(Part):
    """One indicator of the ILO table."""

    code: Code = Field(description="Code of the indicator.")
    basis: Literal["seen", "told_by_person", "told_by_other"] = Field(description="How it is known.")


class Related(Part):
    """Another event that this one is about."""

    source: Text = Field(description="Source of that event.")
    id: Text = Field(description="Id of that event.")


class Protection(Part):
    """A call for help, a claim or a screening. Sealed: travels and rests apart from everything else."""

    needs: ClassVar = (When("kind", ("screening",), ("indicators",)),)

    kind: Literal["help", "self_report", "third_party", "asylum", "stateless", "unhcr_document", "screening"] = Field(
        description="What was said or done."
    )
    person: Person | None = Field(None, description="Who it is about, where that is known.")
    village: Village | None = Field(None, description="Where, Kemendagri code.")
    minor: YesNo | None = Field(None, description="Whether a minor is concerned.")
    danger_now: YesNo | None = Field(None, description="Whether someone is in danger now.")
    indicators: tuple[Indicator, ...] | None = Field(
        None, description="Indicators found at a screening; may be empty.", max_length=100
    )
    interpreter: Flag | None = Field(None, description="Whether an interpreter is needed.")
    safe_contact: Text | None = Field(None, description="A safe way to reach the person.")
    related: Related | None = Field(None, description="The event that led to this one.")
    note: LongText | None = Field(None, description="The only free text in any event.")


class Impediment(Part):
    """A lawful reason not to leave. No diagnosis."""

    kind: Literal["illness", "no_transport", "disaster", "birth", "custody", "funeral", "other"] = Field(
        description="Kind of reason."
    )
    person: Person = Field(description="Who cannot leave.")
    from_: Day = Field(alias="from", description="First day.")
    until: Day | None = Field(None, description="Last day.", json_schema_extra=needed_when("`review_by` is absent"))
    review_by: Day | None = Field(None, description="Day by which it is reviewed.")
    evidence_ref: Text | None = Field(None, description="Reference of the letter shown.")

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.review_by is None:
            yield "until"


class SourceStatus(Part):
    """What a source declares covered: only then does "nothing was reported" mean that nothing happened."""

    covers_from: Time = Field(description="Start of the period that is fully reported.")
    covers_until: Time = Field(description="End of that period.")
    last_sequence: Sequence | None = Field(None, description="Last sequence number of the source in that period.")
    closed_until: Time | None = Field(None, description="Until when the source is closed and reports nothing.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.covers_until < self.covers_from:
            raise PydanticCustomError("wrong_value", "the period is not in order", {"field": "covers_until"})
        return self
