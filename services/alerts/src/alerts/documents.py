"""How alerts and what is known of their subjects lie in the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import bson
from bson.codec_options import CodecOptions

from alerts.alert import Alert, Decision, Entry, Snooze
from alerts.anchors import Alias
from alerts.shelves import shelves_of
from alerts.subjects import KINDS, key_of
from chassis.mongo import Document
from contracts.messages import Message, Subject

__all__ = [
    "NEVER",
    "SubjectState",
    "alert_document",
    "alert_of",
    "alias_of",
    "bucket_of",
    "living",
    "of_kind",
    "subject_document",
    "subject_of",
    "week_of",
]

_PACKED: CodecOptions[Any] = CodecOptions(tz_aware=True)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
SNOOZE = tuple(field.name for field in fields(Snooze))


@dataclass
class SubjectState:
    """What is known of one subject. `n` counts the writes of the row: it is replaced only as it was read.

    `listed` are the alerts it has to do with, `keys` those of its things that have an alert and what each is tied to,
    `shares` digests of what its parties were told. It was `judged` then, by the rules and tables of that digest.
    `armed` is the deadline and what is waited for as their rows say it. `opened` says when alerts that a rebuild takes
    away were raised: made again, they are as old as they were.
    """

    kind: str
    id: str
    n: int = 0
    version: int = 0
    body: str | None = None
    listed: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    episodes: dict[str, int] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    hold_version: int = 0
    on_hold: bool = False
    due: datetime | None = None
    waits: frozenset[str] = frozenset()
    merged_into: str | None = None
    judged: tuple[datetime, str] | None = None
    armed: tuple[datetime | None, frozenset[str]] = (None, frozenset())
    opened: dict[str, datetime] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Under what it is stored."""
        return key_of(self.kind, self.id)

    @property
    def heir(self) -> str | None:
        """The key of the one it was merged into."""
        return key_of(self.kind, self.merged_into) if self.merged_into else None

    @property
    def told(self) -> Message | None:
        """What was last said of it."""
        kind = KINDS[self.kind]
        return kind.message.model_validate_json(self.body) if self.body else kind.untold(self.id)

    def keep(self, told: Any) -> None:
        """Take in a newer version."""
        self.version, self.merged_into = told.version, getattr(told, "merged_into", None)
        self.body = KINDS[self.kind].kept(told)


def week_of(at: datetime) -> int:
    """The week of a moment, counted from 1970."""
    return int(at.timestamp()) // (7 * 86400)


