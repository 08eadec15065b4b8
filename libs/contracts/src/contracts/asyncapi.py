"""The bus as an AsyncAPI 3 document, made from the models: what agencies send and read, and what services announce."""

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from contracts.case_messages import CaseChanged, CaseNotice
from contracts.events import type_of
from contracts.messages import (
    AccessFlagged,
    AlertChanged,
    AlertNotice,
    AllAnnounced,
    HoldChanged,
    IncidentChanged,
    LegalHoldChanged,
    Message,
    PartyChanged,
    PersonChanged,
    ReceiptsIssued,
    ReviewChanged,
    SourceChanged,
    SubscriptionPaused,
)
from contracts.rule_messages import BudgetExceeded, RuleTested
from contracts.schemas import event_schemas
from contracts.scorecards import SourceScorecard
from contracts.snapshots import PersonErased

__all__ = ["asyncapi"]

NOTICES: tuple[type[Message], ...] = (
    *(ReceiptsIssued, AlertNotice, CaseNotice, SourceScorecard, SubscriptionPaused, BudgetExceeded),
)
ANNOUNCED: dict[str, tuple[type[Message], ...]] = {
    "registry": (
        *(
            PersonChanged,
            PartyChanged,
            IncidentChanged,
            ReviewChanged,
            SourceChanged,
            HoldChanged,
            LegalHoldChanged,
            PersonErased,
            AllAnnounced,
        ),
    ),
    "alerts": (AlertChanged, CaseChanged, RuleTested),
    "gateway": (AccessFlagged,),
}
AGENCY = {"agency": {"description": "Code of the agency, as in its file"}}
JSON, CLOUD = "application/json", "application/cloudevents+json"
Tree = dict[str, Any]


def asyncapi(version: str) -> Tree:
    """The document. Addresses hold `{agency}`; the broker's own is the centre's to give."""
    events = event_schemas()
    open_events = [kind for kind in events if kind != "protection"]
    messages = {kind: _event(kind) for kind in events} | {item.TYPE: _message(item) for item in _all()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tapal: the bus",
            "version": version,
            "description": "Events of agencies (CloudEvents 1.0) and what Tapal tells. Everything may come twice.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": JSON,
        "channels": {
            "events": _channel("agency.{agency}", "Exchange, fanout: an agency's events", open_events),
            "sealed": _channel("sealed.{agency}", "Exchange, fanout: protection events, sealed", ["protection"]),
            "notices": _queue("to.{agency}", "Queue: receipts, notices, scorecards", NOTICES),
            **{name: _topic(name, items) for name, items in ANNOUNCED.items()},
        },
        "operations": {
            "sendEvents": _does("receive", "events", "Tapal takes an agency's events"),
            "sendProtection": _does("receive", "sealed", "The protection desk takes calls for help"),
            "tell": _does("send", "notices", "What became of the events, and what concerns the agency"),
            **{f"announce_{name}": _does("send", name, "For the services of Tapal alone") for name in ANNOUNCED},
        },
        "components": {"messages": messages, "schemas": {**_events(events), **_models(_all())}},
    }


def _all() -> list[type[Message]]:
    return [*NOTICES, *(item for items in ANNOUNCED.values() for item in items)]


def _channel(address: str, description: str, names: Iterable[str]) -> Tree:
    kind = {"amqp": {"is": "routingKey", "exchange": {"name": address, "type": "fanout", "durable": True}}}
    found = {"address": address, "description": description, "parameters": AGENCY, "bindings": kind}
    return {**found, "messages": _named(names)}


def _queue(address: str, description: str, items: Iterable[type[Message]]) -> Tree:
    kind = {"amqp": {"is": "queue", "queue": {"name": address, "durable": True, "exclusive": False}}}
    found = {"address": address, "description": description, "parameters": AGENCY, "bindings": kind}
    return {**found, "messages": _named(item.TYPE for item in items)}


def _topic(name: str, items: Iterable[type[Message]]) -> Tree:
    kind = {"amqp": {"is": "routingKey", "exchange": {"name": name, "type": "topic", "durable": True}}}
    told = {"address": name, "description": f"Exchange, topic: what {name} announces; routing key: the type"}
    return {**told, "bindings": kind, "messages": _named(item.TYPE for item in items)}


def _named(names: Iterable[str]) -> Tree:
    return {_key(name): {"$ref": f"#/components/messages/{name}"} for name in names}


def _does(action: str, channel: str, summary: str) -> Tree:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _event(kind: str) -> Tree:
    payload = {"$ref": f"#/components/schemas/{type_of(kind)}"}
    return {"name": type_of(kind), "contentType": CLOUD, "payload": payload}


def _message(item: type[Message]) -> Tree:
    payload = {"$ref": f"#/components/schemas/{item.__name__}"}
    return {"name": item.TYPE, "summary": (item.__doc__ or "").strip().partition("\n")[0], "payload": payload}


def _events(schemas: Tree) -> Tree:
    """Each event's schema as a part of this document: its own definitions come along under its name."""
    return {type_of(kind): _moved(schema, f"#/components/schemas/{type_of(kind)}") for kind, schema in schemas.items()}


def _models(items: list[type[Message]]) -> Tree:
    _, told = models_json_schema(
        [(item, "serialization") for item in items], ref_template="#/components/schemas/{model}"
    )
    found: Tree = told["$defs"]
    return found


def _moved(value: Any, base: str) -> Any:
    if isinstance(value, dict):
        return {
            name: f"{base}{item[1:]}" if name == "$ref" and isinstance(item, str) else _moved(item, base)
            for name, item in value.items()
        }
    return [_moved(item, base) for item in value] if isinstance(value, list) else value


def _key(name: str) -> str:
    return name.replace(".", "_")
