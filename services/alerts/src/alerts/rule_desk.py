"""What people do with rules: each step names who and why, and what follows waits in the same transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from alerts.desk import Desk
from alerts.life import NotNow, SameHand, Step, Version, drafted
from alerts.rehearsal import failures
from alerts.rulebook import Rulebook
from alerts.rules import Rule, RuleError, Side
from chassis.errors import Conflict, Problem
from chassis.mongo import insist
from chassis.statement import Actor

__all__ = ["RuleDesk", "Wish"]

Wish = Literal["backtest", "probation", "approve", "renew", "kill"]
# What watches over the sources is owned by no agency.
SYSTEM = "sistem"
# What watches the readers is not for those who are watched.
WATCHERS = frozenset({"data_protection_officer", "inspector"})


@dataclass(frozen=True)
class RuleDesk:
    """Steps in the life of a rule. All raise Problem; a text that is no rule 422 `not_a_rule`."""

    book: Rulebook
    desk: Desk
    sides: frozenset[Side]
    now: Callable[[], datetime]

    async def draft(self, text: str, reason: str, actor: Actor) -> Version:
        """A new version: it compiles against the table of facts, and its twins are answered as it says."""
        try:
            version = drafted(text, Step(self.now(), actor.name, "draft", reason))
        except RuleError as error:
            raise _no_rule(str(error)) from error
        rule = version.rule
        if rule.side not in self.sides:
            raise _no_rule(f"{rule.id}: rules of the side {rule.side} are not kept here")
        versions = await self.book.versions()
        self._own(rule, actor)
        self._stays_with_its_owner(rule, versions, actor)
        wrong = next(failures(rule, self.desk.rules, self.desk.tables), None)
        if wrong is not None:
            raise _no_rule(f"{rule.id}: the twin '{wrong.twin}' gives {wrong.found}, not {wrong.expected}")
        highest = max((one.rule.version for one in versions if one.rule.id == rule.id), default=0)
        if rule.version != highest + 1:
            raise _no_rule(f"{rule.id}: the next version is {highest + 1}")
        with _changed():
            await self.book.save([version])
        return version

    async def step(self, key: str, wish: Wish, reason: str, actor: Actor) -> Version:
        """Take a step with a version. Raises Problem 403 for the same hand, 404, 409 where it does not follow.

        What a job or another hand stored meanwhile is read, and the step taken from there if it still follows.
        """
        with _changed():
            return await insist(lambda: self._step(key, wish, reason, actor))

    async def _step(self, key: str, wish: Wish, reason: str, actor: Actor) -> Version:
        version = await self.one(key)
        self._own(version.rule, actor)
        step = Step(self.now(), actor.name, {"kill": "killed"}.get(wish, wish), reason)
        try:
            after = self._stepped(version, wish, step)
        except NotNow as error:
            raise _not_now(error.args[0], version) from error
        except SameHand as error:
            raise _same_hand() from error
        replaced = await self._of(after.rule.id) if wish == "approve" else []
        retired = [one.retired(step) for one in replaced if one.stage == "active" and one.key != key]
        await self.book.save([after, *retired])
        return after

    def _stepped(self, version: Version, wish: Wish, step: Step) -> Version:
        probation = timedelta(days=self.desk.tables.limits.probation_days)
        steps: dict[Wish, Callable[[Step], Version]] = {
            "backtest": version.to_be_tried,
            "probation": version.on_probation,
            "approve": partial(version.approved, probation=probation),
            "renew": version.renewed,
            "kill": version.killed,
        }
        return steps[wish](step)

    async def one(self, key: str) -> Version:
        """One version. Raises Problem 404."""
        found = next((one for one in await self.book.versions() if one.key == key), None)
        if found is None:
            raise Problem(404, "unknown_rule", id="Versi aturan tidak dikenal.", en="Unknown version of a rule.")
        return found

    async def _of(self, id: str) -> list[Version]:
        return [one for one in await self.book.versions() if one.rule.id == id]

    def _own(self, rule: Rule, actor: Actor) -> None:
        watches = actor.role in WATCHERS
        mine = watches if rule.side == "safeguard" else rule.owner_agency in (actor.agency, SYSTEM) and not watches
        if not mine:
            raise Problem(
                403, "not_the_owner", id="Aturan ini milik instansi lain.", en="Another agency owns this rule."
            )

    def _stays_with_its_owner(self, rule: Rule, versions: Sequence[Version], actor: Actor) -> None:
        """Another agency neither replaces a rule nor puts one above it in its series."""
        for one in versions:
            if one.rule.id == rule.id or (one.rule.series == rule.series and one.stage != "retired"):
                self._own(one.rule, actor)
                if one.rule.owner_agency != rule.owner_agency:
                    raise _no_rule(f"{rule.id}: the owner of {one.rule.id} is {one.rule.owner_agency}")


@contextmanager
def _changed() -> Iterator[None]:
    try:
        yield
    except Conflict as error:
        raise Problem(409, "changed", id="Aturan baru saja berubah.", en="The rule has just changed.") from error


def _no_rule(why: str) -> Problem:
    return Problem(422, "not_a_rule", id=f"Aturan ditolak: {why}", en=f"The rule is refused: {why}", why=why)


def _same_hand() -> Problem:
    return Problem(
        403,
        "second_person_needed",
        id="Yang menulis atau menghentikan aturan tidak menyetujuinya sendiri.",
        en="Whoever wrote or stopped a rule does not approve it.",
    )


def _not_now(code: str, version: Version) -> Problem:
    return Problem(409, code, id="Langkah ini belum mungkin.", en="This step does not follow yet.", stage=version.stage)
