"""HTTP/1.1 stays HTTP/1.1. Whoever asks to go on in another protocol is told so: the server would lose the body."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Problem
from chassis.http import problem_answer

__all__ = ["NoUpgrade"]


class NoUpgrade:
    """Refuses a request that has a body and offers an upgrade (Java's own client: to HTTP/2, where there is no TLS)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = _refusal() if scope["type"] == "http" and _would_lose_its_body(Headers(scope=scope)) else self._app
        await app(scope, receive, send)


def _would_lose_its_body(headers: Headers) -> bool:
    return "upgrade" in headers and ("transfer-encoding" in headers or headers.get("content-length", "0") != "0")


def _refusal() -> ASGIApp:
    told = {"id": "Kirim dengan HTTP/1.1 tanpa header Upgrade.", "en": "Send by HTTP/1.1, without the header Upgrade."}
    answer = problem_answer(Problem(400, "no_upgrade", **told))
    answer.headers["connection"] = "close"
    return answer
