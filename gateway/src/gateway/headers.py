"""What every answer carries: the mode, what a browser must not do with it, and how much the caller may still ask."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Marked"]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
FIXED: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
CACHED = "/static/"


class Marked:
    """Adds the headers. Nothing may be kept in a cache but the console's own files."""

    def __init__(self, app: ASGIApp, mode: str) -> None:
        self._app = app
        self._mode = mode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**FIXED, "tapal-mode": self._mode, **_rates(scope)})
                if not scope["path"].startswith(CACHED):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, mark if scope["type"] == "http" else send)


def _rates(scope: Scope) -> dict[str, str]:
    told = scope.get("rates", {}).values()
    policies, left = (", ".join(texts) for texts in zip(*told, strict=True)) if told else ("", "")
    return {"ratelimit-policy": policies, "ratelimit": left} if told else {}
