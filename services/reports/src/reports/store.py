"""Rows and counts at rest: a count changes in the transaction that changes the row, so it is never off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne

from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, by_ids, outages, transact
from contracts.rule_messages import RuleTested
from reports.summaries import CITIZENSHIP, Cells, Row

__all__ = ["Store"]


class Store:
    """The reports' database."""

    def __init__(self, client: Mongo, database: Database) -> None:
        self._client = client
        self._db = database

    async def take(self, rows: Sequence[Row]) -> None:
        """Keep the highest version of each row, and the counts. Older and equal versions change nothing.

        Raises Conflict or Unavailable.
        """
        latest: dict[str, Row] = {}
        for row in rows:
            if row.id not in latest or row.version > latest[row.id].version:
                latest[row.id] = row
        with outages():
            stored = await by_ids(self._db.rows, latest)
        before = {document["_id"]: document for document in stored}
        newer = [row for row in latest.values() if row.version > before.get(row.id, {"v": 0})["v"]]
        if newer:
            await transact(self._client, lambda session: self._write(newer, before, session))
        with outages():
            for row in (row for row in rows if row.erased):
                await self._db.trials.update_many({"people": row.id}, {"$pull": {"people": row.id}})

    async def _write(self, rows: Sequence[Row], before: dict[str, Document], session: Session) -> None:
        result = await self._db.rows.bulk_write(
            [_kept(row, before.get(row.id)) for row in rows], ordered=False, session=session
        )
        if result.matched_count < sum(row.id in before for row in rows):
            raise Conflict("rows")
        if changes := _changes(rows, before):
            await self._db.counts.bulk_write(changes, ordered=False, session=session)

    async def keep(self, trial: RuleTested) -> None:
        """Keep what a version of a rule would have found; of two trials the later. Raises Conflict or Unavailable."""
        id = f"{trial.rule}/{trial.version}"
        with outages():
            before = await self._db.trials.find_one({"_id": id})
            if before is None or before["at"] <= trial.at:
                row = {"_id": id, "at": trial.at, "people": list(trial.people)}
                await self._db.trials.replace_one({"_id": id}, row, upsert=True)

    async def found(self, id: str) -> Mapping[str, int] | None:
        """How many of each citizenship a version of a rule would have found; none where no trial was told of."""
        with outages():
            trial = await self._db.trials.find_one({"_id": id})
            rows = await by_ids(self._db.rows, trial["people"]) if trial else []
        cells = (cell.split("|") for row in rows for cell in row["cells"])
        found = Counter(value for table, value, *_ in cells if table == CITIZENSHIP)
        return None if trial is None else found

    async def forget(self) -> None:
        """Forget every row and count; what was tried of rules stays. Raises Unavailable."""
        with outages():
            await self._db.counts.delete_many({})
            await self._db.rows.delete_many({})

    async def counts(self, *table: str) -> Cells:
        """The cells of a table, or of a part of one, that are not empty, in order. Raises Unavailable."""
        name = "|".join(table)
        with outages():
            # "}" follows "|" in the order of characters.
            found = await self._db.counts.find({"_id": {"$gte": f"{name}|", "$lt": f"{name}}}"}}).to_list(None)
        return sorted((row["_id"].split("|")[len(table) :], row["n"]) for row in found if row["n"] > 0)


def _kept(row: Row, before: Document | None) -> Any:
    document = {"_id": row.id, "v": row.version, "cells": list(row.cells)}
    return InsertOne(document) if before is None else ReplaceOne({"_id": row.id, "v": before["v"]}, document)


def _changes(rows: Sequence[Row], before: dict[str, Document]) -> list[UpdateOne]:
    difference: Counter[str] = Counter()
    for row in rows:
        difference.update(row.cells)
        difference.subtract(before.get(row.id, {"cells": []})["cells"])
    return [UpdateOne({"_id": cell}, {"$inc": {"n": n}}, upsert=True) for cell, n in difference.items() if n]
