"""Two gateways at once: nothing that matters is in the memory of one. And what is away takes nothing else along."""

from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from gateway_stand import until_ready
from listening import Listener, listening

from chassis.run import running
from gateway.app import build
from gateway.evidence import inspect_audit, sealing
from gateway.settings import GatewaySettings

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WHY = {"person": "person-1", "reason": "Korban dapat dipindahkan malam ini."}


@asynccontextmanager
async def another(stand):
    """A second gateway over the same database, broker and Redis."""
    async with running(GatewaySettings(**stand.settings), build) as (url, working):
        await until_ready(url, working)
        yield url


@asynccontextmanager
async def both(stand, account, **headers):
    """The same officer at both doors; logged in at the first."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(another(stand))
        first = await stack.enter_async_context(await stand.client(account, **headers))
        second = httpx.AsyncClient(base_url=url, headers=dict(first.headers), timeout=20)
        yield first, await stack.enter_async_context(second)


async def test_what_was_begun_at_one_door_goes_on_at_the_other(stand):
    async with both(stand, "operator") as (first, second):
        made = (await first.post("/v1/emergencies", json=WHY)).json()
        purpose = {"tapal-purpose": f"emergency:{made['id']}"}
        assert (await second.get("/v1/persons/person-1", headers=purpose)).status_code == 200
        left = [_left(await door.get("/v1/sources")) for door in (first, second)]
        # The first may have been counted some ahead.
        assert left[1] < left[0]


def _left(answer):
    return int(answer.headers["ratelimit"].split(";r=")[1].split(";")[0])


async def test_the_records_of_both_doors_are_one_chain(stand):
    async with both(stand, "operator", **{"tapal-purpose": "alert:alert-1"}) as (first, second):
        for _ in range(3):
            for door in (first, second):
                assert (await door.get("/v1/persons/person-1")).status_code == 200
        for _ in range(2):
            await sealing(stand.database, lambda: datetime.now(UTC))()
    chain, _ = await inspect_audit(stand.database, {}, datetime.now(UTC))
    assert (chain.entries, chain.unsealed, chain.findings) == (6, 0, [])


async def test_a_change_is_told_at_both_doors_whoever_took_it_from_the_bus(stand):
    async with both(stand, "operator") as (first, second), listening(first) as one, listening(second) as other:
        listeners = [Listener(one), Listener(other)]
        for listener in listeners:
            await listener.next()
        for revision in (2, 3):
            await stand.announce(id="alert-1", revision=revision)
        for listener in listeners:
            assert [(await listener.next())[2]["revision"] for _ in range(2)] == [2, 3]


ASKED = {
    "registry": ("operator", "/v1/persons/person-1", "alert:alert-1"),
    "alerts": ("operator", "/v1/alerts", ""),
    "reports": ("supervisor", "/v1/reports/presence", ""),
    "protection": ("perlindungan", "/v1/protection/tasks", ""),
}


@pytest.mark.parametrize("away", ASKED)
async def test_what_is_away_says_so_and_everything_else_goes_on(stand, away):
    stand.world.away.add(away)
    for part, (account, path, purpose) in ASKED.items():
        answer = await stand.get(path, account, **({"tapal_purpose": purpose} if purpose else {}))
        # Whether an alert is a reason to look at somebody is for the alerts to say.
        if away in (part, "alerts" if part == "registry" else part):
            assert (answer.status_code, answer.json()["code"]) == (503, "part_unavailable")
            assert answer.json()["part"] in (away, f"alerts-{away}")
            assert int(answer.headers["retry-after"]) > 0
        else:
            assert answer.status_code == 200, (part, answer.text)