def bucket_of(due: datetime) -> int:
    """The minute in which a deadline is worked off: never before it is due."""
    return -int(-due.timestamp() // 60)


def subject_document(state: SubjectState) -> Document:
    """A subject as stored."""
    row = {
        "_id": state.key,
        "n": state.n + 1,
        "v": state.version,
        "body": state.body,
        "alerts": state.listed,
        "keys": [list(pair) for pair in state.keys.items()],
        "episodes": [list(pair) for pair in state.episodes.items()],
        "shares": [list(pair) for pair in state.shares.items()],
        "hold_v": state.hold_version,
        "hold": state.on_hold,
        "due": state.due,
        "waits": sorted(state.waits),
        "merged_into": state.merged_into,
        "judged": list(state.judged or ()),
        "opened": [list(pair) for pair in state.opened.items()],
    }
    # Most rows have none of the rest, and a small row is a fast one.
    return {name: value for name, value in row.items() if value}


def subject_of(row: Document) -> SubjectState:
    """A subject as read."""
    kind, id = row["_id"].split(":", 1)
    due, waits = row.get("due"), frozenset(row.get("waits", ()))
    return SubjectState(
        kind=kind,
        id=id,
        n=row["n"],
        version=row.get("v", 0),
        body=row.get("body"),
        listed=list(row.get("alerts", ())),
        keys=dict(row.get("keys", ())),
        episodes=dict(row.get("episodes", ())),
        shares=dict(row.get("shares", ())),
        hold_version=row.get("hold_v", 0),
        on_hold=row.get("hold", False),
        due=due,
        waits=waits,
        merged_into=row.get("merged_into"),
        judged=(row["judged"][0], row["judged"][1]) if "judged" in row else None,
        armed=(due, waits),
        opened=dict(row.get("opened", ())),
    )


def of_kind(kind: str) -> Document:
    """The filter of all subjects of a kind."""
    # SecantusDB reads every row for it: for rare jobs only. ";" follows ":".
    return {"_id": {"$gt": f"{kind}:", "$lt": f"{kind};"}}


def living(key: str, known: Mapping[str, SubjectState]) -> SubjectState | None:
    """Who lives on for this one; none where that one is not known, or where merges lead in a circle."""
    found, seen = known.get(key), set[str]()
    while found is not None and found.heir is not None and found.key not in seen:
        seen.add(found.key)
        found = known.get(found.heir)
    return None if found is None or found.heir else found


def alias_of(row: Document) -> Alias:
    """An alias as read."""
    return Alias(row["anchor"], row["keeper"])


def alert_document(alert: Alert) -> Document:
    """Fields that lists filter by, and everything else in one packed field: the database need not look into it."""
    body = {
        "rule_version": alert.rule_version,
        "series": alert.series,
        "side": alert.side,
        "severity": alert.severity,
        "stage": alert.stage,
        "kind": alert.subject.kind,
        "keeper": alert.keeper,
        "anchor": alert.anchor,
        "reading": alert.reading,
        "facts": _pairs(alert.facts),
        "evidence": list(alert.evidence),
        "opened_at": alert.opened_at,
        "updated_at": alert.updated_at,
        "held_for": sorted(alert.held_for),
        "history": [[e.revision, e.at, e.what, e.by, e.state, [list(c) for c in e.changed]] for e in alert.history],
        "decision": _decision_document(alert.decision),
        "noted": [alert.noted[0], _pairs(alert.noted[1])] if alert.noted else None,
        "snoozes": [[getattr(one, name) for name in SNOOZE] for one in alert.snoozes],
        "behind": alert.behind,
    }
    return {
        "_id": alert.id,
        "n": alert.n + 1,
        "revision": alert.revision,
        "rule": alert.rule,
        "state": alert.state,
        "subject": alert.subject.id,
        "agencies": list(alert.agencies),
        "shelf": shelves_of(alert),
        "at": alert.updated_at,
        "village": alert.village,
        **({"code": alert.decision.code} if alert.decision and alert.decision.code else {}),
        "body": bson.encode(body),
    }


def _pairs(facts: Any) -> list[list[Any]]:
    # Pairs, because a dot in a field's name means something else to the database.
    return [[name, value] for name, value in facts.items()]


def _decision_document(decision: Decision | None) -> Document | None:
    if decision is None:
        return None
    return asdict(decision)


def alert_of(row: Document) -> Alert:
    body = bson.decode(row["body"], _PACKED)
    return Alert(
        id=row["_id"],
        revision=row["revision"],
        rule=row["rule"],
        rule_version=body["rule_version"],
        series=body["series"],
        side=body["side"],
        severity=body["severity"],
        stage=body["stage"],
        subject=Subject(kind=body["kind"], id=row["subject"]),
        keeper=body["keeper"],
        anchor=body["anchor"],
        village=row.get("village"),
        agencies=tuple(row["agencies"]),
        reading=body["reading"],
        facts=dict(body["facts"]),
        evidence=tuple(body["evidence"]),
        opened_at=body["opened_at"],
        updated_at=body["updated_at"],
        held_for=frozenset(body["held_for"]),
        history=tuple(map(_entry_of, body["history"])),
        decision=Decision(**body["decision"]) if body["decision"] else None,
        noted=(body["noted"][0], dict(body["noted"][1])) if body["noted"] else None,
        snoozes=tuple(Snooze(*one) for one in body["snoozes"]),
        behind=body["behind"],
        n=row["n"],
    )


def _entry_of(line: list[Any]) -> Entry:
    revision, at, what, by, state, changed = line
    return Entry(revision, at, what, by, state, tuple((name, before, after) for name, before, after in changed))
