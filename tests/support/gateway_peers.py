"""What the peers of the gateway know in tests: synthetic alerts, persons, tasks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import gateway_cases
import gateway_findings
import gateway_rules

from chassis.statement import Actor

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = {"person-1": "SAMPLE ALIA", "person-2": "SAMPLE BRAM", "person-3": "SAMPLE CHEN"}


def ago(**delta: float) -> str:
    return (NOW - timedelta(**delta)).isoformat()


def row(number: int, **fields: Any) -> dict[str, Any]:
    """An alert row about person-<number>."""
    found = {
        "id": f"alert-{number}",
        "revision": 1,
        "rule": "R02a",
        "series": "stay-end",
        "side": "administrative",
        "severity": 1,
        "state": "open",
        "subject": {"kind": "person", "id": f"person-{number}"},
        "village": "61.06.14.2001",
        "agencies": ["imigrasi"],
        "title": {"id": "Belum terlihat keluar", "en": "No exit seen"},
        "opened_at": ago(days=2),
        "updated_at": ago(minutes=number),
        "reading": "",
        "evidence": ["k1", "k2"],
    }
    return {**found, **fields}


def rows() -> list[dict[str, Any]]:
    return [
        row(1, severity=2),
        row(2, state="held", rule="R02b", agencies=["imigrasi", "polres"]),
        row(3, state="withdrawn"),
        row(4, side="protection", agencies=["imigrasi", "polres", "ppt"]),
        row(5, agencies=["polres"], rule="R03", side="enforcement", severity=3),
        row(6, subject={"kind": "source", "id": "plbn-badau/pos"}, rule="Q2", side="quality"),
        row(7, subject={"kind": "account", "id": "u1"}, rule="Q3", side="safeguard", agencies=["imigrasi", "polres"]),
    ]


def event(key: str, kind: str, action: str, **fields: Any) -> dict[str, Any]:
    found = {
        "key": key,
        "kind": kind,
        "action": action,
        "at": ago(days=20),
        "received_at": ago(days=20),
        "agency": "plbn-badau",
        "source": "pos",
        "channel": "system",
        "village": None,
        "data": {"post": "BADAU"},
        "superseded": False,
    }
    return {**found, **fields}


def dossier(person: str) -> dict[str, Any]:
    """A dossier as the registry answers it."""
    today = NOW.date()
    stay = {
        "keys": ["k1"],
        "opened_on": (today - timedelta(days=20)).isoformat(),
        "opened_by": "entry",
        "post": "BADAU",
        "village": "61.06.14.2001",
        "border_pass": False,
        "permit_kind": "B1",
        "permit_family": "visit",
        "ends": (today - timedelta(days=2)).isoformat(),
        "ends_basis": "printed",
        "excused_until": None,
        "application_pending": False,
        "extended": False,
        "closed_on": None,
        "closed_by": None,
        "evidence": ["k1", "k2"],
    }
    permit = {
        "ref": "p1",
        "kind": "B1",
        "family": "visit",
        "work_allowed": False,
        "status": "valid",
        "valid_from": stay["opened_on"],
        "valid_until": stay["ends"],
        "sponsor": None,
        "village": None,
        "evidence": ["k2"],
    }
    lodging = {
        "ref": "l1",
        "establishment": "party-1",
        "village": "61.06.01.1001",
        "check_in_at": ago(days=5),
        "planned_out": None,
        "check_out_at": None,
        "reported_at": None,
        "evidence": ["k3"],
    }
    contested = person == "person-2"
    return {
        "id": person,
        "version": 3,
        "name": NAMES.get(person),
        "names": [{"value": NAMES.get(person), "evidence": ["k1"]}],
        "documents": [{"kind": "passport", "number": "X0000001", "issuer": "UTO", "evidence": ["k1", "k3"]}],
        "birth_dates": [{"value": "1990-01-01", "evidence": ["k1"]}],
        "citizenships": [{"value": "UTO", "evidence": ["k1"]}],
        "sexes": [{"value": "F", "evidence": ["k1"]}],
        "contested": contested,
        "contradictions": [
            {
                "field": "birth_date",
                "values": [{"value": "1990-01-01", "evidence": ["k1"]}, {"value": "1991-01-01", "evidence": ["k3"]}],
            }
        ]
        if contested
        else [],
        "claims": [
            {
                "node": f"node-{n}",
                "name": NAMES.get(person),
                "birth_date": f"199{n}-01-01",
                "documents": [],
                "evidence": [f"k{n}"],
                "counts": True,
            }
            for n in (1, 3)
        ],
        "doubts": [{"review": "review-1", "kind": "contradiction", "total": 12.5, "open": True}] if contested else [],
        "verdicts": [],
        "decisions": {"k3": "contested"} if contested else {},
        "snapshot": {
            "person": person,
            "version": 3,
            "merged_into": None,
            "stays": [stay],
            "permits": [permit],
            "lodgings": [lodging],
            "impediments": [],
            "presences": [],
            "lookups": [],
            "entries": [],
            **gateway_findings.more(ago),
        },
        "parties": {"party-1": "Hotel Contoh", "party-2": "PT Contoh"},
        "events": [
            event("k1", "crossing", "entry"),
            event("k2", "permit", "granted", agency="imigrasi", source="simkim", data={"kind": "B1"}),
            event("k3", "lodging", "check_in", at=ago(days=5), agency="phri-kh", source="hotel-sentarum", data={}),
        ],
    }


class World:
    """What the peers know, and every call they were asked."""

    def here(self, told: Any, person: str = "") -> Any:
        """The same in the village of this world, or of this person."""
        village = self.villages.get(person, self.village)
        return json.loads(json.dumps(told).replace("61.06.14.2001", village))

    def __init__(self) -> None:
        self.rules = gateway_rules.begun(ago(days=1))
        self.alerts = {item["id"]: item for item in rows()}
        self.tasks = gateway_findings.tasks(ago)
        self.cases = {
            "case-1": gateway_cases.case(
                "case-1", ["person-1"], ago(days=1), [row(1), row(2, state="held"), row(5, agencies=["polres"])]
            ),
            "case-9": gateway_cases.case("case-9", ["person-3"], ago(days=1), [], agency="polres"),
        }
        self.village = "61.06.14.2001"
        self.villages: dict[str, str] = {}
        self.pairs: list[dict[str, Any]] = []
        self.members = {"perlindungan", "wakil"}
        self.shown: dict[str, Any] = {}
        self.snoozes: list[dict[str, Any]] = []
        self.asks: dict[str, dict[str, Any]] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.receipts: dict[str, list[dict[str, Any]]] = {"registry": [], "sealed": []}
        self.quarantine = [
            {
                "id": "ab12.cd34",
                "agency": "polres",
                "source": "/polres/spkt",
                "event_id": "e1",
                "kind": "check",
                "code": "missing_field",
                "field": "data.village",
                "reason": {"id": "Isian data.village wajib diisi.", "en": "The field data.village is required."},
                "at": ago(hours=1),
                "raw": '{"data":{"person":{"name":{"full":"SAMPLE DODO"}}}}',
            }
        ]
        self.legal_holds: dict[str, bool] = {}
        self.holds_named: list[str | None] = []
        self.away: set[str] = set()
        self.review_open = True
        self.decisions: dict[tuple[str, str], str] = {}
        self.asked: list[tuple[str, str, Actor]] = []


def view(item: dict[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "legal": {"ref": "UU 6/2011 art. 78(1)", "as_of": "2026-01-02"},
        "wording": {
            "id": "Izin tinggal sudah berakhir dan belum terlihat keluar. Perlu klarifikasi.",
            "en": "The permitted stay has ended and no exit has been seen. Needs clarification.",
        },
        "rule_version": 1,
        "facts": [
            {
                "name": "stay.ends",
                "value": ago(days=2)[:10],
                "label": {"id": "Izin tinggal sampai", "en": "Permitted until"},
            },
            {
                "name": "stay.open",
                "value": True,
                "label": {"id": "Masih tercatat di sini", "en": "Still recorded here"},
            },
        ],
        "bindable": [
            {
                "name": "stay.application_pending",
                "value": False,
                "label": {"id": "Permohonan dibayar, belum diputus", "en": "Paid application pending"},
            }
        ],
        "history": [{"revision": 1, "at": ago(days=2), "what": "raised", "by": "", "state": "open"}],
        "decision": None,
        "clearing_sources": [{"agency": "plbn-badau", "source": "pos", "covered_until": ago(hours=2), "silent": False}],
        **({"decision": item["decision"]} if "decision" in item else {}),
    }


def source(agency: str, code: str, clears: list[str], *, hours: float, silent: bool = False) -> dict[str, Any]:
    return {
        "agency": agency,
        "source": code,
        "clears": clears,
        "last_heard_at": ago(hours=hours),
        "covered_until": ago(hours=hours),
        "closed_until": None,
        "silent": silent,
    }


def side(person: str, birth_date: str) -> dict[str, Any]:
    """One side of a doubtful pair."""
    return {
        "person": person,
        "name": NAMES[person],
        "names": [NAMES[person]],
        "birth_dates": [birth_date],
        "citizenships": ["UTO"],
        "sexes": ["F"],
        "documents": [{"kind": "passport", "number": "X0000001", "issuer": "UTO"}],
        "claims": [{"key": "k1", "agency": "plbn-badau", "kind": "crossing", "action": "entry", "at": ago(days=3)}],
        "events": 2,
    }


def listed_pair(world: World) -> dict[str, Any]:
    """A doubtful pair as the queue has it."""
    return {
        "id": "review-1",
        "kind": "contradiction",
        "total": 12.5,
        "opened_at": ago(days=1),
        "people": ["person-1", "person-2"],
        "pairs": 1,
        "later": None,
        "open": world.review_open,
    }


PAIR = {
    "parts": [
        {"field": "name", "label": "the same", "weight": 9.5},
        {"field": "birth_date", "label": "one digit off", "weight": -2.1},
    ],
    "sides": [side("person-1", "1990-01-01"), side("person-2", "1990-01-11")],
    "verdicts": [],
}


def hits(text: str) -> list[dict[str, Any]]:
    """Whoever has a word of this text in the name, as the registry's search answers it."""
    parts = [
        {"field": "name", "label": "1 same, 1 sounds", "weight": 15.6},
        {"field": "birth_date", "label": "differs", "weight": -6.0},
    ]
    said = {"total": 9.6, "birth_dates": ["1990-01-01"], "places": ["61.06.14.2001"], "parts": parts}
    found = [person for person, name in NAMES.items() if set(name.split()) & set(text.upper().split())]
    return [{"person": person, "names": [NAMES[person]], **said} for person in found]
