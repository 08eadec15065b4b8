"""Redis: the only file that makes its client, and that knows which of its errors mean an outage."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import Unavailable

__all__ = ["Cache", "connect", "outages"]

Cache = Redis
CONNECT_SECONDS = 2


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Cache]:
    """A client for the life of the process. It connects on demand, and again after a break. Texts, not bytes."""
    client: Cache = Redis.from_url(url, decode_responses=True, socket_connect_timeout=CONNECT_SECONDS)
    try:
        yield client
    finally:
        await client.aclose()


@contextmanager
def outages() -> Iterator[None]:
    """Turn the client's errors of a server that is away, or still loading, into Unavailable."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise Unavailable("redis") from error
    except RedisError as error:
        if str(error).startswith(("LOADING", "BUSY", "MASTERDOWN")):
            raise Unavailable("redis") from error
        raise
