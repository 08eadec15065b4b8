"""Officers who work on cases while everything is killed: they try again until they are told what came of it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
from whole_system import WholeSystem

Case = dict[str, Any]
PAUSE, THOUGHT, PATIENCE = 0.5, 0.7, 150
PRECONDITION_FAILED = 412
ACCOUNTS = ("operator", "supervisor", "polisi")


class Away(Exception):
    """Nobody said what became of a step."""


@dataclass
class Officer:
    """One account at the gateway."""

    client: httpx.AsyncClient
    account: dict[str, str]
    token: str = ""

    async def call(self, method: str, path: str, body: Any = None, revision: int | None = None) -> httpx.Response:
        """An answer, of whatever kind. Raises Away."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"if-match": f'"{revision}"'} if revision else {}
        try:
            answer = await self.client.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise Away from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Away
        return answer

    async def enter(self) -> None:
        credentials = {name: self.account[name] for name in ("username", "password")}
        self.token = (await self._insist("POST", "/v1/login", credentials))["token"]

    async def get(self, path: str) -> Any:
        """Read again and again until there is an answer."""
        return await self._insist("GET", path)

    async def _insist(self, method: str, path: str, body: Any = None) -> Any:
        while True:
            try:
                return (await self.call(method, path, body)).raise_for_status().json()
            except Away:
                await asyncio.sleep(PAUSE)


@dataclass
class Work:
    """`told` holds each case as an officer was last told of it. `asking` counts the officers who wait for an answer,
    `done` the steps that were answered, `asked_again` those that were not.
    """

    officers: dict[str, Officer]
    told: dict[str, Case] = field(default_factory=dict)
    asking: int = 0
    done: int = 0
    asked_again: int = 0
    over: bool = False

    async def enter(self) -> None:
        for officer in self.officers.values():
            await officer.enter()

    async def on(self, people: Iterable[str], *, to_the_end: bool) -> None:
        """One case after the other, handed to the police and back; closed, or left with the police."""
        for person in people:
            case = await self.opened(person)
            case = await self.step(case, "operator", "note", text="Ditanyakan ke hotel.")
            case = await self.step(case, "operator", "offer", agency="polres", reason="Ada di wilayah.")
            case = await self.step(case, "polisi", "accept")
            if not to_the_end:
                continue
            case = await self.step(case, "polisi", "offer", agency="imigrasi", reason="Selesai di sini.")
            case = await self.step(case, "operator", "accept")
            await self.closed(case)

    async def opened(self, person: str) -> Case:
        """Whoever was not answered sends the same wish again: it opens no second case."""
        wanted = {"groups": [{"kind": "person", "id": person}], "once": f"about-{person}"}
        answer, _ = await self._until_told(self.officers["operator"], "/v1/cases", wanted)
        return self._note(answer.raise_for_status().json())

    async def step(self, case: Case, who: str, name: str, **fields: Any) -> Case:
        """A step on what was last seen. Nobody else works on the case: one revision more is this step."""
        officer, path = self.officers[who], f"/v1/cases/{case['id']}/steps"
        answer, asked_again = await self._until_told(officer, path, {"step": name, **fields}, case["revision"])
        if answer.status_code == PRECONDITION_FAILED and asked_again:
            seen = await self.holder(case["id"])
            assert seen["revision"] == case["revision"] + 1
            return self._note(seen)
        return self._note(answer.raise_for_status().json())

    async def _until_told(
        self, officer: Officer, path: str, body: Any, revision: int | None = None
    ) -> tuple[httpx.Response, int]:
        """The first answer, and how often it was asked for again."""
        asked_again = 0
        await asyncio.sleep(THOUGHT)
        while True:
            try:
                self.asking += 1
                return await officer.call("POST", path, body, revision), asked_again
            except Away:
                asked_again += 1
                self.asked_again += 1
            finally:
                self.asking -= 1
            await asyncio.sleep(PAUSE)

    async def closed(self, case: Case) -> Case:
        live = [row for row in case["alerts"] if row["state"] in ("open", "acknowledged", "in_review")]
        verdicts = [{"alert": row["id"], "revision": row["revision"], "code": "late_report"} for row in live]
        ending = {"outcome": "left", "reason": "Telah keluar.", "verdicts": verdicts}
        return await self.step(case, "supervisor", "close", **ending)

    async def holder(self, id: str) -> Case:
        """The case as one of those sees it whom it concerns now."""
        while True:
            for who in ("operator", "polisi"):
                try:
                    answer = await self.officers[who].call("GET", f"/v1/cases/{id}")
                except Away:
                    break
                if answer.is_success:
                    return dict(answer.json())
            await asyncio.sleep(PAUSE)

    def _note(self, case: Case) -> Case:
        self.done += 1
        self.told[case["id"]] = case
        return case


async def people_with_a_question(work: Work, many: int) -> list[str]:
    """So many persons who slept here after the end of their stay: their alerts change no more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = (await work.officers["operator"].get("/v1/alerts?rule=R02b&state=open&limit=200"))["items"]
            found = sorted({row["subject"]["id"] for row in rows})
            if len(found) >= many:
                return found[:many]
            await asyncio.sleep(PAUSE)


async def work_on_cases(work: Work, many: int, hands: int) -> None:
    """Open, hand over and close cases with several hands at once; every third is left with the police."""
    await work.enter()
    people = await people_with_a_question(work, many)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as together:
        for hand in range(hands):
            mine = people[hand::hands]
            together.create_task(work.on(mine, to_the_end=hand % 3 != 2))
    work.over = True


def at_work(system: WholeSystem, client: httpx.AsyncClient) -> Work:
    return Work({name: Officer(client, system.account(name)) for name in ACCOUNTS})
