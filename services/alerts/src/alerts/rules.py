"""A rule: read from YAML, checked, and its conditions compiled against exactly the table of facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from cel_expr_python import cel
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from alerts.coverage import Period
from alerts.facts import FACTS, WIB, Value
from alerts.twins import Twins
from contracts.agencies import Names

__all__ = ["ENVIRONMENTS", "NAME", "Compiled", "Moment", "Rule", "RuleError", "Side", "compile_rule"]

Side = Literal["administrative", "enforcement", "protection", "quality", "safeguard"]
NAME = re.compile(r"\b(?:now|[a-z_]+\.[a-z_]+)\b")
SPAN = re.compile(r"(-?\d{1,6})(d|h)")
LONGEST = timedelta(days=3660)


class RuleError(ValueError):
    """A rule that must not run: it names what it may not know, or it does not fit its own table."""


def _span(value: Any) -> Any:
    found = SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    return timedelta(**{"days" if found[2] == "d" else "hours": int(found[1])})


# No moment that a fact may tell leaves the calendar by it.
Span = Annotated[timedelta, BeforeValidator(_span), Field(ge=-LONGEST, le=LONGEST)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Legal(_Part):
    """The text a rule rests on, as somebody read it on a day."""

    ref: str
    as_of: date
    note: str = ""


class Moment(_Part):
    """A timestamp fact and a distance from it."""

    fact: str
    after: Span = timedelta()

    def of(self, facts: Mapping[str, Value]) -> datetime | None:
        """The moment, where the fact is known."""
        value = facts.get(self.fact)
        return value + self.after if isinstance(value, datetime) else None


class Deadline(_Part):
    """When the rule is to be judged although nothing happened."""

    from_: str = Field(alias="from")
    offsets: tuple[Span, ...]


class Absence(_Part):
    """The rule rests on something not seen: every source that clears it must cover the period, or the alert waits.

    With `holds: false` the sources are shown beside the alert and it does not wait; with `here: true` only the sources
    of the village it is about can clear it.
    """

    clears: str
    from_: str = Field(alias="from")
    until: Moment
    holds: bool = True
    here: bool = False

    def period(self, facts: Mapping[str, Value]) -> Period | None:
        """For which nothing was seen; none where the alert does not wait, or its end is not known."""
        start, end = facts.get(self.from_), self.until.of(facts) if self.holds else None
        return None if end is None else Period(start if isinstance(start, datetime) else None, end)


class Reading(_Part):
    """A number shown with the alert: the smallest step that the fact does not exceed."""

    fact: str
    steps: tuple[int, ...]

    def of(self, facts: Mapping[str, Value]) -> str:
        value = facts.get(self.fact)
        reached = [step for step in self.steps if isinstance(value, int) and step >= value]
        return str(min(reached)) if reached else ""


class Rule(_Part):
    """One rule, as its file says it."""

    id: str
    version: int = Field(gt=0)
    owner: str
    side: Side
    subject: Literal["person", "party", "incident", "matter", "source", "account"]
    series: str
    rank: int = Field(1, description="Within the series the highest rule that fires is the one shown")
    anchor: str = Field(description="What it is judged on and tied to: the name of a table of facts")
    legal: Legal
    condition: str
    wait: str | None = Field(None, description="A condition: while it is true the alert is on hold")
    urgent: str | None = Field(None, description="A condition: while it is true the severity is 4")
    deadline: Deadline | None = None
    absence: Absence | None = None
    reading: Reading | None = None
    behind: tuple[str, ...] = Field((), description="Series: while one asks its question of the subject, this waits")
    first_notified: str
    severity: int = Field(ge=1, le=4)
    title: Names
    wording: Names
    again: Literal["reopen", "new_episode"]
    expires: date
    twins: Twins

    @model_validator(mode="after")
    def _moments_are_timestamps(self) -> "Rule":
        if self.anchor not in FACTS:
            raise ValueError(f"{self.id}: there is no table of facts for {self.anchor}")
        table = FACTS[self.anchor]
        for name in self.timestamps:
            if name not in table or table[name].type != "timestamp":
                raise ValueError(f"{self.id}: {name} is not a timestamp of the table of facts")
        if self.reading and self.reading.fact not in table:
            raise ValueError(f"{self.id}: {self.reading.fact} is not in the table of facts")
        return self

    def due(self, facts: Mapping[str, Value]) -> list[datetime]:
        """The moments at which it falls due, where the fact it counts from is known."""
        start = facts.get(self.deadline.from_) if self.deadline else None
        offsets = self.deadline.offsets if self.deadline else ()
        return [start + offset for offset in offsets] if isinstance(start, datetime) else []

    @property
    def owner_agency(self) -> str:
        """The code of the agency that answers for it; of what the system itself watches, no agency's."""
        return self.owner.split(" / ")[0]

    @property
    def yields(self) -> bool:
        """Whether a hold on the person holds it. Protection, and what watches the system itself, go on."""
        return self.side in ("administrative", "enforcement")

    @property
    def timestamps(self) -> tuple[str, ...]:
        """The facts its deadline and its period of absence count from."""
        absence = (self.absence.from_, self.absence.until.fact) if self.absence else ()
        return ((self.deadline.from_,) if self.deadline else ()) + absence

    def title_of(self, reading: str) -> Names:
        """The title with its number filled in."""
        return Names(id=self.title.id.replace("{reading}", reading), en=self.title.en.replace("{reading}", reading))


