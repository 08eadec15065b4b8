"""Guarantors, employers, lodgings: read for a purpose that leads there; whoever is shown is on record first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from contracts.agencies import Agency
from gateway.audit import Audit, Read
from gateway.desk import Desk
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.purpose import Kind, is_about, is_open
from gateway.remit import party_concerns, party_shown, remit_of
from gateway.visits import Visit

__all__ = ["Parties", "limited", "people_of"]

NOBODY = ""


def people_of(party: Mapping[str, Any]) -> list[str]:
    """Whoever is named with this party, in events that were replaced too."""
    return sorted({person for event in party["events"] for person in event["people"]})


def limited(party: Mapping[str, Any], person: str) -> dict[str, Any]:
    """The party for a purpose that is about this person alone: of all others it says how many there are."""
    events = [{**event, "people": [who for who in event["people"] if who == person]} for event in party["events"]]
    others = len({*people_of(party)} - {person})
    return {**party, "people": [who for who in party["people"] if who == person], "events": events, "others": others}


@dataclass(frozen=True)
class Parties:
    """Reads of parties for a viewer."""

    peers: Peers
    audit: Audit
    desk: Desk
    agencies: Mapping[str, Agency]
    now: Callable[[], datetime]

    async def read(self, visit: Visit, party: str) -> dict[str, Any]:
        """The party and its history, with the names of the persons the purpose leads to.

        Of the history it shows what is of the viewer's remit. An order leads to all of them, and so does an open alert
        of enforcement about the party. Any other alert about it leads to none, and one about a person whom the party
        was named with to that person. Raises Problem 403, on record.
        """
        person = await self._permitted(visit, party)
        agency = remit_of(self.agencies, visit.viewer.agency)
        whole = await self.peers.ask(Call(Part.REGISTRY, "GET", f"/parties/{party}"), visit)
        if visit.purpose.kind is Kind.ORDER and not party_concerns(whole, agency):
            await self._record(visit, [party], "refused:outside_area")
            raise Problem(
                403,
                "outside_area",
                id="Pihak ini tidak tercatat di wilayah instansi Anda.",
                en="This party is not known in your agency's area.",
            )
        found = party_shown(whole, agency)
        shown = {"others": 0, **found} if person is None else limited(found, person)
        people = people_of(shown)
        names = await self.desk.names.of(visit, people)
        await self._record(visit, [party, *people])
        return {**shown, "only": person or None, "persons": names}

    async def _permitted(self, visit: Visit, party: str) -> str | None:
        """The only person to be shown, or NOBODY; none where all may be."""
        try:
            require(visit.role, Action.READ_PARTY, visit.purpose.kind)
            return await self._led_to(visit, party)
        except Problem as problem:
            if problem.status == 403:
                await self._record(visit, [party], f"refused:{problem.code}")
            raise

    async def _led_to(self, visit: Visit, party: str) -> str | None:
        if visit.purpose.kind is Kind.ORDER:
            return None
        try:
            alert = await self.desk.plain(visit, visit.purpose.reference)
            if is_about(alert, party, "party"):
                # A hotel that reports late is coached: that opens no guest list.
                return None if alert["side"] == "enforcement" else NOBODY
            if is_open(alert) and alert["subject"]["kind"] == "person":
                call = Call(Part.REGISTRY, "GET", f"/persons/{alert['subject']['id']}")
                dossier = await self.peers.ask(call, visit)
                if party in dossier["parties"]:
                    return str(dossier["id"])
        except Problem as problem:
            if problem.status != 404:
                raise
        raise Problem(
            403,
            "purpose_does_not_hold",
            id="Tujuan ini tidak menyangkut pihak tersebut, atau sudah selesai.",
            en="This purpose is not about that party, or is over.",
        )

    async def _record(self, visit: Visit, ids: list[str], outcome: str = "given") -> None:
        await self.audit.record(Read(visit, Action.READ_PARTY, ids, outcome), self.now())
