"""All rules of one process, found by what they are judged on, by the facts they use and by when they fall due."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.facts import FACTS, Value
from alerts.rules import ENVIRONMENTS, Compiled, Rule, RuleError, Side, compile_rule

__all__ = ["Ruleset"]

Series = Mapping[str, Sequence[Compiled]]
Facts = Mapping[str, Value]


class _Table:
    """The rules about one kind of thing. `always` cannot be left out: no deadline says when they come to be true."""

    def __init__(self) -> None:
        self.series: dict[str, list[Compiled]] = {}
        self.by_fact: dict[str, set[str]] = {}
        self.clock: dict[tuple[str, timedelta], set[str]] = {}
        self.always: set[str] = set()

    def add(self, item: Compiled) -> None:
        rule = item.rule
        self.series.setdefault(rule.series, []).append(item)
        for name in item.names:
            self.by_fact.setdefault(name, set()).add(rule.series)
        for offset in rule.deadline.offsets if rule.deadline else ():
            self.clock.setdefault((rule.deadline.from_, offset), set()).add(rule.series)  # type: ignore[union-attr]
        if item.moves and rule.deadline is None:
            self.always.add(rule.series)


class Ruleset:
    """The rules of one process."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.compiled = {rule.id: compile_rule(rule) for rule in rules}
        if len(self.compiled) < len(rules):
            raise RuleError("two rules share an id")
        self._tables = {anchor: _Table() for anchor in FACTS}
        for item in sorted(self.compiled.values(), key=lambda item: -item.rule.rank):
            self._tables[item.rule.anchor].add(item)
        said = "".join(sorted(rule.model_dump_json(exclude={"twins"}) for rule in rules))
        self.digest = hashlib.sha256(said.encode()).hexdigest()[:12]

    def of(self, sides: Collection[Side]) -> "Ruleset":
        """Only the rules of these sides."""
        return Ruleset([item.rule for item in self.compiled.values() if item.rule.side in sides])

    def series(self, anchor: str) -> Series:
        """The rules of each series that are judged on this kind of thing, highest rank first."""
        return self._tables[anchor].series

    def touched(self, anchor: str, before: Facts, since: datetime, facts: Facts) -> set[str]:
        """The series that may judge otherwise than they did of the facts before, at that moment.

        A rule is touched by a change of a fact it names, by a deadline it declares, or always where it goes by the
        clock and declares none.
        """
        table, now = self._tables[anchor], facts["now"]
        changed = {name for name in table.by_fact if before.get(name) != facts.get(name)}
        due = {
            name
            for (fact, offset), series in table.clock.items()
            if isinstance(start := facts.get(fact), datetime)
            and isinstance(now, datetime)
            and since < start + offset <= now
            for name in series
        }
        return table.always | due | {series for name in changed for series in table.by_fact[name]}

    def deadlines(self, anchor: str, facts: Mapping[str, Value]) -> list[datetime]:
        """Every moment at which some rule about these facts falls due."""
        clock = self._tables[anchor].clock
        return [start + offset for fact, offset in clock if isinstance(start := facts.get(fact), datetime)]

    def rule(self, id: str) -> Rule | None:
        """A rule by its id."""
        found = self.compiled.get(id)
        return found.rule if found else None

    @staticmethod
    def activation(anchor: str, facts: Mapping[str, Value]) -> Any:
        """The facts made ready for every rule about them: build it once."""
        return ENVIRONMENTS[anchor].Activation(facts)
