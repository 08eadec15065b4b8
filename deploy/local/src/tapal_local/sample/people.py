"""Invented people. Their papers are of Utopia, the state that ICAO's specimens are from; nobody of them exists."""

from dataclasses import dataclass
from typing import Any

__all__ = ["CITIZEN", "Somebody", "somebody"]

GIVEN = (
    *("Arlo", "Benna", "Corvin", "Dalia", "Emrik", "Fenna", "Gavro", "Hilde", "Ismo", "Jorun", "Kaleb", "Livia"),
    *("Mirko", "Nessa", "Odrin", "Pelle", "Quinta", "Rasmo", "Selva", "Tomar", "Ulrike", "Vesna", "Wilmo", "Yelka"),
)
SURNAMES = (
    *("Orvane", "Teskil", "Mirando", "Halvek", "Brunsol", "Castemir", "Dorvak", "Elmquar", "Fastrin"),
    *("Gellmark", "Hoskuld", "Ivarsen-Tal", "Jorvik", "Kestrel", "Lomaq", "Marvenko"),
)


@dataclass(frozen=True)
class Somebody:
    surname: str
    given: str
    birth_date: str
    sex: str
    number: str
    kind: str = "passport"
    issuer: str = "UTO"

    def person(self, **other: Any) -> dict[str, Any]:
        """As an event describes them; `other` replaces what one source has differently."""
        return {
            "documents": [{"kind": self.kind, "number": self.number, "issuer": self.issuer}],
            "name": {"surname": self.surname, "given": self.given},
            "birth_date": self.birth_date,
            "citizenship": self.issuer,
            "sex": self.sex,
            **other,
        }


def somebody(number: int, *, born: int | None = None, kind: str = "passport") -> Somebody:
    """The same number is always the same person."""
    return Somebody(
        surname=SURNAMES[number * 5 % len(SURNAMES)],
        given=GIVEN[number % len(GIVEN)],
        birth_date=f"{born or 1958 + number * 7 % 45}-{number % 12 + 1:02}-{number * 3 % 28 + 1:02}",
        sex="MF"[number % 2],
        number=f"{'PB' if kind == 'plb' else 'UT'}{1_000_000 + number * 7919}",
        kind=kind,
    )


CITIZEN = Somebody("Contoh", "Warga", "1985-05-05", "F", "C0000001", issuer="IDN")
