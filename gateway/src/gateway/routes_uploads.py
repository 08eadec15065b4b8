"""The console's pages for small senders: upload, preview, result, templates and forms."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.errors import Problem
from gateway.console import Console, page_class
from gateway.edge import Opaque
from gateway.policy import Action, require
from gateway.routes_session import refuse_foreign
from gateway.sheet_files import LINES, lines, template
from gateway.sheets import SHEETS, Sheet
from gateway.tables import MAX_BYTES, MAX_ROWS
from gateway.uploads import PAGE, Uploads, Wanted
from gateway.visits import Visit

__all__ = ["routes"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Book = Annotated[str, Form(max_length=40, pattern=r"^[0-9A-Za-z._-]*$")]


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
        file: UploadFile,
        choice: Annotated[str, Form(max_length=100)],
        book: Book = "",
    ) -> RedirectResponse:
        refuse_foreign(request)
        source, _, sheet = choice.partition("|")
        # One byte more than allowed is enough to know.
        content = await file.read(MAX_BYTES + 1)
        name = await uploads.preview(visit, Wanted(source, sheet, book), content)
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


def _sheets(choices: Sequence[tuple[object, Sheet]]) -> list[Sheet]:
    return list({sheet.key: sheet for _, sheet in choices}.values())


def _known(sheet: str) -> Sheet:
    found = SHEETS.get(sheet)
    if found is None:
        raise Problem(404, "unknown_sheet", id="Templat tidak ada.", en="There is no such template.")
    return found
