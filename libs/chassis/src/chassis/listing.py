"""Pages of a list: each begins after the key of the last row of the one before, never at a number of rows. Pure.

So no row is told twice and none is left out, whatever comes or goes before the page meanwhile.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.errors import Problem

__all__ = ["Asked", "Key", "Page", "unknown_position", "written"]

T = TypeVar("T")
Scalar = str | int | float | None
Key = tuple[Scalar, ...]
"""What a list is in the order of; the last parts of it tell any two rows apart."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in order, and where the next page begins; none where this is the last."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True)
class Asked:
    """Which page: in the order of this name (`-`: the highest first), after a position, so many rows."""

    order: str
    after: str | None
    limit: int

    @property
    def falls(self) -> bool:
        """Whether the highest comes first."""
        return self.order.startswith("-")

    @property
    def position(self) -> Key | None:
        """The key after which the page begins. Raises Problem 422."""
        return _position(self.order, self.after)

    def page(self, rows: Iterable[T], key: Callable[[T], Key]) -> Page[T]:
        """The page, of all rows. Raises Problem 422 for a position that was not given out for this order."""
        after = self.position
        ordered = sorted(rows, key=lambda row: _ranked(key(row)), reverse=self.falls)
        try:
            found = [row for row in ordered if after is None or self._follows(key(row), after)]
        except TypeError:
            raise unknown_position() from None
        items = found[: self.limit]
        return Page(items, self.written(key(items[-1])) if len(found) > len(items) else None)

    def written(self, key: Key) -> str:
        """The position after the row of this key."""
        return written(self.order, key)

    def _follows(self, key: Key, after: Key) -> bool:
        return _ranked(key) < _ranked(after) if self.falls else _ranked(key) > _ranked(after)


def written(order: str, key: Key) -> str:
    """A position for whoever asks: opaque, and good for this order alone."""
    return base64.urlsafe_b64encode(json.dumps([order, *key]).encode()).decode()


def _position(order: str, after: str | None) -> Key | None:
    """The key in a position; none where the list begins. Raises Problem 422 where it is not of this order."""
    if after is None:
        return None
    try:
        told = json.loads(base64.b64decode(after, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise unknown_position() from None
    scalars = isinstance(told, list) and all(isinstance(one, Scalar) for one in told)
    if not scalars or len(told) < 2 or told[0] != order:
        raise unknown_position()
    return tuple(told[1:])


def unknown_position() -> Problem:
    """What was sent as `after` is no `next` of this list."""
    return Problem(
        422, "unknown_position", id="Posisi daftar tidak dikenal.", en="Unknown position in the list.", fields=["after"]
    )


def _ranked(key: Key) -> tuple[tuple[bool, Scalar], ...]:
    # What is not known comes before everything else, and is not compared with it.
    return tuple((one is not None, one if one is not None else 0) for one in key)
