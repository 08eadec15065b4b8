"""Twins: cases with their answer, inside the file of the rule they test."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from alerts.facts.shares import Share
from alerts.facts.tables import Institution, Tables
from alerts.subjects import KINDS, key_of
from contracts.messages import Message, PartyChanged
from contracts.snapshots import Impediment, Lodging, Lookup, PersonChanged, Presence, Stay, StayKind

__all__ = ["Twin", "Twins"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TwinStay(_Part):
    """The fields of a snapshot's stay that matter, with defaults for the rest."""

    opened_on: date | None = None
    opened_by: str = "entry"
    ends: date | None = None
    ends_basis: str = "printed"
    excused_until: date | None = None
    application_pending: bool = False
    extended: bool = False
    border_pass: bool = False
    permit_kind: str | None = None
    permit_family: str = "visit"
    work_allowed: bool | None = None
    kinds: tuple[StayKind, ...] = ()
    closed_on: date | None = None
    closed_by: str | None = None
    village: str | None = None


class Twin(_Part):
    """A case with its answer: a compact snapshot of one subject, a moment, and whether the alert would be held.

    A person is told of by `stay` and the lists below, and by `person` for whatever else its snapshot says; any other
    subject by the fields of its message, under the name of its kind.
    """

    name: str
    now: datetime
    stay: TwinStay | None = None
    impediments: tuple[Impediment, ...] = ()
    presences: tuple[Presence, ...] = ()
    lodgings: tuple[Lodging, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    person: dict[str, Any] = Field(default_factory=dict)
    subject: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=1)
    parties: tuple[PartyChanged, ...] = Field((), description="What is known of the parties of a person")
    known: tuple[Institution, ...] = Field((), description="Institutions that are known to host many persons")
    shares: tuple[Share, ...] = Field((), description="What persons have to do with a party")
    covers: tuple[tuple[datetime, datetime], ...] | None = Field(
        default=None, description="What the clearing source covers; all of it when left out"
    )
    held: bool = False

    def tables(self, tables: Tables) -> Tables:
        """The local tables of this case."""
        known = tables.institutions.model_copy(update={"known": self.known})
        return tables.model_copy(update={"institutions": known}) if self.known else tables

    @property
    def key(self) -> str:
        """The key of the subject of this case."""
        (kind,) = self.subject or ("person",)
        return key_of(kind, KINDS[kind].id_of(self.told()))

    def told(self) -> Message:
        """The message of this case. Raises ValueError where it does not fit its contract."""
        for kind, fields in self.subject.items():
            return KINDS[kind].message.model_validate({"version": 1, **fields})
        return self._person()

    def _person(self) -> PersonChanged:
        stays = () if self.stay is None else (Stay(keys=("k1",), **self.stay.model_dump()),)
        said = {"person": "p1", "version": 1, "stays": stays} | self.person
        named = ("impediments", "presences", "lodgings", "lookups")
        return PersonChanged.model_validate(said | {name: getattr(self, name) for name in named})


class Twins(_Part):
    """Cases the rule must find, and the look-alikes it must not."""

    must_fire: tuple[Twin, ...] = Field(min_length=3)
    must_not_fire: tuple[Twin, ...] = Field(min_length=1)
