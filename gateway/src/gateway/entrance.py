"""What the pages have in common that stand before a session."""

import re
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gateway.console import Console

__all__ = ["form", "local_address"]

# Browsers take a backslash for a slash, and leave out tabs and ends of lines: "/\t/elsewhere" would lead elsewhere.
LOCAL = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


def local_address(address: str) -> str:
    """The address if it is one of ours, else the start page: no link may lead people elsewhere."""
    return address if LOCAL.fullmatch(address) else "/"


def form(console: Console, request: Request, template: str, status: int = 200, **fields: Any) -> HTMLResponse:
    """A page for whoever is not in, with every way in that there is."""
    label = console.sign_in.provider.settings.label if console.sign_in else None
    ways = {"provider": label.model_dump() if label else None}
    return console.pages.show(request, template, None, status, **{"error": None, **ways, **fields})
