"""Agency files to exchanges, queues, users and permissions. Pure: what the broker should look like, as data."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from contracts.agencies import Agency

__all__ = ["SERVICES", "definitions", "password_hash", "users"]

Item = dict[str, Any]

DAY_MS = 24 * 60 * 60 * 1000
NOTHING = "^$"
DELIVERY_LIMIT = 50
# What is dead has nowhere else to go. Without a limit of its own RabbitMQ 4 would drop it after 20 deliveries,
# and RabbitMQ 3 knows no way to say "none".
NO_LIMIT = 1_000_000

# user: (write, read)
SERVICES: dict[str, tuple[str, str]] = {
    "registry": (r"^(registry|amq\.default)$", r"^(intake|dead)\..*$"),
    "registry-sealed": (r"^(registry|amq\.default)$", r"^(sealed\..*|protection\.holds)$"),
    "alerts": (r"^(alerts|amq\.default)$", r"^(alerts|notify)\..*$"),
    "alerts-protection": (r"^(alerts|amq\.default)$", r"^protection\.(matters|registry)$"),
    "reports": (NOTHING, r"^reports\..*$"),
    "gateway": (r"^((agency|sealed)\..*|gateway)$", r"^gateway\..*$"),
}
TOPICS = ("registry", "alerts", "gateway")

# queue: [(exchange, routing key)]
INTERNAL: dict[str, list[tuple[str, str]]] = {
    "alerts.registry": [("registry", "#")],
    "alerts.gateway": [("gateway", "access.flagged")],
    "reports.registry": [("registry", "person.changed"), ("registry", "person.erased")],
    "reports.alerts": [("alerts", "alert.*"), ("alerts", "rule.tested")],
    "gateway.alerts": [("alerts", "#")],
    "notify.alerts": [("alerts", "alert.changed"), ("alerts", "case.changed")],
    "protection.matters": [],
    "protection.registry": [
        ("registry", "person.changed"),
        ("registry", "person.erased"),
        ("registry", "incident.changed"),
    ],
    "protection.holds": [],
}


def users(agencies: Iterable[Agency]) -> list[str]:
    return [*SERVICES, *(agency.code for agency in agencies)]


def definitions(
    agencies: Sequence[Agency], passwords: Mapping[str, str], *, salt: Callable[[], bytes], vhost: str = "/"
) -> dict[str, list[Item]]:
    """RabbitMQ definitions for one virtual host. Importing them again changes nothing but the salts."""
    queues: list[Item] = [_quorum("dead.internal")]
    queues += [_quorum(name, dead="dead.internal") for name in INTERNAL]
    queues += [queue for agency in agencies for queue in _agency_queues(agency.code)]
    exchanges = [_exchange(name, "topic") for name in TOPICS]
    exchanges += [_exchange(f"{way}.{agency.code}", "fanout") for agency in agencies for way in ("agency", "sealed")]
    bindings = [_binding(exchange, queue, key) for queue, keys in INTERNAL.items() for exchange, key in keys]
    bindings += [binding for agency in agencies for binding in _agency_bindings(agency.code)]
    permissions = [_permission(name, write, read) for name, (write, read) in SERVICES.items()]
    permissions += [_agency_permission(agency.code) for agency in agencies]
    inside = {"exchanges": exchanges, "queues": queues, "bindings": bindings, "permissions": permissions}
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, password_hash(passwords[name], salt())) for name in users(agencies)],
        **{kind: [{**item, "vhost": vhost} for item in items] for kind, items in inside.items()},
    }


def password_hash(password: str, salt: bytes) -> str:
    """RabbitMQ's own form: base64(salt of four bytes + sha256(salt + password))."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _user(name: str, hashed: str) -> Item:
    return {
        "name": name,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _permission(user: str, write: str, read: str) -> Item:
    return {"user": user, "configure": NOTHING, "write": write, "read": read}


def _agency_permission(code: str) -> Item:
    # Escaped and anchored: without both, agency "ab" would reach the exchange of "ab-c" or "xab".
    name = re.escape(code)
    return _permission(code, rf"^(agency|sealed)\.{name}$", rf"^to\.{name}$")


def _exchange(name: str, kind: str) -> Item:
    return {"name": name, "type": kind, "durable": True, "auto_delete": False, "internal": False, "arguments": {}}


def _binding(exchange: str, queue: str, key: str = "") -> Item:
    return {
        "source": exchange,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


def _queue(name: str, arguments: Item) -> Item:
    return {"name": name, "durable": True, "auto_delete": False, "arguments": arguments}


def _quorum(name: str, *, dead: str | None = None, limits: Item | None = None) -> Item:
    arguments: Item = {"x-queue-type": "quorum", "x-delivery-limit": NO_LIMIT, **(limits or {})}
    if dead is not None:
        arguments |= {
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead,
            "x-dead-letter-strategy": "at-least-once",
            # At-least-once needs reject-publish, also where there is no limit to reach.
            "x-overflow": "reject-publish",
        }
    return _queue(name, arguments)


def _agency_queues(code: str) -> list[Item]:
    limits = {"x-max-length": 100_000}
    notices = {
        "x-queue-type": "classic",
        "x-max-length": 10_000,
        "x-overflow": "drop-head",
        "x-message-ttl": 7 * DAY_MS,
    }
    return [
        _quorum(f"intake.{code}", dead=f"dead.{code}", limits=limits),
        _quorum(f"sealed.{code}", dead=f"sealed.dead.{code}", limits=limits),
        _quorum(f"dead.{code}"),
        _quorum(f"sealed.dead.{code}"),
        _queue(f"to.{code}", notices),
    ]


def _agency_bindings(code: str) -> list[Item]:
    return [_binding(f"agency.{code}", f"intake.{code}"), _binding(f"sealed.{code}", f"sealed.{code}")]
