"""Uploads of small senders: read and shown first, then sent row by row as their source, resumed after a stop."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chassis.bus import Letter
from chassis.errors import Problem, Unavailable
from chassis.http import new_trace
from chassis.log import log
from chassis.mongo import Document
from contracts.agencies import Agency, Source
from gateway.audit import Audit, Read
from gateway.entries import About, row
from gateway.intake import SINGLE, Publish
from gateway.own import not_your_source, own_sources
from gateway.policy import Action, require
from gateway.receipts import Receipts
from gateway.sheets import SHEETS, Sheet
from gateway.tables import read_table
from gateway.uploads_store import BATCH, CHANGED, REPEAT, UploadStore
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["Uploads", "Wanted"]

IDLE_SECONDS = 2.0
LATER = timedelta(seconds=5)
TIDY = timedelta(hours=1)
PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What an upload is: the source it speaks for, the kind of sheet, the number of the paper book."""

    source: str
    sheet: str
    book: str = ""


@dataclass(frozen=True)
class Uploads:
    """Everything about uploads. Its questions raise Problem; `run` must be running for imports to move."""

    store: UploadStore
    agencies: Mapping[str, Agency]
    receipts: Receipts
    audit: Audit
    publish: Publish
    now: Callable[[], datetime]
    started: asyncio.Event = field(default_factory=asyncio.Event)

    def choices(self, visit: Visit) -> list[tuple[Source, Sheet]]:
        """The sources and sheets this person may upload for: the own ones, and what the agency may send."""
        agency = self.agencies.get(visit.viewer.agency)
        return [
            (source, sheet)
            for source in own_sources(self.agencies, visit.viewer)
            for sheet in SHEETS.values()
            if agency and all(agency.allows(sheet.kind, action) for action in sheet.actions)
        ]

    async def preview(self, visit: Visit, wanted: Wanted, content: bytes) -> str:
        """Read a file, check every row, and keep it for a look. Returns the upload's id; nothing is sent."""
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        source, sheet = self._chosen(visit, wanted)
        table = await asyncio.to_thread(read_table, content, sheet)
        hasher = await self.store.hasher()
        agency = self.agencies[visit.viewer.agency]
        about = About(sheet, agency, source, wanted.book.strip(), hasher.of, self.now())
        rows = [row(number, cells, about) for number, cells in table.rows]
        name = visit.new_id()
        upload: Document = {
            "_id": name,
            "agency": agency.code,
            "source": source.code,
            "sheet": sheet.key,
            "book": about.book,
            "account": visit.viewer.account,
            "unknown": list(table.unknown),
        }
        await self._record(visit, f"{Action.UPLOAD}.preview", name)
        await self.store.add(upload, rows, hasher, self.now())
        return name

    def _chosen(self, visit: Visit, wanted: Wanted) -> tuple[Source, Sheet]:
        for source, sheet in self.choices(visit):
            if (source.code, sheet.key) == (wanted.source, wanted.sheet):
                return source, sheet
        raise not_your_source()

    async def begin(self, visit: Visit, name: str, *, correct: bool) -> None:
        """Start the import. Starting it twice changes nothing. `correct`: changed rows are sent as corrections."""
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        await self.one(visit, name)
        await self._record(visit, f"{Action.UPLOAD}.import", name)
        if await self.store.begin(name, self.now(), correct=correct):
            self.started.set()

    async def latest(self, visit: Visit) -> list[Document]:
        """The own agency's uploads, newest first; to a reporter the own ones."""
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        return await self.store.latest(_whose(visit))

    async def one(self, visit: Visit, name: str) -> Document:
        """An upload of the own agency; for a reporter, of their own. Raises Problem 404."""
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        found = await self.store.find(name, _whose(visit))
        if found is None:
            raise Problem(404, "unknown_upload", id="Unggahan tidak ditemukan.", en="There is no such upload.")
        return found

    async def rows(self, visit: Visit, upload: Document, start: int) -> list[Document]:
        """A page of rows, with what became of each that was sent. What somebody else entered is a read on record."""
        rows = await self.store.rows(upload["_id"], start, PAGE)
        if upload["account"] != visit.viewer.account and any(found["body"] for found in rows):
            await self._record(visit, f"{Action.UPLOAD}.read", upload["_id"])
        agency = self.agencies[upload["agency"]]
        uri = next(source.uri for source in agency.sources if source.code == upload["source"])
        told = await asyncio.gather(*(self._told(visit, uri, found.get("went") or ()) for found in rows))
        return [
            {**found, "events": json.loads(found["body"] or "[]"), "receipts": said}
            for found, said in zip(rows, told, strict=True)
        ]

    async def _told(self, visit: Visit, uri: str, ids: Sequence[str]) -> list[Any]:
        try:
            return [(await self.receipts.of(visit, (uri, event_id)) or [None])[-1] for event_id in ids]
        except Problem:  # the registry is away: the page shows the rows all the same
            return []

    async def run(self) -> None:
        """Move imports on, for ever: also those that a stop of this process, or of another one, left behind."""
        tidied = self.now() - TIDY
        while True:
            try:
                if self.now() - tidied >= TIDY:
                    tidied = self.now()
                    await self.store.tidy(tidied)
                upload = await self.store.claim(self.now())
                if upload is not None:
                    await self._send(upload)
                    continue
            except Unavailable as error:
                log.warning("uploads_wait", missing=str(error))
            self.started.clear()
            try:
                await asyncio.wait_for(self.started.wait(), IDLE_SECONDS)
            except TimeoutError:
                continue

    async def _send(self, upload: Document) -> None:
        at = upload["next"]
        while rows := await self.store.rows(upload["_id"], at, BATCH):
            letters = [letter for found in rows for letter in _letters(found, upload)]
            try:
                await self.publish(letters)
            except Unavailable:
                await self.store.release(upload["_id"], self.now() + LATER)
                raise
            await self.store.sent(upload, rows, self.now())
            at = rows[-1]["n"] + 1
        await self.store.done(upload["_id"])
        log.info("upload_done", agency=upload["agency"], rows=at)

    async def _record(self, visit: Visit, action: str, name: str) -> None:
        await self.audit.record(Read(visit, action, [name]), self.now())


def _whose(visit: Visit) -> Document:
    """Which uploads somebody may see. Sources of one agency may be strangers: its hotels, each with its own guests."""
    viewer = visit.viewer
    own = {"account": viewer.account} if visit.role is Role.REPORTER else {}
    return {"agency": viewer.agency, **own, **({"source": viewer.source} if viewer.source else {})}


def _letters(found: Document, upload: Document) -> list[Letter]:
    """The events of a row that go out. A repeat went before; a changed one goes as the correction asked for."""
    marked = json.loads(found["body"] or "[]")
    wanted = [item for item in marked if item["mark"] != CHANGED or upload.get("correct")]
    going = [item["event"] for item in wanted if item["mark"] != REPEAT]
    found["went"] = [item["event"]["id"] for item in wanted] or found.get("went", [])
    return [
        Letter(f"agency.{upload['agency']}", "", json.dumps(event).encode(), trace=new_trace(), content_type=SINGLE)
        for event in going
    ]
