"""What the alerts do when something happens: a batch of announcements, or the clock."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.block import Block
from alerts.desk import Desk
from alerts.due import MOST, Deadlines
from alerts.news import News
from alerts.resting import overtaken
from alerts.store import Store
from alerts.subjects import KINDS
from alerts.voice import ALOUD, Voice
from chassis.bus import Incoming, Letter
from chassis.errors import Conflict, Unavailable
from chassis.log import log, place_of
from chassis.mongo import insist
from chassis.outbox import Outbox
from contracts.messages import AllAnnounced, HoldChanged, LegalHoldChanged, Message
from contracts.snapshots import PersonErased

__all__ = ["Evaluate", "Timers", "read"]

MESSAGES: tuple[type[Message], ...] = (
    HoldChanged,
    AllAnnounced,
    PersonErased,
    LegalHoldChanged,
    *(kind.message for kind in KINDS.values() if kind.heard),
)
READ = {kind.TYPE: kind for kind in MESSAGES}
AFTER_A_FAULT = timedelta(hours=1)
COUNT_SECONDS = 60.0


def read(incoming: Incoming) -> Message | None:
    """The announcement, or none for a type that no rule uses."""
    message = incoming.message
    kind = READ.get((message.type or message.routing_key or "") if message else "")
    return kind.model_validate_json(incoming.body) if kind else None


@dataclass(frozen=True)
class Evaluate:
    """Judges what a batch of announcements is about. The unacknowledged batch is the outbox."""

    store: Store
    deadlines: Deadlines
    desk: Desk
    publish: Callable[[Sequence[Letter]], Awaitable[None]]
    now: Callable[[], datetime]
    voice: Voice = ALOUD

    async def __call__(self, batch: Sequence[Message | None]) -> None:
        """Safe to repeat: a repeated announcement changes nothing, and what it touched is told of again."""
        news = News.of(batch)
        if not news:
            return
        now = self.now()
        block = await judged(self.store, self.desk, news, now)
        await self.store.save(block, now)
        for name in sorted(block.stirred):
            await self.deadlines.wake(name, now)
        await self.deadlines.look_at(await overtaken(self.store, block, news), now)
        await self.publish(self.voice.letters(block))
        self.voice.announced(block, now)


async def judged(store: Store, desk: Desk, news: News, now: datetime) -> Block:
    """The block of this news, judged and not yet saved; while all is being told again, only taken in."""
    desk = desk.as_it_is()
    block = await store.load(news, desk)
    block.take(news)
    block.forget(news.erased, now)
    world = desk.world(block.subjects)
    if desk.era.telling:
        block.learn(world, now)
    else:
        block.judge(world, now)
    return block


@dataclass(frozen=True)
class Timers:
    """Works off deadlines: every due subject is judged as it is now. `turn` keeps one writer at a time."""

    store: Store
    deadlines: Deadlines
    desk: Desk
    outbox: Outbox
    now: Callable[[], datetime]
    turn: asyncio.Lock
    voice: Voice = ALOUD

    async def run(self, every: float) -> None:
        """Tick for ever; while more is due than it took, without a pause."""
        counted = 0.0
        while True:
            try:
                if asyncio.get_running_loop().time() - counted > COUNT_SECONDS:
                    self.voice.armed(await self.deadlines.count())
                    counted = asyncio.get_running_loop().time()
                full = await self.tick() == MOST
            except (Unavailable, Conflict) as error:
                # What was not saved is still due.
                log.warning("timers_wait", reason=type(error).__name__)
                full = False
            await asyncio.sleep(0 if full else every)

    async def tick(self) -> int:
        """Work off some pages of what is due; how many that was. Raises Unavailable."""
        if self.desk.era.telling:
            return 0
        by, worked = secrets.token_hex(8), 0
        async with self.deadlines.claimed(self.now(), by) as pages:
            for page in pages:
                if not await self.deadlines.still(by, self.now()):
                    break
                async with self.turn:
                    now = self.now()
                    await self._work_off(page, now)
                    self.voice.worked_off(page.due, now)
                worked += len(page.due)
                self.outbox.wake()
        return worked

    async def _work_off(self, claimed: News, now: datetime) -> None:
        try:
            await insist(lambda: self._judge(claimed, now))
        except (Unavailable, Conflict):
            # They are still due.
            raise
        except Exception as error:  # noqa: BLE001  one faulty subject must not keep all others from their deadlines
            if len(claimed.look_at) > 1:
                for key in claimed.look_at:
                    await self._work_off(News(look_at=frozenset({key})), now)
                return
            log.error("deadline_failed", **place_of(error))
            await self.deadlines.postpone(claimed.look_at, now + AFTER_A_FAULT)

    async def _judge(self, claimed: News, now: datetime) -> None:
        block = await judged(self.store, self.desk, claimed, now)
        await self.store.save(block, now, self.voice.letters(block))
        await self.deadlines.look_at(await overtaken(self.store, block, claimed), now)
        self.voice.announced(block, now)
