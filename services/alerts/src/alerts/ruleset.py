"""All rules of one process, found by what they are judged on, by the facts they use and by when they fall due."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.facts import FACTS, Value
from alerts.rules import ENVIRONMENTS, Compiled, Rule, RuleError, Side, compile_rule

__all__ = ["Beside", "Ruleset", "said_of"]

Series = Mapping[str, Sequence[Compiled]]
Facts = Mapping[str, Value]


@dataclass(frozen=True)
class Beside:
    """What is not in force: rules on probation, rules that were stopped, and every version there was."""

    shadows: Sequence[Rule] = ()
    stopped: Sequence[Rule] = ()
    archive: Sequence[Rule] = ()

    @property
    def stopped_ids(self) -> list[str]:
        return [rule.id for rule in self.stopped]


def said_of(rule: Rule) -> str:
    """What a rule says, its twins left out: two rules that say the same judge the same."""
    return rule.model_dump_json(exclude={"twins"})


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
        if item.stopped:
            return  # it ends what it raised, and comes to nothing new
        for name in item.names:
            self.by_fact.setdefault(name, set()).add(rule.series)
        if item.moves and rule.deadline is None:
            self.always.add(rule.series)
        self.arm(item)

    def arm(self, item: Compiled) -> None:
        """Only its deadlines."""
        for offset in item.rule.deadline.offsets if item.rule.deadline else ():
            self.clock.setdefault((item.rule.deadline.from_, offset), set()).add(item.rule.series)  # type: ignore[union-attr]


class Ruleset:
    """The rules of one process."""

    def __init__(self, rules: Sequence[Rule], beside: Beside | None = None) -> None:
        beside = beside or Beside()
        self.compiled = {rule.id: compile_rule(rule) for rule in rules}
        self.compiled |= {rule.id: replace(compile_rule(rule), stopped=True) for rule in beside.stopped}
        if len(self.compiled) < len(rules) + len(beside.stopped):
            raise RuleError("two rules share an id")
        self._archive = {(rule.id, rule.version): rule for rule in (*beside.archive, *beside.stopped, *rules)}
        self._shadows: dict[str, list[Compiled]] = {anchor: [] for anchor in FACTS}
        self._tables = {anchor: _Table() for anchor in FACTS}
        for item in sorted(self.compiled.values(), key=lambda item: -item.rule.rank):
            self._tables[item.rule.anchor].add(item)
        for shadow in map(compile_rule, beside.shadows):
            self._shadows[shadow.rule.anchor].append(shadow)
            self._tables[shadow.rule.anchor].arm(shadow)
        said = "".join(sorted(said_of(rule) for rule in (*rules, *beside.shadows)))
        self.digest = hashlib.sha256((said + str(sorted(beside.stopped_ids))).encode()).hexdigest()[:12]

    def of(self, sides: Collection[Side]) -> "Ruleset":
        """Only the rules of these sides."""
        return Ruleset([item.rule for item in self.compiled.values() if item.rule.side in sides])

    def shadows(self, anchor: str) -> Sequence[Compiled]:
        """Rules on probation about this kind of thing: what they would find is written down and raised to nobody."""
        return self._shadows[anchor]

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

    def rule(self, id: str, version: int | None = None) -> Rule | None:
        """A rule in force by its id, or the version of it that once raised something."""
        if version is not None and (id, version) in self._archive:
            return self._archive[id, version]
        found = self.compiled.get(id)
        return found.rule if found else None

    @staticmethod
    def activation(anchor: str, facts: Mapping[str, Value]) -> Any:
        """The facts made ready for every rule about them: build it once."""
        return ENVIRONMENTS[anchor].Activation(facts)
