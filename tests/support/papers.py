"""A refugee's card, shown at a check: what the registry tells the desk of it, and who is held then."""

from datetime import datetime
from typing import Any

from synthetic import event, moment

from chassis.bus import Incoming, Letter
from registry.refuge import PAPER_SHOWN
from registry.sealed import Sealed

CARD: dict[str, Any] = {
    "documents": [{"kind": "unhcr", "number": "816-22C00001", "issuer": "UNO"}],
    "name": {"full": "SAMPLE ALIA"},
}
MET = {"documents_shown": "seen", "staying": "unknown", "activity": "visit", "activity_basis": "seen"}
CHECK = {"kind": "person", "basis": "order", "order_no": "SP-1", "village": "61.06.14.2001", "screening": "done"}


def check(*people: dict[str, Any], at: datetime | None = None, **more: Any) -> Incoming:
    """A check at which these were met."""
    data = {**CHECK, "persons": [{"person": one, **MET} for one in people]}
    return event("polres", "check", data, at or moment(0), **more)


def shown(stand: Any) -> list[Letter]:
    """What the desk is told of papers since the last look."""
    found = [letter for letter in stand.sent if letter.type == PAPER_SHOWN]
    stand.sent.clear()
    return found


async def arrived(sealed: Sealed, letters: list[Letter]) -> None:
    """The sealed role has taken them."""
    for letter in letters:
        await sealed.take([sealed.read(Incoming(letter.routing_key, letter.body, type=letter.type))])


async def held(stand: Any) -> set[str]:
    """Who is on hold."""
    return {row["_id"] async for row in stand.database.holds.find({}) if row["causes"]}
