"""The history of a party: every event that names it, in which role, and about whom. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.mongo import Document
from registry.chains import effective
from registry.drafts import Draft
from registry.world import Head, PartyState, World

__all__ = ["mentions", "party_view"]

# What an event says of the party's own doings.
SAID = ("sponsor_result", "position", "sites", "headcount", "valid_until", "request_no", "due_at", "basis", "village")


def mentions(stored: Iterable[Draft], world: World) -> list[Document]:
    """A row for each party at each place of new events. What is said in it is sealed before it rests."""
    return [
        {
            "_id": f"{world.party_keys[claim.key]}.{draft.key}.{path}",
            "p": world.party_keys[claim.key],
            "k": draft.key,
            "at": draft.header.at,
            "said": json.dumps(_said(draft, path, claim.stated), ensure_ascii=False).encode(),
        }
        for draft in stored
        for path, claim in draft.parties.items()
    ]


def _said(draft: Draft, path: str, stated: Mapping[str, Any]) -> dict[str, Any]:
    # At a check, a host or an employer is that of one person.
    mine = [s for s in draft.subjects if not path.startswith("persons.") or path.startswith(f"{s.path}.")]
    return {
        "role": path.rsplit(".", 1)[-1],
        "stated": dict(stated),
        "nodes": sorted({subject.node.id for subject in mine}),
        "said": {name: draft.said[name] for name in SAID if name in draft.said},
    }


@dataclass(frozen=True)
class _Stated:
    value: str
    evidence: list[str]


def party_view(party: PartyState, rows: Sequence[Document], heads: Mapping[str, Head], world: World) -> dict[str, Any]:
    """A party with what is known of it, each value with the events that state it, and its events, newest first.

    `heads` are those of the events of `rows` and of all that correct or take them back.
    """
    counted = {line.key for line in effective(replace(head.header, elsewhere=False) for head in heads.values())}
    events = [_event(row, heads[row["k"]], counted, world) for row in rows if row["said"] is not None]
    live = [event for event in events if not event["superseded"]]
    return {
        "id": party.id,
        "version": party.version,
        "kind": party.kind,
        **{f"{name}s": _stated(live, name) for name in ("name", "id", "village")},
        "people": sorted({person for event in live for person in event["people"]}),
        "events": [{name: value for name, value in event.items() if name != "stated"} for event in events],
    }


def _event(row: Document, head: Head, counted: set[str], world: World) -> dict[str, Any]:
    said = json.loads(row["said"])
    people = sorted({holder.id for node in said["nodes"] if (holder := world.holder(node))})
    header = head.header
    return {
        "key": header.key,
        "role": said["role"],
        "kind": header.kind,
        "action": header.action,
        "at": header.at,
        "agency": header.agency,
        "source": header.source,
        "people": people,
        "said": said["said"],
        "stated": said["stated"],
        "superseded": header.key not in counted,
    }


def _stated(events: Iterable[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    found: dict[str, _Stated] = {}
    for event in events:
        if value := event["stated"].get(field):
            found.setdefault(value, _Stated(value, [])).evidence.append(event["key"])
    return [vars(item) for item in found.values()]
