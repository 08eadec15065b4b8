"""What an alert about a stay is tied to: the first opening key seen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.alert import DECIDED, LIVE, Alert
from contracts.snapshots import PersonChanged, Stay

__all__ = ["Alias", "candidates", "survivor"]


@dataclass(frozen=True, slots=True)
class Alias:
    """A key of a stay that has an alert, the key the alert is tied to, and the person it was seen with."""

    anchor: str
    person: str


def candidates(stay: Stay, person: PersonChanged, aliases: Mapping[str, Alias]) -> tuple[str, ...]:
    """The anchors that alerts of this stay are tied to already; more than one when two stays turned out to be one."""
    elsewhere = {key for other in person.stays if other is not stay for key in other.keys}
    found = dict.fromkeys(
        alias.anchor
        for key in stay.keys
        if (alias := aliases.get(key)) is not None
        # After a split the anchor may belong to the other half: then this stay begins anew.
        and (alias.anchor in stay.keys or (alias.person == person.person and alias.anchor not in elsewhere))
    )
    return tuple(found)


def survivor(anchors: Iterable[str], alerts: Mapping[str, Iterable[Alert]], first: str) -> str:
    """The anchor whose alerts stand when two stays are one: a decided one wins, then the older, live before gone."""

    def order(anchor: str) -> tuple[int, str, str]:
        found = list(alerts.get(anchor, ()))
        grade = 0 if any(alert.stage in DECIDED for alert in found) else 1
        grade = grade if any(alert.stage in DECIDED | LIVE for alert in found) else 2
        return grade, min((alert.opened_at.isoformat() for alert in found), default="~"), anchor

    return min(anchors, key=order, default=first)
