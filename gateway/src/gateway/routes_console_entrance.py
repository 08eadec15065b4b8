"""The console's entrance: log in, lock, go on, hand the PC to somebody else, and the page of one's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.errors import Problem
from gateway.console import Console
from gateway.entrance import form, local_address
from gateway.logins import Secrets
from gateway.pages import LANGUAGE, NAVIGATION
from gateway.policy import may_ever
from gateway.routes_session import refuse_foreign
from gateway.texts import LANGUAGES
from gateway.visits import Visit

__all__ = ["add_entrance"]

YEAR = 365 * 24 * 3600


def add_entrance(router: APIRouter, console: Console) -> None:
    _language(router)
    _login(router, console)
    _locked(router, console)

    @router.get("/")
    async def start(visit: Annotated[Visit, Depends(console.visit)]) -> RedirectResponse:
        first = next(path for path, _, action in NAVIGATION if may_ever(visit.role, action))
        return RedirectResponse(first, 303)


def _login(router: APIRouter, console: Console) -> None:
    @router.get("/login")
    async def entrance(request: Request, next: str = "/") -> HTMLResponse:
        return form(console, request, "login.html", next=local_address(next), username="")

    @router.post("/login")
    async def login(
        request: Request,
        username: Annotated[str, Form(max_length=80)],
        password: Annotated[str, Form(max_length=200)],
        next: Annotated[str, Form()] = "/",
        code: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        refuse_foreign(request)
        try:
            viewer, token = await console.logins.login(request, Secrets(username, password, code), "console")
        except Problem as problem:
            coded = problem.code in ("second_factor_required", "wrong_code")
            fields = {"next": local_address(next), "error": problem.detail, "username": username, "coded": coded}
            return form(console, request, "login.html", problem.status, **fields)
        response = RedirectResponse(local_address(next), 303)
        console.logins.remember(response, viewer, token)
        return response

    @router.post("/logout")
    async def logout(request: Request) -> RedirectResponse:
        """Also "switch person": the session is over, and the next one is asked for their name."""
        refuse_foreign(request)
        viewer = console.door.holder(request)
        if viewer is not None:
            await console.logins.sessions.end(viewer.session)
        response = RedirectResponse("/login", 303)
        console.logins.forget(response)
        return response


def _locked(router: APIRouter, console: Console) -> None:
    @router.post("/lock")
    async def lock(request: Request) -> RedirectResponse:
        refuse_foreign(request)
        viewer = console.door.holder(request)
        if viewer is not None:
            await console.logins.sessions.lock(viewer.session)
        return RedirectResponse("/unlock", 303)

    @router.get("/unlock")
    async def locked(request: Request, next: str = "/") -> Response:
        viewer = console.door.holder(request)
        if viewer is None:
            return RedirectResponse("/login", 303)
        # Nobody is named as logged in: what is locked shows who may go on, and no way round.
        return form(console, request, "unlock.html", next=local_address(next), name=viewer.name)

    @router.post("/unlock")
    async def unlock(
        request: Request, password: Annotated[str, Form(max_length=200)], next: Annotated[str, Form()] = "/"
    ) -> Response:
        refuse_foreign(request)
        viewer = console.door.holder(request)
        if viewer is None:
            return RedirectResponse("/login", 303)
        try:
            await console.logins.unlock(request, viewer, password)
        except Problem as problem:
            fields = {"next": local_address(next), "error": problem.detail, "name": viewer.name}
            return form(console, request, "unlock.html", problem.status, **fields)
        return RedirectResponse(local_address(next), 303)


def _language(router: APIRouter) -> None:
    @router.post("/language")
    async def language(
        request: Request, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
    ) -> RedirectResponse:
        refuse_foreign(request)
        response = RedirectResponse(local_address(back), 303)
        if to in LANGUAGES:
            # Lax, so that it comes along on the way back from an identity provider.
            response.set_cookie(LANGUAGE, to, max_age=YEAR, samesite="lax")
        return response
