"""The kinds of subjects: what tells of each, under which id, and the things of it that rules are judged on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from alerts.facts.around import Around
from alerts.facts.child import children
from alerts.facts.incident import incidents
from alerts.facts.matter import MatterTold, matters
from alerts.facts.source import sources
from alerts.facts.stay import stays
from alerts.facts.table import Item
from contracts.messages import IncidentChanged, Message, SourceChanged
from contracts.snapshots import PersonChanged

__all__ = ["KINDS", "Kind", "key_of", "kind_of"]

# What no rule can use is not kept here: citizenship above all, which is read by reports only.
UNUSED = {"citizenship", "entries", "contradictions", "listings"}
Items = Callable[[Any, Around], Iterator[Item]]


@dataclass(frozen=True)
class Kind:
    """One kind of subject. Its messages are whole and carry a version: the highest counts. A matter is never heard."""

    message: type[Message]
    id_of: Callable[[Any], str]
    items: tuple[Items, ...]
    unused: frozenset[str] = frozenset()
    heard: bool = True

    def judged_on(self, told: Message, around: Around) -> Iterator[Item]:
        """Everything of this subject that rules are judged on."""
        return chain.from_iterable(items(told, around) for items in self.items)

    def kept(self, told: Message) -> str:
        """What is stored of a message."""
        return told.model_dump_json(exclude=set(self.unused), exclude_defaults=True)


KINDS: Mapping[str, Kind] = {
    "person": Kind(PersonChanged, lambda told: told.person, (stays, children), frozenset(UNUSED)),
    "incident": Kind(IncidentChanged, lambda told: told.incident, (incidents,)),
    "matter": Kind(MatterTold, lambda told: told.matter, (matters,), heard=False),
    "source": Kind(SourceChanged, lambda told: f"{told.agency}/{told.source}", (sources,)),
}


def kind_of(message: Message) -> str | None:
    """The kind of subject that a message tells of."""
    return next((name for name, kind in KINDS.items() if isinstance(message, kind.message)), None)


def key_of(kind: str, id: str) -> str:
    """Under what a subject is stored, and its deadline."""
    return f"{kind}:{id}"
