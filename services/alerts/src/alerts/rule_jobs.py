"""What follows on a step in a rule's life and takes longer: a trial on history, everybody to be judged anew."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts.announce import EXCHANGE
from alerts.backtest import Hit, as_of, hits, summary, window_of
from alerts.block import Block
from alerts.desk import Desk
from alerts.due import Deadlines
from alerts.facts.around import Around
from alerts.life import Version
from alerts.lookups import Lookups
from alerts.news import News
from alerts.rulebook import Rulebook
from alerts.rules import compile_rule
from alerts.store import Store
from alerts.subjects import KINDS
from alerts.world import World
from chassis.bus import Letter
from chassis.mongo import Session
from chassis.outbox import Outbox
from contracts.rule_messages import RuleTested

__all__ = ["RuleJobs"]

PAGE = 200


@dataclass(frozen=True)
class RuleJobs:
    """Works off what is wanted. Each job may run twice, and ends when its version no longer wants it."""

    book: Rulebook
    store: Store
    lookups: Lookups
    deadlines: Deadlines
    desk: Desk
    outbox: Outbox
    now: Callable[[], datetime]

    async def tick(self) -> None:
        """Work off every job there is, once all is told. Raises Unavailable or Conflict."""
        if self.desk.era.telling:
            return
        for version in await self.book.wanting():
            if version.wanted == "sweep":
                await self._sweep()
                await self.book.save([replace(version, wanted="")])
            elif version.wanted == "backtest":
                await self._try(version)

    async def _sweep(self) -> None:
        """Everybody is judged anew, a page at a time, by whoever works off the deadlines."""
        async for keys in self._pages():
            await self.deadlines.look_at(keys, self.now())

    async def _try(self, version: Version) -> None:
        desk, now = self.desk.as_it_is(), self.now()
        one, window = compile_rule(version.rule), window_of(now, desk.tables.limits.backtest_days)
        found: list[Hit] = []
        subjects = 0
        async for keys in self._pages():
            block = await self.store.load(News(look_at=frozenset(keys)), desk)
            world = desk.world(block.subjects)
            for key in keys:
                found += hits(_items_at(key, block, world), one, world, window)
                await asyncio.sleep(0)
            subjects += len(keys)
        decided = Counter(await self.lookups.decided(version.rule.series))
        answer = summary(found, window, subjects, decided) | {"at": now}
        await self.book.save([version.tried(answer)], lambda session: self._tell(version, found, now, session))
        self.outbox.wake()

    async def _tell(self, version: Version, found: list[Hit], now: datetime, session: Session) -> None:
        people = sorted({hit.subject.id for hit in found if hit.subject.kind == "person"})
        told = RuleTested(rule=version.rule.id, version=version.rule.version, people=tuple(people), at=now)
        body = told.model_dump_json().encode()
        await self.outbox.add([Letter(EXCHANGE, told.TYPE, body, type=told.TYPE)], session)

    async def _pages(self) -> AsyncIterator[list[str]]:
        for kind in sorted(name for name, kind in KINDS.items() if kind.heard):
            keys = await self.lookups.keys(kind)
            for start in range(0, len(keys), PAGE):
                yield keys[start : start + PAGE]


def _items_at(key: str, block: Block, world: World) -> Callable[[datetime], Any]:
    kind, state = KINDS[key.split(":", 1)[0]], block.subjects[key]
    told, mine = state.told, tuple(block.shares.get(state.id, {}).values())

    def at(moment: datetime) -> Any:
        around = Around(moment, world.tables, world.villages, block.parties, mine)
        return kind.judged_on(as_of(told, moment), around) if told and not state.merged_into else ()

    return at
