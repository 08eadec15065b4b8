"""/v1: logging in and out, who is logged in, and the sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, SecretStr

from chassis.errors import Problem
from gateway.answers import Items, Me, Token
from gateway.door import Door
from gateway.edge import Opaque, visits
from gateway.lists import Listing, listed
from gateway.logins import Logins, Secrets
from gateway.sessions import Sessions, login_required
from gateway.shapes import SESSIONS
from gateway.viewers import Viewer
from gateway.visits import Visit

__all__ = ["refuse_foreign", "routes", "session_routes"]


class Credentials(BaseModel):
    """A local account."""

    username: str = Field(min_length=1, max_length=80)
    password: SecretStr = Field(min_length=1, max_length=200)
    code: SecretStr = Field(SecretStr(""), max_length=40, description="Of the second factor, where there is one")


class Again(BaseModel):
    """The same person, once more."""

    password: SecretStr = Field(min_length=1, max_length=200, description="Or a code of the second factor")


def routes(logins: Logins, door: Door) -> APIRouter:
    """Login, logout, lock, me."""
    router = APIRouter(prefix="/v1", tags=["session"])

    @router.post("/login", response_model=Token)
    async def login(credentials: Credentials, request: Request, response: Response) -> dict[str, Any]:
        """Log in with a local account. A wrong name takes as long, and answers the same, as a wrong password."""
        refuse_foreign(request)
        secrets = (credentials.password.get_secret_value(), credentials.code.get_secret_value())
        given = Secrets(credentials.username, *secrets)
        viewer, token = await logins.login(request, given, "program")
        logins.remember(response, viewer, token)
        return {**_me(viewer), "token": token}

    @router.post("/logout", status_code=204)
    async def logout(viewer: Annotated[Viewer, Depends(door.viewer)], response: Response) -> None:
        """End the session, and forget the console's cookie."""
        await logins.sessions.end(viewer.session)
        logins.forget(response)

    @router.post("/lock", status_code=204)
    async def lock(viewer: Annotated[Viewer, Depends(door.viewer)]) -> None:
        """Lock the session: it answers 401 `session_locked` until it is unlocked."""
        await logins.sessions.lock(viewer.session)

    @router.post("/unlock", status_code=204)
    async def unlock(again: Again, request: Request) -> None:
        """Let the person of a locked session on, by the cookie or the token of that session."""
        refuse_foreign(request)
        viewer = door.holder(request)
        if viewer is None:
            raise login_required()
        await logins.unlock(request, viewer, again.password.get_secret_value())

    @router.get("/me", response_model=Me)
    async def me(viewer: Annotated[Viewer, Depends(door.viewer)]) -> dict[str, str]:
        """Who is logged in, and until when."""
        return _me(viewer)

    return router


def session_routes(sessions: Sessions, door: Door) -> APIRouter:
    """Where one is logged in."""
    router = APIRouter(prefix="/v1/sessions", tags=["session"])

    @router.get("", response_model=Items)
    async def page(
        visit: Annotated[Visit, Depends(visits(door))],
        page: Annotated[Listing, listed(SESSIONS)],
        account: Annotated[str | None, Query(max_length=80, description="An administrator may name another")] = None,
    ) -> Any:
        """Your sessions that are not over; an administrator sees everybody's."""
        found = await sessions.page(visit, page.asked, account)
        return page.told(found.items, found.next)

    @router.post("/{session}/revoke", status_code=204)
    async def revoke(visit: Annotated[Visit, Depends(visits(door))], session: Opaque) -> None:
        """End a session of your own, or, as an administrator, anybody's. It holds everywhere within two seconds."""
        await sessions.revoke(visit, session)

    return router


def refuse_foreign(request: Request) -> None:
    """Raises Problem 403 where a browser says that another site's page sends this."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Problem(403, "foreign_page", id="Permintaan dari situs lain ditolak.", en="Refused: another site's page.")


def _me(viewer: Viewer) -> dict[str, str]:
    return {
        "account": viewer.account,
        "name": viewer.name,
        "role": viewer.role.value,
        "agency": viewer.agency,
        "until": viewer.until.isoformat(),
    }
