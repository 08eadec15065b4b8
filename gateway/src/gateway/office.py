"""What the team asks besides persons and alerts: quarantine, sources, rules, counts, reports, the audit log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.listing import Page
from contracts.agencies import Agency
from gateway.audit import Audit, Read
from gateway.own import own_sources
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, may_ever, require
from gateway.remit import figures_of
from gateway.viewers import Role
from gateway.visits import Visit

__all__ = ["Office"]

# Everything is read and sent: longer than any other question.
LONG = 1800.0


@dataclass(frozen=True)
class Office:
    """Questions of the office. All raise Problem."""

    peers: Peers
    audit: Audit
    agencies: Sequence[Agency]
    now: Callable[[], datetime]

    async def quarantine(self, visit: Visit, asked: Mapping[str, str | int]) -> Page[dict[str, Any]]:
        """Refused events: of the own agency as they were sent; for an administrator all, without what they say."""
        require(visit.role, Action.READ_QUARANTINE, visit.purpose.kind)
        everything = may_ever(visit.role, Action.READ_ALL_QUARANTINE)
        query = {**asked} if everything else {**asked, "agency": visit.viewer.agency}
        answer = await self.peers.ask(Call(Part.REGISTRY, "GET", "/quarantine", query), visit)
        items: list[dict[str, Any]] = answer["items"]
        if everything:
            return Page([{**item, "raw": None} for item in items], answer["next"])
        if items:
            await self._record(visit, Action.READ_QUARANTINE, [str(item["id"]) for item in items])
        return Page(items, answer["next"])

    async def sources(self, visit: Visit) -> Any:
        """How far each source is heard and covered: where something may be missing. To a reporter, the own ones."""
        require(visit.role, Action.READ_SOURCES, visit.purpose.kind)
        found = await self.peers.ask(Call(Part.ALERTS, "GET", "/sources"), visit)
        if visit.role is not Role.REPORTER:
            return found
        # Where nobody watches the border is nothing for a reception.
        own = {f"{visit.viewer.agency}/{one.code}" for one in own_sources(self._by_code, visit.viewer)}
        return [row for row in found if f"{row['agency']}/{row['source']}" in own]

    def team(self, visit: Visit) -> list[dict[str, Any]]:
        """The agencies of the team: what each may send, from where, and what it sees. To a reporter, the own one."""
        require(visit.role, Action.READ_SOURCES, visit.purpose.kind)
        own = visit.role is Role.REPORTER
        found = [one for one in self.agencies if not own or one.code == visit.viewer.agency]
        return [agency.model_dump(mode="json") for agency in found]

    async def scorecards(self, visit: Visit) -> list[Any]:
        """How each source is doing: a system and a reporter see their own, the team all."""
        require(visit.role, Action.READ_SCORECARDS, visit.purpose.kind)
        query: dict[str, str | int] = {}
        if visit.role in (Role.AGENCY_SYSTEM, Role.REPORTER):
            query["agency"] = visit.viewer.agency
        if visit.viewer.source:
            query["source"] = visit.viewer.source
        answer = await self.peers.ask(Call(Part.REGISTRY, "GET", "/sources/scorecards", query), visit)
        items: list[Any] = answer["items"]
        return items

    async def rules(self, visit: Visit) -> Any:
        """The rules in force, with their legal reference and wording."""
        require(visit.role, Action.READ_RULES, visit.purpose.kind)
        return await self.peers.ask(Call(Part.ALERTS, "GET", "/rules"), visit)

    async def figures(self, visit: Visit) -> dict[str, Any]:
        """What became of each rule's alerts, with the rate of those that people dismissed."""
        require(visit.role, Action.READ_RULES, visit.purpose.kind)
        answer: dict[str, Any] = await self.peers.ask(Call(Part.ALERTS, "GET", "/rules/figures"), visit)
        return answer

    async def counts(self, visit: Visit, begin: str, to: str) -> Any:
        """Citizens' crossings, counted and never stored."""
        self._figures(visit, "counts")
        return (await self.peers.ask(Call(Part.REGISTRY, "GET", "/counts", {"from": begin, "to": to}), visit))["items"]

    async def report(self, visit: Visit, name: str) -> Any:
        """A report by name: presence or alerts, of what the viewer's agency is about, or of the whole team."""
        return await self.peers.ask(Call(Part.REPORTS, "GET", f"/{name}", self._figures(visit, name)), visit)

    @property
    def _by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def _figures(self, visit: Visit, name: str) -> dict[str, str]:
        """What limits a report. Raises Problem 403."""
        require(visit.role, Action.READ_REPORTS, visit.purpose.kind)
        if not may_ever(visit.role, Action.READ_ALL_REPORTS):
            return figures_of(name, next(one for one in self.agencies if one.code == visit.viewer.agency))
        watches = name == "alerts" and may_ever(visit.role, Action.WATCH_READERS)
        return {"readers": "true"} if watches else {}

    async def reannounce(self, visit: Visit) -> Any:
        """Let the registry announce everything again, so that alerts and reports can be rebuilt."""
        require(visit.role, Action.REANNOUNCE, visit.purpose.kind)
        return await self.peers.ask(Call(Part.REGISTRY, "POST", "/reannounce", seconds=LONG), visit)

    async def rebuild(self, visit: Visit) -> dict[str, Any]:
        """Let alerts and reports forget what follows from announcements, and announce everything again."""
        require(visit.role, Action.REANNOUNCE, visit.purpose.kind)
        alerts = await self.peers.ask(Call(Part.ALERTS, "POST", "/rebuild", seconds=LONG), visit)
        reports = await self.peers.ask(Call(Part.REPORTS, "POST", "/rebuild", seconds=LONG), visit)
        run = {"run": alerts["run"]}
        announced = await self.peers.ask(Call(Part.REGISTRY, "POST", "/reannounce", run, seconds=LONG), visit)
        return {"alerts": alerts, "reports": reports, "announced": announced}

    async def _record(self, visit: Visit, action: Action, ids: list[str]) -> None:
        await self.audit.record(Read(visit, action, ids), self.now())
