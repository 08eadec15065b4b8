"""JSON logs on standard output. An event name and fields; never personal data, never a secret."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

__all__ = ["configure", "log", "place_of", "tracing"]

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(process: str, level: str) -> None:
    """Send structlog and the standard library's logging to standard output as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_process(process),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_first_line, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_exception_text,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # These write addresses with query strings, or every reconnection as a warning.
    for noisy in ("httpx", "httpcore", "aiormq", "aio_pika", "pymongo", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _first_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    # Below it, asyncio shows the task or callback, and with it the text of its exception.
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _with_process(name: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["process"] = name
        return event

    return add


@contextmanager
def tracing(trace: str) -> Iterator[None]:
    """Bind the correlation id to everything logged inside, and take it away again."""
    with structlog.contextvars.bound_contextvars(trace=trace):
        yield


def place_of(error: BaseException) -> dict[str, str]:
    """What kind of error and where it arose. Never its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "where": where}


def _without_exception_text(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event.update(place_of(error))
    return event
