"""Persons and parties, as an event describes them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from contracts import mrz
from contracts.needs import Part, needed_when, not_applicable
from contracts.shapes import BirthDate, Country, Day, Text, Village, wrong_value

CITIZEN = "IDN"
OF_AGE = 18
Read = TypeVar("Read")
ANY_DAY = date(2030, 1, 1)  # where only the form of a zone matters
MOST_DOCUMENTS = 10


class Name(Part):
    """A name, split as the document splits it, or whole."""

    surname: Text | None = Field(
        None, description="Surname as in the document.", json_schema_extra=needed_when("`full` is absent")
    )
    given: Text | None = Field(None, description="Given names as in the document.")
    full: Text | None = Field(None, description="The whole name, where its parts are not known.")

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.full is None:
            yield "surname"
        elif self.surname is not None or self.given is not None:
            raise not_applicable("full")


class Document(Part):
    """A travel or identity document."""

    kind: Literal["passport", "plb", "travel_letter", "unhcr", "other"] = Field(
        description="Kind of document; plb is a border pass of either side."
    )
    number: Text = Field(description="Number of the document.")
    issuer: Country = Field(description="Issuing state or organization, ISO 3166-1 alpha-3 or ICAO code.")
    valid_until: Day | None = Field(None, description="Last day of validity.")


class Person(Part):
    """A person: at least one document, a name or an MRZ. What only the MRZ says is filled in from it."""

    documents: tuple[Document, ...] = Field((), description="Documents of the person.", max_length=MOST_DOCUMENTS)
    name: Name | None = Field(
        None, description="Name.", json_schema_extra=needed_when("`documents` and `mrz` are absent")
    )
    birth_date: BirthDate | None = Field(None, description="Date of birth, YYYY[-MM[-DD]] as far as it is known.")
    citizenship: Country | None = Field(None, description="Citizenship, ISO 3166-1 alpha-3 or ICAO code.")
    sex: Literal["M", "F", "X"] | None = Field(
        None, description="Sex as in the document; for matching and the monthly table only."
    )
    mrz: str | None = Field(
        None,
        description="Machine readable zone (TD1, TD2, TD3, MRV-A or MRV-B); optional data is verified, then blanked.",
        max_length=100,
    )

    @field_validator("mrz")
    @classmethod
    def _blank_once_verified(cls, zone: str | None, info: ValidationInfo) -> str | None:
        context = info.context or {}
        if zone is not None and context.get("wrong_digits_allowed"):
            _read(lambda: mrz.blanked(zone))
        elif zone is not None and _read(lambda: mrz.parse(zone, context.get("time", ANY_DAY))).wrong_digits:
            raise PydanticCustomError("mrz_check_digit", "a check digit is wrong")
        return mrz.blanked(zone) if zone is not None else None

    @model_validator(mode="before")
    @classmethod
    def _filled_from_mrz(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("mrz"), str):
            return given
        seen = (info.context or {}).get("time")
        try:
            filling = from_mrz(given["mrz"], seen) if seen else {}
        except mrz.MrzError:
            return given
        return {**filling, **{name: value for name, value in given.items() if value not in (None, [], ())}}

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if not self.documents and self.mrz is None:
            yield "name"


class Party(Part):
    """A sponsor, employer, lodging, host or holder: a number or a name, or both."""

    kind: Literal["company", "person", "lodging", "institution"] = Field(
        description="What the party is; an office is an institution."
    )
    id: Text | None = Field(
        None,
        description="Registration, establishment or guarantor number.",
        json_schema_extra=needed_when("`name` is absent"),
    )
    name: Text | None = Field(None, description="Name of the party.")
    village: Village | None = Field(None, description="Village or district of the party, Kemendagri code.")

    def also_needed(self, context: Mapping[str, Any]) -> Iterable[str]:
        if self.name is None:
            yield "id"


def from_mrz(zone: str, seen: datetime) -> dict[str, Any]:
    """What a zone says of a person, in the fields of `Person`; nothing where a check digit is wrong."""
    read = mrz.parse(zone, seen.date())
    if read.wrong_digits:
        return {}
    kind = "passport" if read.code.startswith("P") else "other"
    document = {"kind": kind, "number": read.number, "issuer": read.issuer, "valid_until": read.valid_until}
    name = {"surname": read.surname, "given": read.given or None} if read.surname else None
    return {
        "documents": [document],
        "name": name,
        "birth_date": read.birth_date,
        "citizenship": read.nationality or None,
        "sex": read.sex,
    }


def is_citizen(person: Person) -> bool:
    """Indonesian by citizenship or, where that is absent, by the issuer of a document."""
    if person.citizenship is not None:
        return person.citizenship == CITIZEN
    if any(document.issuer == CITIZEN for document in person.documents):
        return True
    # A zone with a wrong digit fills no field, but it must not make a citizen into a foreigner.
    return person.mrz is not None and CITIZEN in mrz.holder_states(person.mrz)


def certainly_minor(person: Person | None, at: datetime | None) -> bool:
    """Under 18 on the day `at`, whatever unknown parts of the birth date may be."""
    return person is not None and at is not None and born_under_18_years_before(person.birth_date, at)


def born_under_18_years_before(birth_date: str | None, at: date) -> bool:
    """The same of a birth date as written."""
    if birth_date is None:
        return False
    year, month, day = [int(part) for part in (*birth_date.split("-"), "1", "1")][:3]
    return (year + OF_AGE, month, day) > (at.year, at.month, at.day)


def is_named(person: Person | None) -> bool:
    """Good for a listing: a document number, or a name and a full birth date."""
    if person is None:
        return False
    return bool(person.documents) or (person.name is not None and len(person.birth_date or "") == len("YYYY-MM-DD"))


def _read(reading: Callable[[], Read]) -> Read:
    try:
        return reading()
    except mrz.MrzError:
        raise wrong_value() from None
