"""What an alert is tied to: the first key seen of a stay, or of whatever else it is about. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.alert import DECIDED, LIVE, Alert
from alerts.facts import Item

__all__ = ["Alias", "alias_key", "candidates", "survivor"]


@dataclass(frozen=True, slots=True)
class Alias:
    """A key that has an alert, the key the alert is tied to, and with whom it was seen."""

    anchor: str
    keeper: str


def alias_key(anchor: str, key: str) -> str:
    """A key of one kind of thing."""
    return f"{anchor}:{key}"


def candidates(item: Item, beside: Iterable[Item], keeper: str, aliases: Mapping[str, Alias]) -> tuple[str, ...]:
    """The anchors that alerts of this item are tied to already; more than one when two stays turned out to be one."""
    elsewhere = {key for other in beside if other is not item and other.anchor == item.anchor for key in other.keys}
    found = dict.fromkeys(
        alias.anchor
        for key in item.keys
        if (alias := aliases.get(alias_key(item.anchor, key))) is not None
        # After a split the anchor may belong to the other half: then this stay begins anew.
        and (alias.anchor in item.keys or (alias.keeper == keeper and alias.anchor not in elsewhere))
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
