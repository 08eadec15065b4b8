"""The database: the only file that makes a motor client, and the only one that knows which errors mean what."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import (
    BulkWriteError,
    ClientBulkWriteException,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)

from chassis.errors import Conflict, Unavailable
from chassis.log import log

__all__ = [
    "IDS",
    "Collection",
    "Database",
    "Document",
    "Mongo",
    "Session",
    "by_ids",
    "connect",
    "insist",
    "outages",
    "transact",
    "warn_of_retryable_writes",
]

T = TypeVar("T")
Document = dict[str, Any]
Mongo = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
Session = AsyncIOMotorClientSession

SERVER_SELECTION_MS = 3000
WRITE_CONFLICT = 112
ATTEMPTS = 8
# SecantusDB looks through the whole list of ids for each document it finds: 500 at once take four times 100 five times.
IDS = 100


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Mongo]:
    """A client for the life of the process. The address carries the server's options (see docs/operating.md)."""
    client: Mongo = AsyncIOMotorClient(url, serverSelectionTimeoutMS=SERVER_SELECTION_MS, tz_aware=True)
    try:
        yield client
    finally:
        client.close()


async def warn_of_retryable_writes(client: Mongo) -> None:
    """SecantusDB slows down a hundredfold under retryable writes, which the driver asks for by default."""
    built = await client.admin.command("buildInfo")
    if "secantusVersion" in built and client.delegate.options.retry_writes:
        log.warning("retry_writes_on_secantus", advice="add retryWrites=false to the database address")


async def by_ids(collection: Collection, ids: Iterable[str]) -> list[Document]:
    """The documents with these ids, in no order."""
    wanted = sorted(set(ids))
    found: list[Document] = []
    for start in range(0, len(wanted), IDS):
        found += await collection.find({"_id": {"$in": wanted[start : start + IDS]}}).to_list(None)
    return found


@contextmanager
def outages() -> Iterator[None]:
    """Turn the driver's errors into Unavailable (wait) or Conflict (read again)."""
    try:
        yield
    except PyMongoError as error:
        meant = _meaning(error)
        if meant is error:
            raise
        raise meant from error


def _meaning(error: PyMongoError) -> Exception:
    """What a driver's error means to us; the same one where it is a fault of ours."""
    # What ended a client's bulk as a whole stands inside.
    if isinstance(error, ClientBulkWriteException) and isinstance(error.error, PyMongoError):
        return _meaning(error.error)
    if isinstance(error, (ConnectionFailure, WaitQueueTimeoutError)):
        return Unavailable("mongo")
    if isinstance(error, DuplicateKeyError):
        return Conflict("duplicate key")
    if isinstance(error, (BulkWriteError, ClientBulkWriteException)):
        return _of_bulk(error)
    return _of_operation(error) if isinstance(error, OperationFailure) else error


def _of_bulk(error: BulkWriteError | ClientBulkWriteException) -> Exception:
    codes = {item.get("code") for item in (error.details or {}).get("writeErrors", [])}
    return Conflict("bulk write") if codes <= {11000, WRITE_CONFLICT} else error


def _of_operation(error: OperationFailure) -> Exception:
    if error.code == WRITE_CONFLICT or error.has_error_label("TransientTransactionError"):
        return Conflict("write conflict")
    if error.has_error_label("UnknownTransactionCommitResult") or error.code in _GOING_AWAY:
        return Unavailable("mongo")
    return error


# Interrupted, ShutdownInProgress, NotWritablePrimary, PrimarySteppedDown, InterruptedDueToReplStateChange
_GOING_AWAY = {11601, 91, 10107, 189, 11602, 13435, 13436, 11600}


async def transact(client: Mongo, work: Callable[[Session], Awaitable[T]]) -> T:
    """Run `work` in one transaction and commit it.

    Raises Conflict when another writer was faster (nothing is stored), Unavailable when the database is gone
    (perhaps stored: `work` must be safe to repeat).
    """
    with outages():
        async with await client.start_session() as session:
            session.start_transaction()
            try:
                result = await work(session)
            except BaseException:
                await _abort(session)
                raise
            await session.commit_transaction()
            return result


async def _abort(session: Session) -> None:
    try:
        await session.abort_transaction()
    except PyMongoError:  # the error that led here says more than a failed abort
        log.debug("abort_failed")


async def insist(work: Callable[[], Awaitable[T]]) -> T:
    """Repeat `work` while it conflicts, with jitter; raises the last Conflict after some attempts."""
    for attempt in range(ATTEMPTS):
        try:
            return await work()
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise AssertionError("unreachable")
