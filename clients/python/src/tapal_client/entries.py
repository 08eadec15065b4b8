"""What is in the queue: entries, and what became of them. Pure."""

from dataclasses import dataclass

__all__ = ["Entry", "Outcome", "Queued"]


@dataclass(frozen=True)
class Queued:
    """Where an event stands in the queue. `repeat`: it was there already, and nothing was added."""

    sequence: int
    repeat: bool = False


@dataclass(frozen=True)
class Entry:
    """One event of the queue. `body` is gone once the event is settled and old."""

    sequence: int
    id: str
    kind: str
    state: str
    body: bytes | None
    tried: int
    code: str | None
    field: str | None
    reason_id: str | None
    reason_en: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of an event, as Tapal says it; `at` tells two outcomes of the same id apart."""

    accepted: bool
    code: str
    at: str
    field: str | None = None
    reason_id: str | None = None
    reason_en: str | None = None
