"""The checklist of going live: looked through before the gateway opens, and shown to those who answer for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem, Unavailable
from chassis.log import log
from chassis.signed import unsigned
from contracts.agencies import Agency
from gateway.accounts import Accounts, read_accounts
from gateway.going_live import Checked, FaultyFile, Grounds, NotLive, check, read_papers, read_rota, unmet
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.settings import GatewaySettings
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["Checklist"]

AtRest = Mapping[str, tuple[Role, str] | None]
"""Role and name of each account; none of one that is switched off."""


@dataclass(frozen=True)
class Checklist:
    """Reads its files each time: what was handed in is seen at once."""

    settings: GatewaySettings
    agencies: Sequence[Agency]
    accounts: Accounts
    peers: Peers
    now: Callable[[], datetime]

    async def insist(self) -> None:
        """Nothing in practice, or where all is there. Raises NotLive, FaultyFile or Unavailable."""
        if self.settings.mode != "live":
            return
        log.warning("tables_unsigned", tables=unsigned("gateway"))
        try:
            missing = unmet(await self._points())
        except Unavailable:
            # What can be told without the database is told; without it nothing opens.
            if missing := unmet(self._checked({})):
                raise NotLive(missing) from None
            raise
        if missing:
            raise NotLive(missing)

    async def page(self, visit: Visit) -> dict[str, Any]:
        """Each point, and the tables nobody signed; `unsigned` is none of a part that cannot be asked now.

        Raises Problem 403, and 500 `faulty_file`.
        """
        require(visit.role, Action.READ_CHECKLIST, visit.purpose.kind)
        try:
            points = await self._points()
        except FaultyFile as error:
            raise Problem(
                500, "faulty_file", id="Berkas live.yaml tidak terbaca.", en="The file live.yaml cannot be read."
            ) from error
        return {
            "mode": self.settings.mode,
            "ready": not unmet(points),
            "points": [{"point": one.point.value, "done": one.done, "missing": one.missing} for one in points],
            "unsigned": {part: await self._unsigned(part, visit) for part in ("gateway", Part.REGISTRY, Part.ALERTS)},
        }

    async def _points(self) -> list[Checked]:
        rows = await self.accounts.rows()
        off = {row["_id"] for row in rows if row.get("disabled")}
        at_rest = {row["_id"]: (Role(row["role"]), row["name"]) for row in rows}
        return self._checked({**at_rest, **dict.fromkeys(off)})

    def _checked(self, at_rest: AtRest) -> list[Checked]:
        file = self.settings.live_file
        papers = read_papers(file)
        first = {row.username: (row.role, row.name) for row in read_accounts(self.settings.accounts_file)}
        return check(
            Grounds(
                papers=papers,
                rota=read_rota(file, papers),
                agencies=[agency.code for agency in self.agencies],
                # Whoever is at rest already stays as they are; the file's others are made at the start.
                accounts={name: told for name, told in {**first, **at_rest}.items() if told},
                secure_cookie=self.settings.secure_cookie,
                now=self.now(),
            )
        )

    async def _unsigned(self, part: str, visit: Visit) -> list[str] | None:
        if not isinstance(part, Part):
            return unsigned(part)
        try:
            answer: dict[str, list[str]] = await self.peers.ask(Call(part, "GET", "/tables/unsigned"), visit)
        except Problem:  # shown as unknown
            return None
        return answer["items"]
