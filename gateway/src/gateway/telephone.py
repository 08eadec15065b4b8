"""Reports by telephone, typed in by an officer. There is no field for who called: nobody can ask for it later."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.bus import Letter
from chassis.errors import Problem, Unavailable
from chassis.http import new_trace
from contracts.agencies import Agency, Source
from contracts.events import Refused, parse_event, refusal, type_of
from gateway.audit import Audit, Read
from gateway.intake import SINGLE, Publish
from gateway.own import not_your_source, own_sources
from gateway.policy import Action, require
from gateway.visits import Visit

__all__ = ["KINDS", "Call", "Telephone"]

KINDS = ("check", "protection")
PROTECTION_FIELDS = ("kind", "village", "danger_now", "minor", "safe_contact", "note")


@dataclass(frozen=True)
class Call:
    """What was said. `token` names the form: sent twice, it is one report."""

    source: str
    about: str
    token: str
    at: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Telephone:
    """Takes reports. Raises Problem."""

    agencies: Mapping[str, Agency]
    audit: Audit
    publish: Publish
    now: Callable[[], datetime]

    def choices(self, visit: Visit) -> list[tuple[Source, str]]:
        """For which of the own sources this person may take which reports."""
        agency = self.agencies.get(visit.viewer.agency)
        return [
            (source, about)
            for source in own_sources(self.agencies, visit.viewer)
            for about in KINDS
            if agency and agency.allows(about, None)
        ]

    async def take(self, visit: Visit, call: Call) -> str:
        """Send a report as an event of its source. Returns its id. A call for protection goes the sealed way."""
        require(visit.role, Action.TELEPHONE, visit.purpose.kind)
        source = next(
            (one for one, about in self.choices(visit) if (one.code, about) == (call.source, call.about)), None
        )
        if source is None:
            raise not_your_source()
        event = _event(call, source)
        self._check(event, visit.viewer.agency)
        sealed = call.about == "protection"
        # Who took the call is on record; of a call for protection only that there was something protected.
        await self.audit.record(Read(visit, Action.TELEPHONE, [], protection=sealed), self.now())
        exchange = f"{'sealed' if sealed else 'agency'}.{visit.viewer.agency}"
        try:
            body = json.dumps(event).encode()
            await self.publish([Letter(exchange, "", body, trace=new_trace(), content_type=SINGLE)])
        except Unavailable as error:
            raise Problem(
                503,
                "broker_unavailable",
                id="Belum terkirim; kirim ulang nanti.",
                en="Not sent yet; send it again later.",
                retry_after=5,
            ) from error
        return str(event["id"])

    def _check(self, event: Mapping[str, Any], agency: str) -> None:
        try:
            read = parse_event(json.dumps(event), self.now())
            if not self.agencies[agency].allows(read.kind, read.action):
                raise refusal("not_allowed", "type")
        except Refused as refused:
            raise Problem(
                422, refused.code, id=refused.message_id, en=refused.message_en, field=refused.field
            ) from None


def _event(call: Call, source: Source) -> dict[str, Any]:
    data = _protection(call.fields) if call.about == "protection" else _report(call.fields)
    return {
        "specversion": "1.0",
        "type": type_of(call.about),
        "source": source.uri,
        "id": f"telepon/{call.token}",
        "time": call.at,
        "channel": "telephone",
        "data": data,
    }


def _report(fields: Mapping[str, str]) -> dict[str, Any]:
    """A report from the community: a tip about a place and what goes on there, not about a named person."""
    found: dict[str, Any] = {
        "documents_shown": "not_asked",
        "staying": fields.get("staying") or "unknown",
        "activity": fields.get("activity") or "other",
        "activity_basis": "tip",
    }
    if fields.get("employer"):
        found |= {"employer": {"kind": "company", "name": fields["employer"]}}
    kind = fields.get("kind") or "premises"
    return {"kind": kind, "basis": "community_report", "village": fields.get("village"), "persons": [found]}


def _protection(fields: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {name: fields[name] for name in PROTECTION_FIELDS if fields.get(name)}
    if fields.get("interpreter"):
        data["interpreter"] = fields["interpreter"] == "yes"
    return data
