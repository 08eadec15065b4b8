"""Calls for protection that nobody should send, by the sealed way and astray on the open one."""

import json
from collections.abc import Iterator
from typing import Any

from hostile import KINDS, Hostile, Maker, made

__all__ = ["TYPE", "calls", "sound_calls"]

TYPE = b"id.tapal.protection."
# Those that need nothing but a head and a person.
FITTING = (
    *("truncated", "flipped", "noise", "encoded", "nested", "number", "twice", "wrong_type", "missing", "unknown"),
    *("control", "raw_control", "no_object", "binary_mode", "wrong_head"),
)


class _Caller(Maker):
    def event(self, **more: Any) -> dict[str, Any]:
        """A sound call about a person of its own."""
        event = super().event(**more)
        data = {"kind": "help", "person": event["data"]["person"], "note": f"Contoh {self.mark}"}
        return {**event, "type": "id.tapal.protection.v1", "data": data}

    def place(self, event: dict[str, Any], *, required: bool = False) -> tuple[dict[str, Any], str]:
        """Some object within the call and the name of a member that it needs."""
        places = [
            *[(event, name) for name in ("id", "source", "type", "time", "specversion", "data")],
            (event["data"], "kind"),
            *[(event["data"]["person"]["documents"][0], name) for name in ("kind", "number", "issuer")],
        ]
        return self.random.choice(places)


def calls(seed: int, mark: str, number: int) -> Iterator[Hostile]:
    """So many messages, every fourth of them on the open way; the largest ones only a few times."""
    make = _Caller(seed + 2, mark + "p")
    kinds = [kind for kind in KINDS if kind.__name__.strip("_") in FITTING]
    for index in range(number - 6):
        yield made(make, kinds[index % len(kinds)], "agency" if index % 4 == 0 else "sealed")
    for size in (65_000, 100_000, 1_000_000, 17_000_000):
        yield Hostile("large", _padded(make, size), exchange="sealed")
    for size in (65_000, 1_000_000):
        yield Hostile("large", _padded(make, size), exchange="agency")


def sound_calls(seed: int, mark: str, number: int) -> list[Hostile]:
    """Calls that must be taken, half of them astray."""
    make = _Caller(seed + 3, mark + "q")
    events = [make.event() for _ in range(number)]
    return [
        Hostile("sound", json.dumps(event).encode(), "accepted", event["id"], exchange=("agency", "sealed")[index % 2])
        for index, event in enumerate(events)
    ]


def _padded(make: Maker, size: int) -> bytes:
    return json.dumps({**make.event(), "padding": make.mark + "x" * size}).encode()
