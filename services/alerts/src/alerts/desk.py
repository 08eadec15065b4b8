"""What a process judges with: the rules in force, the agencies, and how ids are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from alerts.documents import SubjectState
from alerts.facts.tables import Tables
from alerts.ruleset import Ruleset
from alerts.subjects import key_of
from alerts.world import World
from contracts.agencies import Agency
from contracts.messages import SourceChanged

__all__ = ["Desk", "Era"]

REVISIONS = 10_000


class Era(NamedTuple):
    """How often everything was rebuilt, and whether all is just being told again: then nobody is judged."""

    run: int = 0
    telling: bool = False

    @property
    def floor(self) -> int:
        """Revisions of new alerts begin above it: readers drop what is not above what they have."""
        return self.run * REVISIONS


@dataclass
class Desk:
    """`id_of` makes an alert's id of its series, what it is tied to, and the episode.

    The rulebook puts other `rules` in place of these; whoever works on a batch does so with those of its beginning.
    """

    rules: Ruleset
    agencies: Sequence[Agency]
    tables: Tables
    id_of: Callable[[str, str, int], str]
    era: Era = field(default_factory=Era)

    def public_rules(self) -> frozenset[str]:
        """Rules that everyone may know the figures of: what watches the readers is for those who watch."""
        return frozenset(id for id, item in self.rules.compiled.items() if item.rule.side != "safeguard")

    def as_it_is(self) -> "Desk":
        """With the rules of this moment, whatever comes."""
        return replace(self)

    def sources(self) -> dict[str, SubjectState]:
        """Every source of the agency files, as if nothing had been heard of it yet."""
        return {key_of("source", id): SubjectState("source", id) for id in self._blank()}

    def _blank(self) -> dict[str, SourceChanged]:
        return {
            f"{agency.code}/{item.code}": SourceChanged(
                agency=agency.code, source=item.code, version=0, clears=item.clears, rhythm_hours=item.rhythm_hours
            )
            for agency in self.agencies
            for item in agency.sources
        }

    def world(self, states: Mapping[str, SubjectState]) -> World:
        """The world of one batch: rules, and each source as last told; unheard ones as the files describe them."""
        sources = self._blank()
        for state in states.values():
            if state.id in sources and isinstance(told := state.told, SourceChanged):
                sources[state.id] = told
        return World(self.rules, self.id_of, self.agencies, sources, self.tables, self.era.floor)
