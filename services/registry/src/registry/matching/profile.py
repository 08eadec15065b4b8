"""What one claim says that identifies a person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["STAND_INS", "Profile", "normal_number"]

# Days that stand for an unknown one in many registers.
STAND_INS = ("-01-01", "-07-01", "-12-31")
DocumentKey = tuple[str, str, str]


def normal_number(number: str) -> str:
    """A number without the marks that spelling varies: letters and digits, upper case."""
    return "".join(filter(str.isalnum, number)).upper()


@dataclass(frozen=True)
class Profile:
    """One event about one person, cut down to what identifies. Everything may be absent.

    `documents` are (kind, issuer, normalised number); `guarantor` is an opaque key, compared as it is.
    """

    documents: tuple[DocumentKey, ...] = ()
    surname: str | None = None
    given: str | None = None
    full: str | None = None
    birth_date: str | None = None
    citizenship: str | None = None
    sex: str | None = None
    guarantor: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, person: Mapping[str, Any], guarantor: str | None = None, phone: str | None = None) -> "Profile":
        """The profile of the `person` of an event."""
        name = person.get("name") or {}
        papers = ((paper["kind"], paper["issuer"], normal_number(paper["number"])) for paper in _documents(person))
        return cls(
            documents=tuple(sorted({paper for paper in papers if paper[2]})),
            surname=name.get("surname") or None,
            given=name.get("given") or None,
            full=name.get("full") or None,
            birth_date=person.get("birth_date") or None,
            citizenship=person.get("citizenship") or None,
            sex=person.get("sex") or None,
            guarantor=guarantor,
            phone=_digits(phone),
        )

    @property
    def whole_name(self) -> str:
        """The name as one text, given names first; empty where none is said."""
        return self.full or " ".join(filter(None, (self.given, self.surname)))

    def to_json(self) -> str:
        """Canonical and compact: equal profiles give equal texts. Absent fields are left out."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(
            {name: value for name, value in said.items() if value},
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Profile":
        """The inverse of to_json."""
        said = json.loads(text)
        return cls(**{**said, "documents": tuple((kind, issuer, no) for kind, issuer, no in said.get("documents", ()))})

    @property
    def name(self) -> tuple[str | None, str | None, str | None]:
        """The parts of the name: surname, given names, whole."""
        return (self.surname, self.given, self.full)

    @property
    def is_dated(self) -> bool:
        """Whether the whole date of birth is known."""
        return self.birth_date is not None and len(self.birth_date) == len("YYYY-MM-DD")


def _documents(person: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(person.get("documents") or ())


def _digits(phone: str | None) -> str | None:
    return "".join(filter(str.isdigit, phone or "")) or None
