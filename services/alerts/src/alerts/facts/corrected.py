"""What an alert is tied to stays when an event of it is corrected: each version of the event leads to it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alerts.facts.table import Item
from contracts.findings import Correction

__all__ = ["tied", "with_earlier"]


def tied(items: Iterable[Item], corrections: Iterable[Correction]) -> Iterator[Item]:
    """The same things, each tied to what its events were before as well; what is new is tied to the first version."""
    before = {one.key: one.before for one in corrections}
    for item in items:
        yield replace(item, keys=with_earlier(item.keys, before)) if not before.keys().isdisjoint(item.keys) else item


def with_earlier(keys: Iterable[str], before: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """These keys, the earlier versions of each in front of it."""
    return tuple(dict.fromkeys(one for key in keys for one in (*before.get(key, ()), key)))
