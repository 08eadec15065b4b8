"""The HTTP edge: health, metrics, problem details (RFC 9457), one correlation id."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import Conflict, Problem, Unavailable
from chassis.log import log, tracing
from chassis.metrics import HTTP_SECONDS

__all__ = ["Check", "create_app", "new_trace", "problem_answer", "trace_of"]

Check = Callable[[], Awaitable[bool]]
PROBLEM = "application/problem+json"


def create_app(
    title: str, version: str, checks: Mapping[str, Check], *, public: bool = False, quiet: bool = False
) -> FastAPI:
    """An application with health, metrics and problem details. `checks` decide readiness, by name.

    Only a public one (the gateway) describes itself, at /openapi.json. There is no ready-made page over it: the usual
    one loads its script from a foreign host. A quiet one (protection) does not count who asks what.
    """
    app = FastAPI(
        title=title,
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if public else None,
    )
    app.add_middleware(_Traced, timed=not quiet)
    _add_health(app, version, checks)
    _add_problems(app)
    return app


def _add_health(app: FastAPI, version: str, checks: Mapping[str, Check]) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "live", "version": version}

    @app.get("/health/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        parts = {name: await _passes(check) for name, check in checks.items()}
        good = all(parts.values())
        return JSONResponse({"ready": good, "parts": parts, "version": version}, 200 if good else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _passes(check: Check) -> bool:
    try:
        return await check()
    except Exception:  # noqa: BLE001  a check that fails in any way means: not ready
        return False


def _add_problems(app: FastAPI) -> None:
    async def problem(_: Request, error: Exception) -> JSONResponse:
        return problem_answer(_as_problem(error))

    for kind in (Problem, Unavailable, Conflict, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, problem)
    # Starlette keeps the handler of Exception for what nobody expected; the error is raised again after the answer.
    app.add_exception_handler(Exception, problem)


def problem_answer(problem: Problem) -> JSONResponse:
    """What the caller gets to see of it (RFC 9457)."""
    body = {
        "type": f"urn:tapal:problem:{problem.code}",
        "title": problem.detail["en"],
        "title_id": problem.detail["id"],
        "status": problem.status,
        "code": problem.code,
        **problem.more,
    }
    wait = problem.more.get("retry_after")
    headers = {} if wait is None else {"retry-after": str(wait)}
    return JSONResponse(body, problem.status, headers, media_type=PROBLEM)


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case Unavailable():
            return Problem(503, "unavailable", id="Layanan sedang tidak tersedia.", en="Part of the system is away.")
        case Conflict():
            return Problem(409, "conflict", id="Data berubah; muat ulang.", en="The data changed; reload.")
        case RequestValidationError():
            fields = [".".join(map(str, item["loc"])) for item in error.errors()]
            return Problem(422, "invalid_request", id="Isian tidak sah.", en="Invalid request.", fields=fields)
        case HTTPException():
            return Problem(error.status_code, f"http_{error.status_code}", id=str(error.detail), en=str(error.detail))
    log.error("request_failed", exc_info=error)
    return Problem(500, "internal", id="Kesalahan dalam sistem.", en="Internal error.")


class _Traced:
    """Times every answer and binds the trace id of the caller, or a new one, to what is logged meanwhile."""

    def __init__(self, app: ASGIApp, *, timed: bool) -> None:
        self._app = app
        self._timed = timed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        trace = trace_of(dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")) or new_trace()
        scope.setdefault("state", {})["trace"] = trace
        try:
            with tracing(trace):
                await self._app(scope, receive, note)
        finally:
            if self._timed:
                route = getattr(scope.get("route"), "path", "unmatched")
                HTTP_SECONDS.labels(scope["method"], route, str(status)).observe(time.perf_counter() - started)


def new_trace() -> str:
    """A fresh W3C trace id."""
    return secrets.token_hex(16)


def trace_of(traceparent: str | None) -> str | None:
    """The trace id of a W3C `traceparent`, or none when it is not one."""
    parts = (traceparent or "").split("-")
    valid = len(parts) == 4 and len(parts[1]) == 32 and set(parts[1]) <= set("0123456789abcdef") and parts[1].strip("0")
    return parts[1] if valid else None
