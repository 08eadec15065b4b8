"""What every judgement rests on besides its subject: rules, agencies, sources, tables. Pure."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from alerts.facts.tables import Tables
from alerts.rules import Absence
from alerts.ruleset import Ruleset
from contracts.agencies import Agency
from contracts.messages import SourceChanged

__all__ = ["World", "told"]


@dataclass(frozen=True)
class World:
    """What every judgement rests on besides its subject. `id_of` makes an alert's id of series, anchor, episode."""

    rules: Ruleset
    id_of: Callable[[str, str, int], str]
    agencies: Sequence[Agency]
    sources: Mapping[str, SourceChanged]
    tables: Tables
    floor: int = 0

    def clearing(self, absence: Absence, village: str | None) -> list[SourceChanged]:
        """The sources that could clear what was not seen in this village."""
        here = {key for key, at in self.villages.items() if at == village}
        found = ((key, source) for key, source in self.sources.items() if absence.clears in source.clears)
        return [source for key, source in found if not absence.here or key in here]

    @cached_property
    def digest(self) -> str:
        """What was judged by other rules or other tables has to be judged again."""
        said = self.tables.model_dump_json() + self.rules.digest
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @cached_property
    def villages(self) -> dict[str, str]:
        """The village of each source that has one, by key."""
        named = ((f"{agency.code}/{item.code}", item.village) for agency in self.agencies for item in agency.sources)
        return {key: village for key, village in named if village}


def told(agencies: Sequence[Agency], rule: str, village: str | None) -> tuple[str, ...]:
    """The agencies that are told of a rule, where the place, if known, lies in their area."""
    return tuple(
        agency.code for agency in agencies if rule in agency.receives and (village is None or agency.covers(village))
    )
