"""What a fault run adds to its people: houses and guarantors of many, and requests that fall due while it goes on."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from synthetic import day, event, moment, permit

from chassis.bus import Incoming

HOUSES, LATE_HOUSES = 10, 5
"""In the second half of the houses every report is in time."""
FEW, MANY = 10, 20
"""As many as an office expects of one guarantor, and as many as it asks about."""
GUARANTORS_OF_FEW = 10
REQUESTS, ANSWERED, MOVED = 40, 15, 15
AHEAD = timedelta(seconds=10)


@dataclass
class Patterns:
    """What must come of it: the events behind each alert about a party, and when the requests fall due."""

    nights: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sponsored: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    due: list[datetime] = field(default_factory=list)

    @property
    def late(self) -> list[list[str]]:
        """The nights of each house that reports late."""
        return [self.nights[house_of(number)] for number in range(LATE_HOUSES)]

    @property
    def asked_about(self) -> list[list[str]]:
        """The events of each guarantor of too many."""
        return [names for names in self.sponsored.values() if len(names) > FEW]


def house_of(number: int) -> str:
    return f"H-{number % HOUSES}"


def hotel_night(who: dict[str, Any], number: int, on: int) -> Incoming:
    """A night, reported at once or, in the first half of the houses, two days later."""
    came, late = moment(on, 18), number % HOUSES < LATE_HOUSES
    data = {
        "action": "check_in",
        "establishment": {"kind": "lodging", "id": house_of(number), "village": "61.06.14.2001"},
        "person": who,
        "stay_ref": f"n{number}",
        "check_in_at": came.isoformat(),
        "reported_at": (came + timedelta(days=2 if late else 0, hours=1)).isoformat(),
    }
    return event("phri-kh", "lodging", data, came)


def guarantor_of(number: int) -> str:
    of_few = FEW * GUARANTORS_OF_FEW
    return f"G-{number // FEW}" if number < of_few else f"G-{GUARANTORS_OF_FEW + (number - of_few) // MANY}"


def extended(who: dict[str, Any], number: int, on: int, until: int) -> Incoming:
    sponsor = {"kind": "company", "id": guarantor_of(number), "name": f"Penjamin Sintetis {guarantor_of(number)}"}
    dates = {"issued_on": day(on), "valid_from": day(on), "valid_until": day(until)}
    return permit(who, "extended", on, permit_no=f"P{number}", **dates, sponsor=sponsor)


def first_due(now: datetime) -> datetime:
    """The full minute at which all requests are looked at: no sooner than the load is under way."""
    later = now + AHEAD
    return later.replace(second=0, microsecond=0) + timedelta(minutes=1)


def requests(now: datetime) -> Iterator[tuple[datetime, Incoming]]:
    """One request a house, each due at a moment of its own in the last seconds before the minute."""
    for number in range(REQUESTS + ANSWERED + MOVED):
        due = first_due(now) - timedelta(milliseconds=100 * number)
        yield due, _request(number, now, "request_served", due_at=due.isoformat(), **_served(now))


def changes(now: datetime, served: list[tuple[datetime, Incoming]]) -> Iterator[Incoming]:
    """The last ones are answered, or were due a week later all along."""
    for number, (_, first) in enumerate(served[REQUESTS:], REQUESTS):
        if number < REQUESTS + ANSWERED:
            yield _request(number, now, "request_answered", answered_at=now.isoformat())
        else:
            fields = {**_served(now), "due_at": (now + timedelta(days=7)).isoformat()}
            yield _request(number, now, "request_served", **fields, corrects=json.loads(first.body)["id"])


def _served(now: datetime) -> dict[str, str]:
    return {"served_at": (now - timedelta(days=3)).isoformat(), "proof_ref": "BA-1/2026"}


def _request(number: int, now: datetime, action: str, **fields: Any) -> Incoming:
    more = {name: fields.pop(name) for name in ("corrects",) if name in fields}
    lodging = {"kind": "lodging", "id": f"R-{number}", "village": "61.06.14.2001"}
    data = {"action": action, "establishment": lodging, "request_no": f"SP-{number}/2026", **fields}
    return event("imigrasi", "lodging", data, now.astimezone(UTC) - timedelta(minutes=1), **more)
