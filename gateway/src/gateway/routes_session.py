"""/v1: logging in and out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from chassis.errors import Problem
from gateway.accounts import Accounts, Attempts
from gateway.answers import Me, Token
from gateway.door import COOKIE, Door
from gateway.tokens import LIFETIME, Tokens
from gateway.viewers import Viewer

__all__ = ["Logins", "routes"]


class Credentials(BaseModel):
    """A local account."""

    username: str = Field(min_length=1, max_length=80)
    password: SecretStr = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class Logins:
    """Logs people in."""

    accounts: Accounts
    attempts: Attempts
    tokens: Tokens
    now: Callable[[], datetime]
    secure_cookie: bool

    async def login(self, username: str, password: str) -> tuple[Viewer, str]:
        """The person and a token. Raises Problem 401 for a wrong name or password alike, 429 after many."""
        await self.attempts.check(username)
        viewer = await self.accounts.verified(username, password, self.now())
        if viewer is None:
            await self.attempts.failed(username)
            raise Problem(
                401, "wrong_login", id="Nama pengguna atau kata sandi salah.", en="Wrong user name or password."
            )
        return viewer, self.tokens.issue(viewer, self.now())

    def remember(self, response: Response, token: str) -> None:
        """Set the console's cookie: no script can read it, no foreign page can send it."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self.secure_cookie,
        )


def routes(logins: Logins, door: Door) -> APIRouter:
    """Login, logout, me."""
    router = APIRouter(prefix="/v1", tags=["session"])

    @router.post("/login", response_model=Token)
    async def login(credentials: Credentials, request: Request, response: Response) -> dict[str, Any]:
        """Log in with a local account. A wrong name takes as long, and answers the same, as a wrong password."""
        refuse_foreign(request)
        viewer, token = await logins.login(credentials.username, credentials.password.get_secret_value())
        logins.remember(response, token)
        return {**_me(viewer), "token": token}

    @router.post("/logout", status_code=204)
    async def logout(viewer: Annotated[Viewer, Depends(door.viewer)], response: Response) -> None:
        """Forget the console's cookie."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    @router.get("/me", response_model=Me)
    async def me(viewer: Annotated[Viewer, Depends(door.viewer)]) -> dict[str, str]:
        """Who is logged in, and until when."""
        return _me(viewer)

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
