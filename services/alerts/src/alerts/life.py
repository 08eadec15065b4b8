"""The life of a rule: draft, trial on history, probation on live events, approval by a second person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from alerts.rules import Rule, RuleError, compile_rule
from chassis.yaml_text import check_foreign_yaml, read_yaml

__all__ = ["FIRST_YEAR", "NotNow", "SameHand", "Stage", "Step", "Version", "drafted", "read_rule", "shipped"]

Stage = Literal["draft", "shadow", "active", "retired", "killed"]
FIRST_YEAR = timedelta(days=365)


class NotNow(Exception):
    """A step that does not follow on the stage the rule is in, or on what was done so far: `args[0]` is its code."""


class SameHand(Exception):
    """Whoever wrote a rule, or stopped it, does not approve it."""


@dataclass(frozen=True)
class Step:
    """What somebody did with a version, and why."""

    at: datetime
    by: str
    what: str
    reason: str


@dataclass(frozen=True)
class Version:
    """One version of a rule: its text as written stays for ever. `expires` moves by renewal, never past a year ahead.

    `trial` is what it would have found in what is stored; `wanted` a job that is waiting: backtest or sweep.
    """

    rule: Rule
    text: str
    stage: Stage
    expires: date
    history: tuple[Step, ...]
    trial: Mapping[str, Any] | None = None
    wanted: str = ""
    n: int = field(default=0, compare=False)

    @property
    def key(self) -> str:
        return f"{self.rule.id}/{self.rule.version}"

    @property
    def author(self) -> str:
        """Who wrote it."""
        return self.history[0].by

    @property
    def in_force(self) -> Rule:
        """The rule with the day of its expiry as it stands now."""
        return self.rule.model_copy(update={"expires": self.expires})

    def tried(self, trial: Mapping[str, Any]) -> "Version":
        """With the answer of its trial on history."""
        return replace(self, trial=trial, wanted="")

    def to_be_tried(self, step: Step) -> "Version":
        """A trial on history is wanted. Raises NotNow."""
        return replace(self._after(step, "draft", "shadow"), wanted="backtest")

    def on_probation(self, step: Step) -> "Version":
        """Judged on live events, raised to nobody. Raises NotNow where it was not tried on history."""
        after = self._after(step, "draft")
        if self.trial is None:
            raise NotNow("not_tried")
        return replace(after, stage="shadow", wanted="sweep")

    def approved(self, step: Step, probation: timedelta) -> "Version":
        """In force, for a year. Raises NotNow before its probation is over, SameHand for its author."""
        after = self._after(step, "shadow", "killed")
        if step.by in {self.author, self._last("killed")}:
            raise SameHand
        if not self._was_in_force and step.at - self._began < probation:
            raise NotNow("on_probation")
        return replace(after, stage="active", expires=(step.at + FIRST_YEAR).date(), wanted="sweep")

    def renewed(self, step: Step) -> "Version":
        """In force for another year. Raises NotNow, SameHand."""
        after = self._after(step, "active")
        if step.by == self.author:
            raise SameHand
        return replace(after, expires=(step.at + FIRST_YEAR).date(), wanted="sweep")

    def killed(self, step: Step) -> "Version":
        """Stopped at once, by one hand. Raises NotNow."""
        return replace(self._after(step, "active", "shadow"), stage="killed", wanted="sweep")

    def retired(self, step: Step) -> "Version":
        """Another version has taken its place."""
        return replace(self, stage="retired", history=(*self.history, step))

    @property
    def _was_in_force(self) -> bool:
        return any(one.what in ("shipped", "approve") for one in self.history)

    @property
    def _began(self) -> datetime:
        return max(one.at for one in self.history if one.what == "probation")

    def _after(self, step: Step, *stages: Stage) -> "Version":
        if self.stage not in stages:
            raise NotNow("wrong_state")
        return replace(self, history=(*self.history, step))

    def _last(self, what: str) -> str:
        return next((one.by for one in reversed(self.history) if one.what == what), "")


def read_rule(text: str) -> Rule:
    """The rule of a text in YAML. Raises RuleError: it profiles, is misspelt, or is no rule at all."""
    try:
        rule = Rule.model_validate(read_yaml(text))
    except yaml.YAMLError as error:
        raise RuleError("the text is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise RuleError(f"{'.'.join(map(str, first['loc'])) or 'rule'}: {first['msg']}") from error
    except ValueError as error:  # of a date that there is not
        raise RuleError(str(error)) from error
    compile_rule(rule)
    return rule


def drafted(text: str, step: Step) -> Version:
    """A first text. Raises RuleError."""
    try:
        check_foreign_yaml(text)
    except yaml.YAMLError as error:
        raise RuleError("the text is no YAML, is nested too deeply, or refers to itself") from error
    rule = read_rule(text)
    return Version(rule, text, "draft", rule.expires, (step,))


def shipped(text: str, stage: Stage, at: datetime) -> Version:
    """A rule that came with the software: in force where there were no rules at all, else a draft like any other."""
    rule = read_rule(text)
    return Version(rule, text, stage, rule.expires, (Step(at, "", "shipped" if stage == "active" else "draft", ""),))
