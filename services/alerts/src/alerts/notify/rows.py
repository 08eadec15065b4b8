"""How subscriptions, notices and the memory of what was told lie in the database."""

from datetime import datetime, time
from typing import Any

from alerts.notify.items import Item, Notice
from alerts.notify.plan import Told
from alerts.notify.subscription import Hours, Secret, Subscription
from chassis.mongo import Document

__all__ = [
    "notice_document",
    "notice_of",
    "packed",
    "place_of",
    "places",
    "subscription_document",
    "subscription_of",
    "told_document",
    "unpacked",
]

DAY = 86400
LAST = 999_999


def place_of(subscription: str, at: datetime) -> str:
    """The key of the one index: a subscription's rows, day by day."""
    return f"{subscription} {int(at.timestamp()) // DAY:06}"


def places(subscription: str, begin: datetime | None = None, end: datetime | None = None) -> Document:
    """The rows of a subscription from this day to that one, both included; all where none is named."""
    first = place_of(subscription, begin) if begin else f"{subscription} {0:06}"
    last = place_of(subscription, end) if end else f"{subscription} {LAST}"
    return {"place": {"$gte": first, "$lte": last}}


def told_document(told: Told) -> Document:
    """What was told; its alert only where it may still be gathered."""
    gathered = {"gathering": told.gathering, "item": packed(told.item)} if told.gathering and told.item else {}
    return {"_id": told.id, "place": place_of(told.subscription, told.day), **gathered}


def notice_document(notice: Notice) -> Document:
    """A notice as stored, but for when it falls due."""
    return {
        "_id": notice.id,
        "place": place_of(notice.subscription, notice.created_at),
        "subscription": notice.subscription,
        "kind": notice.kind,
        "state": "waiting",
        "created_at": notice.created_at,
        "items": [packed(item) for item in notice.items],
        "tried": [list(one) for one in notice.tried],
        "open": notice.open,
        "n": 0,
    }


def notice_of(row: Document) -> Notice:
    """A notice as read."""
    return Notice(
        id=row["_id"],
        subscription=row["subscription"],
        kind=row["kind"],
        due=row["due"],
        created_at=row["created_at"],
        items=tuple(map(unpacked, row["items"])),
        tried=tuple((at, code) for at, code in row["tried"]),
        open=row["open"],
    )


def packed(item: Item) -> list[Any]:
    """One alert or case as it lies in a notice; whom it concerns is not kept."""
    return [item.thing, item.id, item.revision, item.rule, item.severity, item.state, item.at, item.level]


def unpacked(packed: list[Any]) -> Item:
    """One alert or case as it is told."""
    return Item(*packed)


def subscription_document(one: Subscription) -> Document:
    """A subscription as stored."""
    return {
        "_id": one.id,
        "revision": one.revision,
        "agency": one.agency,
        "channel": one.channel,
        "address": one.address,
        "min_severity": one.min_severity,
        "rules": sorted(one.rules),
        "hours": [_written(one.hours.quiet_from), _written(one.hours.quiet_until), one.hours.digest_hour],
        "created_by": one.created_by,
        "created_at": one.created_at,
        "since": one.since,
        "state": one.state,
        "paused_for": one.paused_for,
        "secrets": [[secret.sealed, secret.until] for secret in one.secrets],
    }


def subscription_of(row: Document) -> Subscription:
    """A subscription as read."""
    begin, end, digest = row["hours"]
    known = {name: value for name, value in row.items() if name != "_id"}
    read = {
        "id": row["_id"],
        "rules": frozenset(row["rules"]),
        "hours": Hours(_clock(begin), _clock(end), digest),
        "secrets": tuple(Secret(*pair) for pair in row["secrets"]),
    }
    return Subscription(**{**known, **read})


def _written(clock: time | None) -> str | None:
    return clock.isoformat("minutes") if clock else None


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
