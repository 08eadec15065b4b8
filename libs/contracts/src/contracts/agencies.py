"""Agency files: who may send what, from which sources, and what each source clears."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = ["Agency", "Names", "Source", "within"]

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$", max_length=40)]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Part):
    """One name in the two languages of the interface."""

    id: str = Field(description="Indonesian name")
    en: str = Field(description="English name")


class Source(_Part):
    """One system, post, hotel or village of an agency: it numbers its events and answers for its silence."""

    code: Code
    uri: str = Field(description="The CloudEvents `source` of its events", max_length=200)
    names: Names
    rhythm_hours: int = Field(description="At least one event or source.status is expected in so many hours", gt=0)
    clears: tuple[str, ...] = Field(
        default=(), description="What this source would have reported had it happened: exit, lodging, …"
    )
    village: PlaceCode | None = Field(default=None, description="Kemendagri code of its place")


class Agency(_Part):
    """One member of the team, as `deploy/agencies/<code>.yaml` describes it."""

    code: Code
    names: Names
    area: tuple[PlaceCode, ...] = Field(description="Districts or villages of its remit, Kemendagri codes")
    may_send: dict[str, tuple[str, ...] | Literal["*"]] = Field(
        description="Event type (short name) to the actions it may send; `*` for all. source.status is always allowed"
    )
    sources: tuple[Source, ...] = Field(min_length=1)
    receives: tuple[str, ...] = Field(default=(), description="Rules whose alerts this agency is told of")
    sees: tuple[str, ...] = Field(
        default=(), description="Event types (short names) of its remit: of a dossier its people see these alone"
    )
    contact: str

    @model_validator(mode="after")
    def _sources_differ(self) -> "Agency":
        if len({s.uri for s in self.sources}) < len(self.sources) or len({s.code for s in self.sources}) < len(
            self.sources
        ):
            raise ValueError("two sources share a code or a uri")
        return self

    def allows(self, kind: str, action: str | None) -> bool:
        """Whether this agency may send this event type (short name) with this action."""
        if kind == "source.status":
            return True
        actions = self.may_send.get(kind)
        return actions == "*" or (actions is not None and (action is None or action in actions))

    def covers(self, place: str) -> bool:
        """Whether a place, by its Kemendagri code, lies in its area."""
        return any(within(place, area) for area in self.area)

    def source(self, uri: str) -> Source | None:
        """The source that signs its events with this uri, if the agency has it."""
        return next((source for source in self.sources if source.uri == uri), None)


def within(place: str, area: str) -> bool:
    """Whether a place lies in this area, both by Kemendagri code."""
    return place == area or place.startswith(area + ".")
