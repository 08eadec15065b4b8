"""How an event is cut: into what it says of each person, and the rest with holes where persons were. Pure."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from chassis.seal import canonical
from contracts.events import Event, blank_optional_data, type_of

__all__ = ["cut", "filled", "is_protection", "mended", "names_protection", "said_of", "subject_paths", "subtree"]


PROTECTION = type_of("protection").removesuffix("v1")


def is_protection(raw: Any) -> bool:
    """Whether this claims to be a protection event, sound or not, or is a list with one in it."""
    if isinstance(raw, list):
        return any(map(is_protection, raw))
    return isinstance(raw, dict) and str(raw.get("type", "")).startswith(PROTECTION)


def names_protection(body: bytes) -> bool:
    """Whether bytes that nobody can read may be a protection event."""
    return PROTECTION.encode() in body


def subtree(path: str) -> str:
    """The place of everything an event says of the person at `path`."""
    # At a check the whole entry of a person is about that person: what he did, where he stays.
    return path.removesuffix(".person") if path.startswith("persons.") else path


def subject_paths(event: Event, citizens: list[str]) -> list[str]:
    """The places of those an event is about, without citizens."""
    if event.kind == "source.status":
        return []
    paths = [subtree(path) for path, _ in event.persons() if path not in citizens]
    if event.kind == "document" and not event.persons() and "document" not in citizens and event.data:
        paths = ["person"]
    if event.kind == "watchlist" and event.data and not paths:
        paths = ["person"]
    return paths


def said_of(data: dict[str, Any], path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event says beside its persons, and of the person at `path`."""
    said = {name: value for name, value in data.items() if name not in ("person", "persons")}
    if path.startswith("persons."):
        found = dict(data["persons"][int(path.split(".")[1])])
        person = found.pop("person", {})
        said["found"] = found
        return said, dict(person)
    person = dict(data.get("person", {}))
    for name in ("document", "new_document"):
        if name in said:
            person["documents"] = [*person.get("documents", []), said.pop(name)]
    return said, person


def cut(raw: dict[str, Any], paths: list[str], *, keep: list[str]) -> tuple[bytes, dict[str, bytes]]:
    """The event as received with a hole for each path, and the parts that were there (those in `keep`)."""
    whole = copy.deepcopy(blank_optional_data(raw))
    parts: dict[str, bytes] = {}
    for path in paths:
        place, index = _place(whole.get("data") or {}, path)
        if isinstance(place, list) or index in place:
            part, place[index] = place[index], None
            if path in keep:
                parts[path] = canonical(part)
    for name in ("document", "new_document"):
        if name in (whole.get("data") or {}):
            parts[name] = canonical(whole["data"][name])
            whole["data"][name] = None
    return canonical(whole), parts


def filled(body: bytes, parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The event with these parts back in their holes; the other holes stay."""
    whole: dict[str, Any] = json.loads(body)
    for path, part in parts.items():
        place, index = _place(whole["data"], path)
        place[index] = json.loads(part)
    return whole


def _place(data: Any, path: str) -> tuple[Any, Any]:
    """The list or object that holds what is at `path`, and under which index."""
    *way, last = path.split(".")
    for step in way:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data, int(last) if isinstance(data, list) else last


def mended(body: bytes, parts: Mapping[str, bytes]) -> tuple[dict[str, Any], set[str]]:
    """The inverse of `cut`, as far as it goes, and the places of citizens, whose parts were never kept.

    Where a citizen was stands a copy of somebody else, so that every place keeps its number: it is not to be read.
    """
    whole = filled(body, parts)
    people = (whole.get("data") or {}).get("persons") or []
    holes = {f"persons.{number}" for number, one in enumerate(people) if one is None}
    for hole in holes:
        people[int(hole.split(".")[1])] = next(one for one in people if one is not None)
    return whole, holes
