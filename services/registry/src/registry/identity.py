"""Who is who: the keys that identify a person for certain, and the values that contradict each other."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from anyascii import anyascii

from chassis.seal import Hasher, party_number
from registry.lines import Line
from registry.matching import Profile, contradicts, normal_number

__all__ = ["Contradiction", "contradictions", "display_name", "document_key", "party_key", "stay_key"]


WORD = re.compile(r"[A-Z0-9]+")


@dataclass(frozen=True)
class Contradiction:
    """A field that events of one person state differently, with each value and the events that state it.

    No machine joins what contradicts: a human said that all of it is one person.
    """

    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


def document_key(hasher: Hasher, document: dict[str, Any]) -> str:
    """The identity key of a document: its kind, issuing state and number."""
    return hasher.of("document", document["kind"], document["issuer"], normal_number(document["number"]))


def stay_key(hasher: Hasher, line: Line, data: dict[str, Any], name: str) -> str:
    """The identity key of a guest: the lodging's own reference of this stay, together with the name it goes by.

    Arrival and departure are told by the same house of the same guest, and often without a document. The name stands
    beside the reference because a house may give one reference to a whole party.
    """
    house, spelt = party_key(hasher, data["establishment"]), " ".join(sorted(WORD.findall(anyascii(name).upper())))
    return hasher.of("stay", line.agency, line.source, house, data["stay_ref"], spelt)


def party_key(hasher: Hasher, party: dict[str, Any]) -> str:
    """The key of a party: its number or, without one, its name and village."""
    if party.get("id"):
        return party_number(hasher, party["kind"], party["id"])
    name = " ".join(sorted(anyascii(party["name"]).upper().split()))
    return hasher.of("party", party["kind"], "name", name, party.get("village", ""))


def display_name(name: dict[str, Any] | None) -> str | None:
    """A name as one text, given names first."""
    if not name:
        return None
    return name.get("full") or " ".join(filter(None, (name.get("given"), name.get("surname"))))


def contradictions(lines: Sequence[Line]) -> list[Contradiction]:
    """Birth dates and names of one person that cannot both be true."""
    found = []
    for field, say in _SAYINGS.items():
        stated: dict[str, tuple[str, ...]] = {}
        for line in lines:
            if value := say(line.person):
                stated[value] = (*stated.get(value, ()), line.key)
        profiles = {value: Profile.of(_MADE[field](value)) for value in sorted(stated)}
        if any(contradicts(one, other) for one, other in combinations(profiles.values(), 2)):
            found.append(Contradiction(field, tuple((value, stated[value]) for value in sorted(stated))))
    return found


_SAYINGS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "birth_date": lambda person: person.get("birth_date"),
    "name": lambda person: display_name(person.get("name")),
}
_MADE: dict[str, Callable[[str], dict[str, Any]]] = {
    "birth_date": lambda value: {"birth_date": value},
    "name": lambda value: {"name": {"full": value}},
}
