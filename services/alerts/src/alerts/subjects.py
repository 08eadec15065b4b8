"""The kinds of subjects: what tells of each, under which id, and the things of it that rules are judged on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from alerts.facts.account import flags
from alerts.facts.approval import approvals
from alerts.facts.around import Around
from alerts.facts.border_pass import border_passes
from alerts.facts.check import checks
from alerts.facts.child import children
from alerts.facts.corrected import tied
from alerts.facts.document import documents
from alerts.facts.guarantor import guarantors
from alerts.facts.incident import incidents
from alerts.facts.match import matches
from alerts.facts.matter import MatterTold, matters
from alerts.facts.party import establishments, requests
from alerts.facts.permit import permits
from alerts.facts.review import reviews
from alerts.facts.shares import BY_PHONE
from alerts.facts.source import sources
from alerts.facts.stay import stays
from alerts.facts.table import Item
from contracts.messages import AccessFlagged, IncidentChanged, Message, PartyChanged, ReviewChanged, SourceChanged
from contracts.snapshots import PersonChanged

__all__ = ["KINDS", "Kind", "key_of", "kind_of"]

# What no rule can use is not kept here: citizenship above all, which is read by reports only.
UNUSED = {"citizenship", "entries", "contradictions", "listings"}
Items = Callable[[Any, Around], Iterator[Item]]
PERSON: tuple[Items, ...] = (stays, border_passes, permits, approvals, children, checks, documents, matches)


@dataclass(frozen=True)
class Kind:
    """One kind of subject. Its messages are whole and carry a version: the highest counts. A matter is never heard.

    `untold` is what stands for a message where none ever comes.
    """

    message: type[Message]
    id_of: Callable[[Any], str]
    items: tuple[Items, ...]
    unused: frozenset[str] = frozenset()
    heard: bool = True
    untold: Callable[[str], Message | None] = lambda _: None

    def judged_on(self, told: Message, around: Around) -> Iterator[Item]:
        """Everything of this subject that rules are judged on."""
        items = chain.from_iterable(items(told, around) for items in self.items)
        return tied(items, told.corrections) if isinstance(told, PersonChanged) and told.corrections else items

    def kept(self, told: Message) -> str:
        """What is stored of a message."""
        return told.model_dump_json(exclude=set(self.unused), exclude_defaults=True)


def _phone(id: str) -> PartyChanged | None:
    """Nobody tells of a phone: persons have a share in it as if it were a party."""
    return PartyChanged(party=id, version=0, kind="phone") if id.startswith(BY_PHONE) else None


KINDS: Mapping[str, Kind] = {
    "person": Kind(PersonChanged, lambda told: told.person, PERSON, frozenset(UNUSED)),
    "incident": Kind(IncidentChanged, lambda told: told.incident, (incidents,)),
    "matter": Kind(MatterTold, lambda told: told.matter, (matters,), heard=False),
    "party": Kind(PartyChanged, lambda told: told.party, (establishments, requests, guarantors), untold=_phone),
    "review": Kind(ReviewChanged, lambda told: told.review, (reviews,)),
    "account": Kind(AccessFlagged, lambda told: told.flag, (flags,)),
    "source": Kind(SourceChanged, lambda told: f"{told.agency}/{told.source}", (sources,)),
}


def kind_of(message: Message) -> str | None:
    """The kind of subject that a message tells of."""
    return next((name for name, kind in KINDS.items() if isinstance(message, kind.message)), None)


def key_of(kind: str, id: str) -> str:
    """Under what a subject is stored, and its deadline."""
    return f"{kind}:{id}"
