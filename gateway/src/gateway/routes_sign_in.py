"""The console's pages of signing in by the office's identity provider."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from chassis.errors import Problem, Unavailable
from gateway.console import Console, page_class
from gateway.entrance import form, local_address
from gateway.handshakes import SECONDS
from gateway.routes_session import refuse_foreign
from gateway.sign_in import Answer, Entered, NotLinked, SignIn

__all__ = ["routes"]

COOKIE = "tapal_sign_in"
PATH = "/sign-in"
Text = Annotated[str, Query(max_length=4000)]


def routes(console: Console, sign_in: SignIn) -> APIRouter:
    """To the provider, back from it, and the second factor where the provider asked for none."""
    router = APIRouter(route_class=page_class(console), include_in_schema=False)
    secure = console.logins.gate.secure_cookie

    @router.get(PATH)
    async def begin(request: Request, next: Text = "/") -> Response:
        try:
            await console.door.rates.spend(request, "address", request.client.host if request.client else "")
            holder = console.door.holder(request)
            leaving = holder.session if holder else ""
            address, browser = await sign_in.begin(local_address(next), leaving)
        except (Problem, Unavailable) as error:
            return _trouble(console, request, error)
        response = RedirectResponse(address, 303)
        # Lax: the provider's page leads back here, and a strict cookie would not come along.
        response.set_cookie(COOKIE, browser, SECONDS, path=PATH, httponly=True, samesite="lax", secure=secure)
        return response

    @router.get(f"{PATH}/return")
    async def back(
        request: Request, state: Text = "", code: Text = "", error: Text = "", iss: Text | None = None
    ) -> Response:
        answer = Answer(state, code, error, iss)
        try:
            return _entered(console, request, await sign_in.arrive(request, _browser(request), answer))
        except NotLinked as unlinked:
            return console.pages.show(request, "not_linked.html", None, 403, number=unlinked.subject)
        except (Problem, Unavailable) as trouble:
            return _trouble(console, request, trouble)

    _code(router, console, sign_in)
    return router


def _code(router: APIRouter, console: Console, sign_in: SignIn) -> None:
    @router.get(f"{PATH}/code")
    async def ask(request: Request) -> Response:
        return console.pages.show(request, "sign_in_code.html", None, error=None)

    @router.post(f"{PATH}/code")
    async def prove(request: Request, code: Annotated[str, Form(max_length=40)]) -> Response:
        refuse_foreign(request)
        try:
            return _entered(console, request, await sign_in.prove(request, _browser(request), code))
        except (Problem, Unavailable) as trouble:
            return _trouble(console, request, trouble)


def _browser(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _entered(console: Console, request: Request, entered: Entered) -> Response:
    """A page that leads on: a redirect would still count as the provider's, and leave our strict cookies behind."""
    response = console.pages.show(request, "entered.html", None, next=entered.next)
    console.logins.remember(response, entered.viewer, entered.token)
    secure = console.logins.gate.secure_cookie
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax", secure=secure)
    return response


def _trouble(console: Console, request: Request, error: Problem | Unavailable) -> Response:
    if isinstance(error, Unavailable):
        error = _redis_away()
    if error.code == "second_factor_required":
        return RedirectResponse(f"{PATH}/code", 303)
    if error.code in ("wrong_code", "too_many_attempts"):
        return console.pages.show(request, "sign_in_code.html", None, error.status, error=error.detail)
    return form(console, request, "login.html", error.status, next="/", username="", error=error.detail)


def _redis_away() -> Problem:
    return Problem(
        503,
        "sign_in_unavailable",
        id="Jalan masuk ini sedang tidak terbuka; masuklah dengan kata sandi.",
        en="This way in is not open at the moment; log in with your password.",
    )
