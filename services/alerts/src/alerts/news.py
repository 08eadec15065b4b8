"""What a batch brings: messages about subjects, holds, and subjects to look at although nothing was said of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.subjects import KINDS, key_of, kind_of
from contracts.messages import HoldChanged, Message
from contracts.snapshots import PersonErased

__all__ = ["News", "subject_key"]


def subject_key(message: Message) -> str:
    """The key of the subject that a message tells of."""
    kind = kind_of(message)
    assert kind is not None
    return key_of(kind, KINDS[kind].id_of(message))


@dataclass(frozen=True)
class News:
    """The messages of a batch, and the keys of subjects whose deadline has come."""

    told: Sequence[Any] = ()
    holds: Sequence[HoldChanged] = ()
    look_at: frozenset[str] = frozenset()
    due: tuple[datetime, ...] = ()
    erased: Sequence[PersonErased] = ()

    @classmethod
    def of(cls, batch: Iterable[Message | None]) -> "News":
        """What of a batch is news to any rule."""
        messages = [message for message in batch if message is not None]
        holds = [message for message in messages if isinstance(message, HoldChanged)]
        erased = [message for message in messages if isinstance(message, PersonErased)]
        return cls([message for message in messages if kind_of(message)], holds, erased=erased)

    def __bool__(self) -> bool:
        return bool(self.told or self.holds or self.look_at or self.erased)

    def keys(self) -> set[str]:
        """Every subject whose row is needed, heirs included."""
        heirs = {key_of("person", heir) for message in self.told if (heir := getattr(message, "merged_into", None))}
        held = {key_of("person", hold.person) for hold in self.holds}
        held |= {key_of("person", told.person) for told in self.erased}
        return {subject_key(message) for message in self.told} | heirs | held | self.look_at
