"""Subscriptions and changes of alerts as tests want them."""

from datetime import datetime, timedelta, timezone
from typing import Any

from alerts.notify.items import Item, Notice
from alerts.notify.subscription import Hours, Subscription
from contracts.case_messages import CaseChanged
from contracts.messages import AlertChanged, Subject

WIB = timezone(timedelta(hours=7))
START = datetime(2026, 3, 1, tzinfo=WIB)


def at(day: int, clock: str) -> datetime:
    """This hour in WIB of a day of March 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=WIB)


def hash_of(purpose: str, *parts: str) -> str:
    """As long as a real one is opaque, the tests' may be readable."""
    return " ".join((purpose, *parts))


def subscription(**fields: Any) -> Subscription:
    given: dict[str, Any] = {
        "id": "s1",
        "revision": 1,
        "agency": "imigrasi",
        "channel": "webhook",
        "address": "https://siap.example/tapal",
        "min_severity": 1,
        "rules": frozenset(),
        "hours": Hours(),
        "created_by": "ani",
        "created_at": START,
        "since": START,
    }
    return Subscription(**given | fields)


def item(id: str = "a1", revision: int = 1, **fields: Any) -> Item:
    given: dict[str, Any] = {
        "thing": "alert",
        "id": id,
        "revision": revision,
        "rule": "R02a",
        "severity": 3,
        "state": "open",
        "at": at(2, "10:00"),
        "agencies": frozenset({"imigrasi"}),
    }
    return Item(**given | fields)


NOW = at(2, "10:00")


def notice(*items: Item, **fields: Any) -> Notice:
    given: dict[str, Any] = {"id": "n1", "subscription": "s1", "kind": "alerts", "due": NOW, "created_at": NOW}
    return Notice(**given | {"items": items or (item(),)} | fields)


def change(alert: str = "a1", revision: int = 1, **fields: Any) -> AlertChanged:
    given: dict[str, Any] = {
        "alert": alert,
        "revision": revision,
        "rule": "R02a",
        "series": "stay-end",
        "side": "administrative",
        "severity": 3,
        "state": "open",
        "subject": Subject(kind="person", id="person-1"),
        "village": "61.06.14.2001",
        "agencies": ("imigrasi",),
        "opened_at": at(2, "09:00"),
        "updated_at": at(2, "10:00"),
    }
    return AlertChanged(**given | fields)


def case_change(case: str = "c1", revision: int = 1, **fields: Any) -> CaseChanged:
    given: dict[str, Any] = {
        "case": case,
        "revision": revision,
        "state": "open",
        "severity": 3,
        "level": "officer",
        "agency": "imigrasi",
        "agencies": ("imigrasi", "polres"),
        "opened_at": at(2, "09:00"),
        "updated_at": at(2, "10:00"),
    }
    return CaseChanged(**given | fields)
