"""The own second factor and password: each step asks for proof, counted like a login, and is on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.logins import Logins
from gateway.purpose import NO_PURPOSE
from gateway.viewers import Role, Viewer
from gateway.visits import Visit

__all__ = ["Enrolments"]


@dataclass(frozen=True)
class Enrolments:
    """Of people; a system has a key. Its methods raise Problem, or Unavailable."""

    logins: Logins
    audit: Audit
    now: Callable[[], datetime]

    async def told(self, viewer: Viewer) -> dict[str, Any]:
        """What there is."""
        _person(viewer)
        return await self.logins.factors.told(viewer.account, viewer.role)

    async def begin(self, request: Request, viewer: Viewer, password: str) -> dict[str, str]:
        """A new secret. Raises Problem 401 for a wrong password, 409 where there is a factor."""
        _person(viewer)
        await self.logins.again(request, viewer, password)
        return await self.logins.factors.begin(viewer.account)

    async def prove(self, request: Request, viewer: Viewer, code: str) -> list[str]:
        """The printed codes. All other sessions end: whoever had one proved less."""
        _person(viewer)
        async with self.logins.attempt(request, viewer.account):
            await self.logins.factors.arrived(viewer.account, code)
        await self._record(request, viewer, "second_factor.prove")
        codes = await self.logins.factors.prove(viewer.account)
        await self.logins.sessions.lift(viewer.session, "second_factor")
        await self.logins.sessions.end_all(viewer.account, but=viewer.session)
        return codes

    async def reprint(self, request: Request, viewer: Viewer, code: str) -> list[str]:
        """New printed codes. Raises Problem 401, or 409 where there is no factor."""
        await self._given(request, viewer, code)
        await self._record(request, viewer, "second_factor.codes")
        return await self.logins.factors.reprint(viewer.account)

    async def remove(self, request: Request, viewer: Viewer, code: str) -> None:
        """Raises Problem 403 `second_factor_needed` for a role that has to have one."""
        if (await self.told(viewer))["required"]:
            raise Problem(
                403, "second_factor_needed", id="Peran Anda wajib memakainya.", en="Your role has to have one."
            )
        await self._given(request, viewer, code)
        await self._record(request, viewer, "second_factor.remove")
        await self.logins.factors.remove(viewer.account)

    async def change_password(self, request: Request, viewer: Viewer, given: tuple[str, str]) -> None:
        """The one so far, and the new one. All other sessions end. Raises Problem 401, or 422 for the same again."""
        _person(viewer)
        old, new = given
        await self.logins.again(request, viewer, old)
        if new == old or viewer.account in new:
            raise Problem(422, "weak_password", id="Pilih kata sandi lain.", en="Choose another password.")
        await self._record(request, viewer, "password.change")
        await self.logins.accounts.set_password(viewer.account, new, first=False)
        await self.logins.sessions.lift(viewer.session, "password")
        await self.logins.sessions.end_all(viewer.account, but=viewer.session)

    async def _given(self, request: Request, viewer: Viewer, code: str) -> None:
        if (await self.told(viewer))["proved_at"] is None:
            raise Problem(409, "no_second_factor", id="Belum ada faktor kedua.", en="There is no second factor.")
        async with self.logins.attempt(request, viewer.account):
            await self.logins.factors.require(viewer.account, code)

    async def _record(self, request: Request, viewer: Viewer, action: str) -> None:
        visit = Visit(viewer, NO_PURPOSE, request.state.trace)
        await self.audit.record(Read(visit, action, [viewer.account]), self.now())


def _person(viewer: Viewer) -> None:
    if viewer.role is Role.AGENCY_SYSTEM:
        raise Problem(403, "not_allowed", id="Hanya untuk orang.", en="For persons only.")
