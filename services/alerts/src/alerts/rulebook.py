"""The rules of one process: every version ever kept, and those in force. A change is taken up within half a second."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pymongo import ReplaceOne, ReturnDocument

from alerts.desk import Desk, Era
from alerts.life import Stage, Step, Version, shipped
from alerts.rules import Rule, RuleError, Side
from alerts.ruleset import Beside, Ruleset, said_of
from alerts.ticking import ticking
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, insist, outages, transact
from chassis.yaml_text import read_yaml

__all__ = ["LOOK_SECONDS", "MARK", "Rulebook", "era_of", "load", "ruleset_of", "texts"]

FOLDER = Path(__file__).parent / "rules"
LOOK_SECONDS = 0.5
JOBS = ("backtest", "sweep")
MARK = {"_id": "rules"}


def texts(folder: Path = FOLDER) -> list[str]:
    """The rule files that are installed with the service."""
    return [path.read_text() for path in sorted(folder.glob("*.yaml"))]


def load(folder: Path = FOLDER) -> Ruleset:
    """The rules of a folder, all in force. Raises ValueError (RuleError) naming the faulty one."""
    return Ruleset([_read(text) for text in texts(folder)])


@lru_cache(maxsize=1024)
def _read(text: str) -> Rule:
    return Rule.model_validate(read_yaml(text))


def ruleset_of(versions: Iterable[Version]) -> Ruleset:
    """The rules in force among these versions, with those on probation, those stopped, and all of them to look up."""
    kept = sorted(versions, key=lambda one: (one.rule.id, one.rule.version))
    active = {one.rule.id: one.in_force for one in kept if one.stage == "active"}
    stopped = {one.rule.id: one.rule for one in kept if one.stage == "killed" and one.rule.id not in active}
    shadows = [one.in_force for one in kept if one.stage == "shadow"]
    return Ruleset([*active.values()], Beside(shadows, [*stopped.values()], [one.rule for one in kept]))


def era_of(mark: Document | None) -> Era:
    """The era that the mark of the rules names."""
    return Era(mark.get("rebuilt", 0), mark.get("telling", False)) if mark else Era()


class Rulebook:
    """Versions at rest. Reads raise Unavailable; a step raises Conflict where somebody else was faster."""

    def __init__(self, client: Mongo, database: Database, desk: Desk, sides: Collection[Side]) -> None:
        self._client, self._rows, self._mark = client, database.rules, database.rulebook
        self._desk, self._sides, self._seen = desk, sides, 0

    async def prepare(self, files: Iterable[str], at: datetime) -> None:
        """Take in what came with the software: in force the first time, later a draft. Raises RuleError.

        A version that is kept stands as it is: a file that says something else under its number is refused.
        """
        await insist(lambda: self._take_in(list(files), at))
        await self.refresh()

    async def _take_in(self, files: list[str], at: datetime) -> None:
        kept = {one.key: one for one in await self.versions()}
        stage: Stage = "draft" if kept else "active"
        new = [one for one in (shipped(text, stage, at) for text in files) if one.rule.side in self._sides]
        for one in new:
            if one.key in kept and said_of(kept[one.key].rule) != said_of(one.rule):
                raise RuleError(f"{one.key} is kept with other words: give the new text a new version")
        missing = [one for one in new if one.key not in kept]
        if missing:
            await self.save(missing)

    async def versions(self) -> list[Version]:
        """Every version there is."""
        with outages():
            return [_version_of(row) for row in await self._rows.find({}).to_list(None)]

    async def wanting(self) -> list[Version]:
        """The versions that wait for a job."""
        with outages():
            return [_version_of(row) for row in await self._rows.find({"wanted": {"$in": [*JOBS]}}).to_list(None)]

    async def save(self, versions: Iterable[Version], *more: Any) -> None:
        """Store these as they became, and let every process know. Raises Conflict. `more` are writes beside them."""

        async def write(session: Session) -> None:
            for one in versions:
                replacing = ReplaceOne({"_id": one.key, "n": one.n}, _row(one), upsert=one.n == 0)
                found = await self._rows.bulk_write([replacing], session=session)
                if found.matched_count + found.upserted_count < 1:
                    raise Conflict("rule")
            await self._mark.update_one(MARK, {"$inc": {"n": 1}}, upsert=True, session=session)
            for beside in more:
                await beside(session)

        await transact(self._client, write)
        await self.refresh()

    async def begin_again(self) -> int:
        """From here on nobody is judged until all is told, and revisions of new alerts are above all that there were.

        The number of this run.
        """
        change = {"$inc": {"n": 1, "rebuilt": 1}, "$set": {"telling": True}}
        with outages():
            mark = await self._mark.find_one_and_update(MARK, change, upsert=True, return_document=ReturnDocument.AFTER)
        await self.refresh()
        return era_of(mark).run

    async def all_told(self, run: int) -> None:
        """What this run waited for is there; an earlier run's end is no end."""
        change = {"$inc": {"n": 1}, "$set": {"telling": False}}
        with outages():
            await self._mark.update_one({**MARK, "rebuilt": run}, change)
        await self.refresh()

    async def refresh(self) -> None:
        """Take up the rules as they are kept now, where that is news."""
        with outages():
            mark = await self._mark.find_one(MARK)
        if mark is not None and mark["n"] != self._seen:
            rules = ruleset_of(await self.versions())
            self._desk.rules, self._desk.era, self._seen = rules, era_of(mark), mark["n"]

    async def run(self) -> None:
        """Look for news, for ever."""
        await ticking(self.refresh, LOOK_SECONDS, "rulebook_waits")


def _row(one: Version) -> Document:
    return {
        "_id": one.key,
        "n": one.n + 1,
        "text": one.text,
        "stage": one.stage,
        "expires": one.expires.isoformat(),
        "history": [[step.at, step.by, step.what, step.reason] for step in one.history],
        "trial": dict(one.trial) if one.trial else None,
        "wanted": one.wanted,
    }


def _version_of(row: Document) -> Version:
    return Version(
        rule=_read(row["text"]),
        text=row["text"],
        stage=row["stage"],
        expires=date.fromisoformat(row["expires"]),
        history=tuple(Step(*step) for step in row["history"]),
        trial=row["trial"],
        wanted=row["wanted"],
        n=row["n"],
    )
