"""How much one caller may ask, and that a call that is sent again does its work once."""

import asyncio

import pytest
from starlette.requests import Request

from chassis.errors import Problem
from gateway.rates import AHEAD_SECONDS, Rates, RatesSettings

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
WHY = {"person": "person-1", "reason": "Korban dapat dipindahkan malam ini."}


def request():
    return Request({"type": "http", "headers": []})


@pytest.fixture
def redis_of(stand):
    known = stand.redis.connection_pool.connection_kwargs
    return f"redis://:{known.get('password') or ''}@{known['host']}:{known['port']}/{known['db']}"


@pytest.fixture
async def nothing_ahead():
    """What earlier tests were counted ahead is forgotten."""
    await asyncio.sleep(AHEAD_SECONDS)


@pytest.mark.usefixtures("nothing_ahead")
async def test_every_answer_says_how_much_is_left(stand):
    first, second = [await stand.get("/v1/sources", "operator") for _ in range(2)]
    assert first.headers["ratelimit-policy"] == '"account";q=1200;w=60'
    left = [int(answer.headers["ratelimit"].split(";r=")[1].split(";")[0]) for answer in (first, second)]
    assert left == [1199, 1198]


@pytest.mark.usefixtures("nothing_ahead")
async def test_who_asks_too_much_waits_and_nobody_else_does(stand, redis_of):
    used = Rates(redis_of, RatesSettings())
    await used.spend(request(), "account", "operator", 1200)
    answer = await stand.get("/v1/sources", "operator")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (429, "too_many_requests", "account")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await stand.get("/v1/sources", "supervisor")).status_code == 200


@pytest.mark.usefixtures("nothing_ahead")
async def test_events_are_counted_by_source_and_by_agency(stand, redis_of):
    used = Rates(redis_of, RatesSettings())
    await used.spend(request(), "agency", "polres", 12000)
    headers = {"authorization": "Bearer key-polres", "content-type": "application/cloudevents+json"}
    async with await stand.client() as client:
        answer = await client.post("/v1/events", content=b'{"id":"1","source":"/polres/spkt"}', headers=headers)
    assert (answer.status_code, answer.json()["limit"]) == (429, "agency")
    policies = answer.headers["ratelimit-policy"]
    assert ('"source";q=6000' in policies, '"agency";q=12000' in policies) == (True, True)


async def test_counts_are_shared_by_all_replicas(redis_of):
    one, other = (Rates(redis_of, RatesSettings(account=10)) for _ in range(2))
    await asyncio.gather(*(rates.spend(request(), "account", "x", 5) for rates in (one, other)))
    with pytest.raises(Problem) as caught:
        await one.spend(request(), "account", "x")
    assert caught.value.status == 429


@pytest.mark.parametrize("together", [1, 7])
async def test_who_is_counted_ahead_gets_no_more_than_the_limit_and_nearly_all_of_it(redis_of, together):
    replicas = [Rates(redis_of, RatesSettings(account=1000)) for _ in range(2)]

    async def ask(rates):
        try:
            await rates.spend(request(), "account", "y")
        except Problem:
            return 0
        return 1

    given = 0
    for _ in range(0, 1200, 2 * together):
        given += sum(await asyncio.gather(*(ask(rates) for rates in replicas * together)))
    # Each replica may hold a hundredth that nobody came for.
    assert 1000 - 2 * 10 <= given <= 1000


async def test_of_what_was_counted_ahead_the_next_requests_are_told(redis_of):
    rates, told = Rates(redis_of, RatesSettings(account=1000)), []
    for _ in range(20):
        asked = request()
        await rates.spend(asked, "account", "z")
        told.append(int(asked.scope["rates"]["account"][1].split(";r=")[1].split(";")[0]))
    assert told == list(range(999, 979, -1))


async def test_without_redis_nobody_is_shut_out():
    await Rates("redis://127.0.0.1:1/0", RatesSettings(account=1)).spend(request(), "account", "x", 1)


async def test_redis_that_never_answers_is_waited_for_once():
    tried = []

    async def hang(reader, writer):
        tried.append(await reader.read(1))
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        rates = Rates(f"redis://127.0.0.1:{port}/0", RatesSettings(account=1))
        await rates.spend(request(), "account", "x")
        waited_for = len(tried)
        for name in "xxyz":
            await rates.spend(request(), "account", name)
        assert len(tried) == waited_for >= 1


async def test_an_emergency_that_is_declared_twice_is_one(stand):
    key = {"idempotency_key": "tablet-7/1"}
    answers = [await stand.post("/v1/emergencies", "operator", WHY, **key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    other = await stand.post("/v1/emergencies", "supervisor", WHY, **key)
    assert other.json()["id"] != answers[0].json()["id"]
    assert await stand.database.emergencies.count_documents({}) == 2
    assert len([row for row in await stand.audit() if row["action"] == "emergencies.begin"]) == 2


async def test_a_wish_that_is_sent_again_is_one_and_keeps_its_answer(stand):
    key, wish = {"idempotency_key": "a"}, {"order_no": "SP-1/2026", "reason": "Rapat."}
    first = (await stand.post("/v1/exports", "supervisor", wish, **key)).json()
    await stand.post(f"/v1/consents/{first['id']}/answer", "dpo", {"allowed": True})
    again = (await stand.post("/v1/exports", "supervisor", wish, **key)).json()
    assert (again["id"], again["state"]) == (first["id"], "allowed")


async def test_a_case_that_is_opened_twice_is_one(stand):
    body = {"groups": [{"kind": "person", "id": "person-3"}]}
    headers = {"tapal_purpose": "order:SP-12/2026", "idempotency_key": "k"}
    first, second = [(await stand.post("/v1/cases", "operator", body, **headers)).json()["id"] for _ in range(2)]
    assert first == second


@pytest.mark.parametrize("key", ["x" * 201, "dua kata"])
async def test_a_key_that_is_none_is_refused(stand, key):
    assert (await stand.post("/v1/emergencies", "operator", WHY, idempotency_key=key)).status_code == 422


async def test_the_team_and_the_stays_of_a_person(stand):
    team = {one["code"]: one for one in (await stand.get("/v1/agencies", "polisi")).json()["items"]}
    assert team["polres"]["sees"]
    assert team["phri-kh"]["sees"] == []
    stays = await stand.get("/v1/persons/person-1/stays", "operator", tapal_purpose="alert:alert-1")
    assert [stay["post"] for stay in stays.json()["items"]] == ["BADAU"]
    assert (await stand.get("/v1/persons/person-1/stays", "operator")).status_code == 403
