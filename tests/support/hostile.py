"""What nobody should send: seeded, so that a run can be repeated. Every message carries its mark where it can."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["KINDS", "Hostile", "Kind", "Maker", "hostile", "made", "sound"]

SOURCE = "/plbn-badau/pos"
FORGED = {
    "x-death": [{"queue": "intake.imigrasi", "reason": "delivery_limit", "count": 60}],
    "x-first-death-queue": "intake.imigrasi",
    "x-delivery-count": 99,
}
NASTY = [
    "'; DROP TABLE persons; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "%s%n%x",
    "\u202egnp.exe",
    "A\u0301" * 40,
    "=cmd|' /C calc'!A0",
]
TOO_NASTY = ["\x00", "\x1b[31m", "a\nb", "\x7f", " ", "", "x" * 201]
WRONG: list[Any] = [None, 1, 1.5, True, [], {}, [[]], {"$ne": None}, {"$where": "sleep(9)"}, {"a.b": 1}, "\t", -1]
KEYS = ["__proto__", "constructor", "$where", "$set", "a.b", "_id", "", "data", "toString", "x" * 300, "\x00", "é"]
TIMES = ["2026-02-30T10:00:00Z", "2026-01-01", "2026-01-01T10:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
TIMES += [
    "2026-01-01T25:00:00Z",
    "2026-01-01T10:00:00+99:00",
    "now",
    "2026-01-01 10:00:00Z",
    "-1",
    "١٩٩٩-01-01T00:00:00Z",
]


@dataclass(frozen=True)
class Hostile:
    """One message. `fate` is refused, accepted, or any where both are right."""

    label: str
    body: bytes
    fate: str = "refused"
    id: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    content_type: str = "application/cloudevents+json"
    exchange: str = "agency"


class Maker:
    def __init__(self, seed: int, mark: str) -> None:
        self.random = random.Random(seed)
        self.mark = mark
        self.count = 0

    def event(self, **more: Any) -> dict[str, Any]:
        """A sound crossing of a person of its own."""
        self.count += 1
        at = datetime.now(UTC) - timedelta(minutes=self.random.randrange(60, 100_000))
        number = f"{self.mark}{self.count}".upper()
        who = {
            "documents": [{"kind": "passport", "number": number, "issuer": "UTO"}],
            "name": {"full": f"Contoh {self.mark} {self.count}"},
            "birth_date": "1990-01-01",
        }
        data = {"action": "exit", "person": who, "post": "BADAU"}
        head = {
            "specversion": "1.0",
            "type": "id.tapal.crossing.v1",
            "source": SOURCE,
            "id": f"{self.mark}/{self.count}",
        }
        return {**head, "time": at.isoformat(), "data": data, **more}

    def place(self, event: dict[str, Any], *, required: bool = False) -> tuple[dict[str, Any], str]:
        """Some object within the event and the name of one of its members."""
        who = event["data"]["person"]
        places = [
            *[(event, name) for name in ("id", "source", "type", "time", "specversion", "data")],
            *[(event["data"], name) for name in ("action", "post", "person")],
            *[(who["documents"][0], name) for name in ("kind", "number", "issuer")],
        ]
        if not required:
            places += [(who, name) for name in ("name", "birth_date", "documents")] + [(who["name"], "full")]
        return self.random.choice(places)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def sound(seed: int, mark: str, number: int) -> list[Hostile]:
    """Events that must be accepted, a part of them with forged headers and attributes that are dropped."""
    make = Maker(seed, mark)
    found = []
    for index in range(number):
        event = make.event(**({"comexampleextra": "x", "$where": "1"} if index % 3 == 0 else {}))
        if index % 4 == 0:
            event["data"]["person"]["name"]["full"] = f"{mark} {NASTY[index % len(NASTY)]}"
        headers = FORGED if index % 5 == 0 else {}
        found.append(Hostile("sound", _json(event), "accepted", event["id"], headers))
    return found


def hostile(seed: int, mark: str, number: int) -> Iterator[Hostile]:
    """So many messages, each kind about equally often; the largest ones only a few times."""
    make = Maker(seed + 1, mark + "h")
    for index in range(number):
        yield made(make, KINDS[index % len(KINDS)])
    for _ in range(60):
        yield Hostile("large", _large(make, make.event()))
    for _ in range(4):
        yield Hostile("huge", _json(make.event(padding=make.mark + "x" * 10_000_000)))


def made(make: Maker, kind: "Kind", exchange: str = "agency") -> Hostile:
    """One message of this kind."""
    event = make.event()
    id = event["id"]
    found = kind(make, event)
    body, fate = found if isinstance(found, tuple) else (found, "refused")
    headers = FORGED if make.random.random() < 0.1 else {}
    return Hostile(kind.__name__.strip("_"), body, fate, id, headers, exchange=exchange)


def _truncated(make: Maker, event: dict[str, Any]) -> bytes:
    body = _json(event)
    return body[: make.random.randrange(len(body))]


def _flipped(make: Maker, event: dict[str, Any]) -> tuple[bytes, str]:
    body = bytearray(_json(event))
    for _ in range(make.random.randrange(1, 8)):
        body[make.random.randrange(len(body))] = make.random.randrange(256)
    return bytes(body), "any"


def _noise(make: Maker, event: dict[str, Any]) -> bytes:
    return make.mark.encode() + make.random.randbytes(make.random.randrange(2000))


def _encoded(make: Maker, event: dict[str, Any]) -> bytes:
    event["data"]["person"]["name"]["full"] += " é"
    coding = make.random.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig"])
    return json.dumps(event, ensure_ascii=False).encode(coding)


def _nested(make: Maker, event: dict[str, Any]) -> tuple[bytes, str]:
    depth = make.random.choice([40, 200, 450, 700, 900, 950, 990, 1000, 3000, 20000])
    opening, closing = make.random.choice([("[", "]"), ('{"a":', "}"), ('[{"mrz":', "}]")])
    value = opening * depth + "1" + closing * depth
    where = make.random.choice(["extra", "data", "alone", "type"])
    if where == "alone":
        return value.encode(), "refused"
    name = {"extra": '"comexamplex"', "data": '"data"', "type": '"type"'}[where]
    if where != "extra":
        del event[name.strip('"')]
    text = json.dumps(event)
    return f"{text[:-1]}, {name}: {value}}}".encode(), "any" if where == "extra" else "refused"


def _number(make: Maker, event: dict[str, Any]) -> tuple[bytes, str]:
    written = make.random.choice(
        [
            "1e400",
            "-1e400",
            "NaN",
            "Infinity",
            "-Infinity",
            "9" * 5000,
            "9" * 400,
            "1.5",
            "-0",
            "1e-400",
            "9007199254740993",
        ]
    )
    where = make.random.choice(['"sequence"', '"comexamplen"', '"id"', '"time"'])
    event.pop(where.strip('"'), None)
    fate = "any" if where in ('"comexamplen"', '"sequence"') else "refused"
    return f"{json.dumps(event)[:-1]}, {where}: {written}}}".encode(), fate


def _twice(make: Maker, event: dict[str, Any]) -> bytes:
    text = json.dumps(event)
    name = make.random.choice(['"source": "/polres/spkt"', '"id": "other"', '"data": {}', '"type": null'])
    return f"{text[:-1]}, {name}}}".encode()


def _large(make: Maker, event: dict[str, Any]) -> bytes:
    return _json({**event, "padding": make.mark + "x" * make.random.randrange(65_000, 120_000)})


def _wrong_type(make: Maker, event: dict[str, Any]) -> bytes:
    place, name = make.place(event, required=True)
    place[name] = make.random.choice(WRONG)
    return _json(event)


def _missing(make: Maker, event: dict[str, Any]) -> bytes:
    place, name = make.place(event, required=True)
    del place[name]
    return _json(event)


def _unknown(make: Maker, event: dict[str, Any]) -> bytes:
    who = event["data"]["person"]
    place = make.random.choice([event["data"], who, who["documents"][0], who["name"]])
    # A name of its own for each place: none of these is a field.
    place[f"{make.random.choice(KEYS)}~"] = make.random.choice([make.mark, *WRONG])
    return _json(event)


def _control(make: Maker, event: dict[str, Any]) -> bytes:
    place, name = make.random.choice(
        [(event, "id"), (event["data"]["person"]["name"], "full"), (event["data"]["person"]["documents"][0], "number")]
    )
    bad = make.random.choice(TOO_NASTY)
    place[name] = bad if bad.strip(" ") == "" or len(bad) > 200 else make.mark + bad
    return json.dumps(event).encode()


def _raw_control(make: Maker, event: dict[str, Any]) -> bytes:
    bad = make.random.choice([b"\x00", b"\n", b"\x1b", b"\x08"])
    return _json(event).replace(b"Contoh ", b"Contoh" + bad)


def _surrogate(make: Maker, event: dict[str, Any]) -> bytes:
    half = make.random.choice([b"\\ud800", b"\\udfff", b"\\uDC00\\uD800"])
    spot = make.random.choice([b"Contoh ", b'"BADAU', b'"post'])
    return json.dumps(event).encode().replace(spot, spot + half)


def _no_object(make: Maker, event: dict[str, Any]) -> bytes:
    value = make.random.choice([None, 1, True, make.mark, [], [event], [event, make.event()], [[event]], {}, ""])
    return make.random.choice([_json(value), b"", b" ", b"\n\n", b"null", _json(value)])


def _binary_mode(make: Maker, event: dict[str, Any]) -> bytes:
    return _json(event["data"])


def _wrong_head(make: Maker, event: dict[str, Any]) -> bytes:
    name, values = make.random.choice(
        [
            (
                "source",
                ["/polres/spkt", "/plbn-badau/POS", "/plbn-badau/pos/", "http://[", "/plbn-badau/pos\u200b", "*"],
            ),
            ("type", ["id.tapal.crossing.v2", "id.tapal.visa.v1", "id.tapal..v1", "crossing", "id.tapal.tapal.v1"]),
            ("specversion", ["0.3", "1", "2.0", 1.0]),
            ("datacontenttype", ["text/xml", "application/json; charset=latin-1"]),
            ("time", [*TIMES, (datetime.now(UTC) + timedelta(days=1)).isoformat()]),
            ("sequence", ["-1", "0x10", "9" * 17, "١٢", " 1"]),
            ("corrects", [event["id"], "", "\x00", ["a"]]),
            ("voids", [event["id"], f"{make.mark}/other"]),
        ]
    )
    return _json({**event, name: make.random.choice(values)})


def _wrong_field(make: Maker, event: dict[str, Any]) -> bytes:
    data, who = event["data"], event["data"]["person"]
    place, name, values = make.random.choice(
        [
            (data, "action", ["left", "ENTRY", *NASTY]),
            (data, "valid_until", ["2026-13-01", "31/12/2026", 20261231, "9999-12-31"]),
            (who, "birth_date", ["1990-02-30", "90", "1890-01-01", 1990, "１９９０"]),
            (who, "sex", ["F ", "female", 1]),
            (who, "citizenship", ["uto", "UTOP", "", "U1"]),
            (who, "mrz", [make.mark, "P<" + "<" * 86, "<" * 88, "P" * 99, "\u0130" * 88, 5]),
            (who["documents"][0], "kind", ["Passport", "visa"]),
            (who["documents"][0], "issuer", ["uto", "ID N", "ÜTO"]),
            (who["documents"][0], "valid_until", ["soon", 0]),
            (who, "documents", [[who["documents"][0]] * 11, [None], "X1"]),
        ]
    )
    place[name] = make.random.choice(values)
    return _json(event)


def _shuffled(make: Maker, event: dict[str, Any]) -> bytes:
    """The right names at the wrong place."""
    return _json({**event["data"], "data": {name: event[name] for name in ("id", "source", "type", "time")}})


Kind = Callable[[Maker, dict[str, Any]], Any]
KINDS: list[Kind] = [
    *(_truncated, _flipped, _noise, _encoded, _nested, _number, _twice, _wrong_type, _missing, _unknown, _control),
    *(_raw_control, _surrogate, _no_object, _binary_mode, _wrong_head, _wrong_field, _shuffled, _wrong_type, _unknown),
]
