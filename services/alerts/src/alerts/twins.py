"""Twins: cases with their answer, inside the file of the rule they test."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from contracts.messages import Message, SourceChanged
from contracts.snapshots import Impediment, Lodging, Lookup, PersonChanged, Presence, Stay

__all__ = ["Twin", "Twins"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TwinStay(_Part):
    """The fields of a snapshot's stay that matter, with defaults for the rest."""

    opened_on: date | None = None
    ends: date | None = None
    ends_basis: str = "printed"
    excused_until: date | None = None
    application_pending: bool = False
    extended: bool = False
    border_pass: bool = False
    permit_family: str = "visit"
    closed_on: date | None = None
    closed_by: str | None = None


class Twin(_Part):
    """A case with its answer: a compact snapshot, a moment, and whether the alert would be held."""

    name: str
    now: datetime
    stay: TwinStay | None = None
    impediments: tuple[Impediment, ...] = ()
    presences: tuple[Presence, ...] = ()
    lodgings: tuple[Lodging, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    covers: tuple[tuple[datetime, datetime], ...] | None = Field(
        default=None, description="What the clearing source covers; all of it when left out"
    )
    source: SourceChanged | None = None
    held: bool = False

    @property
    def kind(self) -> str:
        """The kind of subject this case is about."""
        return "person" if self.source is None else "source"

    def told(self) -> Message:
        """The message of this case."""
        return self.source or self._person()

    def _person(self) -> PersonChanged:
        stays = () if self.stay is None else (Stay(keys=("k1",), opened_by="entry", **self.stay.model_dump()),)
        return PersonChanged(
            person="p1",
            version=1,
            stays=stays,
            impediments=self.impediments,
            presences=self.presences,
            lodgings=self.lodgings,
            lookups=self.lookups,
        )


class Twins(_Part):
    """Cases the rule must find, and the look-alikes it must not."""

    must_fire: tuple[Twin, ...] = Field(min_length=3)
    must_not_fire: tuple[Twin, ...] = Field(min_length=1)
