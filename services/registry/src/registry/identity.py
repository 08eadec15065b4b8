"""Who is who: the keys that identify a person for certain, and the values that contradict each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from anyascii import anyascii
from rapidfuzz.fuzz import token_set_ratio

from chassis.seal import Hasher
from registry.lines import Line

__all__ = ["Contradiction", "contradictions", "display_name", "document_key", "party_key"]

# Below this two spellings share too little to be one name; order, initials and truncation stay above it.
SAME_NAME = 50


@dataclass(frozen=True)
class Contradiction:
    """A field that two events state differently, with each value and the events that state it."""

    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    resolved: bool


def normal_number(number: str) -> str:
    """A number without the marks that spelling varies: letters and digits, upper case."""
    return "".join(filter(str.isalnum, number)).upper()


def document_key(hasher: Hasher, document: dict[str, Any]) -> str:
    """The identity key of a document: its kind, issuing state and number."""
    return hasher.of("document", document["kind"], document["issuer"], normal_number(document["number"]))


def party_key(hasher: Hasher, party: dict[str, Any]) -> str:
    """The key of a party: its number or, without one, its name and village."""
    if party.get("id"):
        return hasher.of("party", party["kind"], "id", normal_number(party["id"]))
    name = " ".join(sorted(anyascii(party["name"]).upper().split()))
    return hasher.of("party", party["kind"], "name", name, party.get("village", ""))


def display_name(name: dict[str, Any] | None) -> str | None:
    """A name as one text, given names first."""
    if not name:
        return None
    return name.get("full") or " ".join(filter(None, (name.get("given"), name.get("surname"))))


def contradictions(lines: Sequence[Line]) -> list[Contradiction]:
    """Birth dates that cannot both be true, and names that share nothing.

    Resolved where a human has looked at all the values: a decision (a line of agency `tapal`) lists them.
    """
    accepted: dict[str, set[str]] = {"birth_date": set(), "name": set()}
    for line in lines:
        if line.kind == "decision":
            accepted[line.data["field"]].update(line.data["values"])
    found = (
        _contradiction("birth_date", _stated(lines, "birth_date"), accepted["birth_date"], _dates_differ),
        _contradiction("name", _stated_names(lines), accepted["name"], _names_differ),
    )
    return [item for item in found if item is not None]


def _stated(lines: Iterable[Line], field: str) -> dict[str, tuple[str, ...]]:
    stated: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if value := line.person.get(field):
            stated[value] = (*stated.get(value, ()), line.key)
    return stated


def _stated_names(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    stated: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if value := display_name(line.person.get("name")):
            stated[value] = (*stated.get(value, ()), line.key)
    return stated


def _contradiction(field: str, stated: dict[str, tuple[str, ...]], accepted: set[str], differ: Any) -> Any:
    values = sorted(stated)
    if not any(differ(one, other) for index, one in enumerate(values) for other in values[index + 1 :]):
        return None
    return Contradiction(field, tuple((value, stated[value]) for value in values), set(values) <= accepted)


def _dates_differ(one: str, other: str) -> bool:
    # 1990 and 1990-05-02 agree: the shorter says less, not something else.
    return not (one.startswith(other) or other.startswith(one))


def _names_differ(one: str, other: str) -> bool:
    return token_set_ratio(anyascii(one).lower(), anyascii(other).lower()) < SAME_NAME