_TYPES = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "string": cel.Type.STRING,
    "timestamp": cel.Type.TIMESTAMP,
}
ENVIRONMENTS = {
    anchor: cel.NewEnv(variables={fact.name: _TYPES[fact.type] for fact in table.values()})
    for anchor, table in FACTS.items()
}


@dataclass(frozen=True)
class Compiled:
    """A rule that is ready to judge."""

    rule: Rule
    condition: Any
    wait: Any = None
    urgent: Any = None
    stopped: bool = False

    @cached_property
    def moves(self) -> bool:
        """Whether it rests on a fact that moves with the clock alone."""
        table, rule = FACTS[self.rule.anchor], self.rule
        return any(table[name].moves for name in NAME.findall(rule.condition) if name in table)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The facts it rests on, those that move with the clock alone left out."""
        rule, table = self.rule, FACTS[self.rule.anchor]
        text = " ".join(filter(None, (rule.condition, rule.wait, rule.urgent)))
        found = [*NAME.findall(text), *rule.timestamps]
        return tuple(name for name in dict.fromkeys(found) if name in table and not table[name].moves)

    def fires(self, activation: Any) -> bool:
        """Whether the condition is true. Where it cannot be said for a missing fact, a protection rule asks a human."""
        found = not self.stopped and _value(self.condition, activation)
        return found is True or (found is not False and self.rule.side == "protection")

    def waits(self, activation: Any) -> bool:
        """Whether it fires and has to wait all the same."""
        return self.wait is not None and _is_true(self.wait, activation)

    def severity(self, activation: Any) -> int:
        """How urgently a human should look."""
        return 4 if self.urgent is not None and _is_true(self.urgent, activation) else self.rule.severity

    def active(self, now: datetime) -> bool:
        """Whether the rule may still raise alerts."""
        return now.astimezone(WIB).date() < self.rule.expires


def compile_rule(rule: Rule) -> Compiled:
    """Raises RuleError for a condition that names anything but the facts of its subject, or is not a yes or no."""
    return Compiled(rule, *(_compiled(rule, text) for text in (rule.condition, rule.wait, rule.urgent)))


def _compiled(rule: Rule, condition: str | None) -> Any:
    if condition is None:
        return None
    try:
        expression = ENVIRONMENTS[rule.anchor].compile(condition)
    except RuntimeError as error:
        raise RuleError(f"{rule.id}: {error}") from error
    if expression.return_type() != cel.Type.BOOL:
        raise RuleError(f"{rule.id}: the condition is no yes or no")
    return expression


def _is_true(expression: Any, activation: Any) -> bool:
    return _value(expression, activation) is True


def _value(expression: Any, activation: Any) -> Any:
    try:
        return expression.eval(activation).value()
    except RuntimeError:
        # More steps than a condition may take: one rule must not keep all others from judging somebody.
        return None
