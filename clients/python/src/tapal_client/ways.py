"""Ways to Tapal: one small interface, and the two things that can go wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tapal_client.entries import Entry, Outcome

__all__ = ["Answer", "NoLink", "NotAllowed", "Way", "Write"]

Write = Callable[[str, Sequence[Outcome]], None]


class NoLink(Exception):
    """The other side cannot be reached, or is full: send again later, after `retry_after` seconds if it said so."""

    def __init__(self, why: str, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class NotAllowed(Exception):
    """The other side does not know the key or the password: somebody has to look."""


@dataclass(frozen=True)
class Answer:
    """What the other side says to a batch: the numbers it took over, and what it refused at once, by id."""

    taken: Sequence[int]
    refused: Sequence[tuple[str, Outcome]] = ()


class Way(Protocol):
    """A way to send events and to ask what became of them. `answers`: whether that is ever told on it."""

    @property
    def answers(self) -> bool: ...

    async def send(self, entries: Sequence[Entry]) -> Answer:
        """Send in order. Raises NoLink when nothing more can be sent now, NotAllowed."""
        ...

    async def outcomes(self, event_ids: Sequence[str], write: Write) -> None:
        """Write down what became of these events so far: every outcome, oldest first. Raises NoLink, NotAllowed.

        What the other side tells only once leaves it when it is written down, and not before.
        """
        ...

    async def close(self) -> None: ...
