"""The console's pages for small senders: upload, preview, result, templates and forms."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.edge import Opaque
from gateway.forms import read_form
from gateway.policy import Action, require
from gateway.routes_session import refuse_foreign
from gateway.sheet_files import LINES, lines, template
from gateway.sheets import SHEETS, Sheet
from gateway.tables import MAX_BYTES, MAX_ROWS
from gateway.uploads import PAGE, Uploads, Wanted
from gateway.visits import Visit

__all__ = ["routes"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOK = re.compile(r"[0-9A-Za-z._-]{0,40}")
ROOM = 16 * 1024  # for the form around the file


def routes(console: Console, uploads: Uploads) -> APIRouter:
    """All pages of uploads."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    _files(router, console, uploads)
    _pages(router, console, uploads)
    _steps(router, console, uploads)
    return router


def _pages(router: APIRouter, console: Console, uploads: Uploads) -> None:
    @router.get("/uploads")
    async def listed(request: Request, visit: Annotated[Visit, Depends(console.visit)]) -> HTMLResponse:
        items = await uploads.latest(visit)
        choices = uploads.choices(visit)
        fields: dict[str, Any] = {"items": items, "choices": choices, "max_rows": MAX_ROWS, "sheets": _sheets(choices)}
        return console.pages.show(request, "uploads.html", visit.viewer, **fields)

    @router.get("/uploads/{name}")
    async def shown(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        name: Opaque,
        start: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 0,
    ) -> HTMLResponse:
        upload = await uploads.one(visit, name)
        rows = await uploads.rows(visit, upload, start)
        after = start + PAGE if start + PAGE < upload["total"] else None
        fields: dict[str, Any] = {"upload": upload, "rows": rows, "after": after, "sheet": SHEETS[upload["sheet"]]}
        return console.pages.show(request, "upload.html", visit.viewer, **fields)


def _steps(router: APIRouter, console: Console, uploads: Uploads) -> None:
    @router.post("/uploads")
    async def preview(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
    ) -> RedirectResponse:
        refuse_foreign(request)
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        name = await uploads.preview(visit, *await _sent(request))
        return RedirectResponse(f"/uploads/{name}", 303)

    @router.post("/uploads/{name}/import")
    async def begin(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        name: Opaque,
        correct: Annotated[str, Form()] = "",
    ) -> RedirectResponse:
        refuse_foreign(request)
        await uploads.begin(visit, name, correct=correct == "yes")
        return RedirectResponse(f"/uploads/{name}", 303)


def _files(router: APIRouter, console: Console, uploads: Uploads) -> None:
    @router.get("/uploads/templates/{sheet}.xlsx")
    async def download(request: Request, visit: Annotated[Visit, Depends(console.visit)], sheet: str) -> Response:
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        content = template(_known(sheet), console.pages.texts(request))
        return Response(
            content, media_type=XLSX, headers={"content-disposition": f'attachment; filename="{sheet}.xlsx"'}
        )

    @router.get("/uploads/forms/{sheet}")
    async def form(
        request: Request,
        visit: Annotated[Visit, Depends(console.visit)],
        sheet: str,
        book: Annotated[str, Query(max_length=40, pattern=r"^[0-9A-Za-z._-]+$")] = "1",
        first: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> HTMLResponse:
        require(visit.role, Action.UPLOAD, visit.purpose.kind)
        numbers = lines(book, first, LINES)
        fields: dict[str, Any] = {"sheet": _known(sheet), "book": book, "first": first, "lines": numbers}
        return console.pages.show(request, "form.html", visit.viewer, **fields)


async def _sent(request: Request) -> tuple[Wanted, bytes]:
    form = await read_form(request, MAX_BYTES + ROOM)
    file, book = form.get("file"), str(form.get("book", ""))
    if not isinstance(file, UploadFile) or not BOOK.fullmatch(book):
        raise Problem(
            422, "wrong_value", id="Periksa nomor buku dan berkas.", en="Check the book's number and the file."
        )
    source, _, sheet = str(form.get("choice", "")).partition("|")
    return Wanted(source, sheet, book), await file.read()


def _sheets(choices: Sequence[tuple[object, Sheet]]) -> list[Sheet]:
    return list({sheet.key: sheet for _, sheet in choices}.values())


def _known(sheet: str) -> Sheet:
    found = SHEETS.get(sheet)
    if found is None:
        raise Problem(404, "unknown_sheet", id="Templat tidak ada.", en="There is no such template.")
    return found
