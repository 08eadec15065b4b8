"""What surrounds a subject when it is judged: the moment, local tables, and what is known of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.facts.shares import Share
from alerts.facts.tables import Tables
from contracts.messages import PartyChanged

__all__ = ["Around"]


@dataclass(frozen=True)
class Around:
    """`villages` of the sources that have one, by key; the `parties` an item asks for; the `shares` in a party."""

    now: datetime
    tables: Tables
    villages: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, PartyChanged] = field(default_factory=dict)
    shares: Sequence[Share] = ()
