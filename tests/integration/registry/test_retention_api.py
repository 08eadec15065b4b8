"""What the data-protection officer asks the registry for: holds, proofs, and all that is held of one person."""

import httpx
import pytest
from alerts_stand import write_keys
from fastapi import FastAPI
from synthetic import HASHER, entry, leaving, night, passport

from chassis.http import create_app
from chassis.statement import Actor, Verifier, read_ed25519
from registry.api_retention import retention_routes
from registry.erasing import Order
from registry.legal_hold_desk import LegalHolds

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

AMIR = passport("A7654321", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")


class Desk:
    """Calls as the gateway would, in somebody's name."""

    def __init__(self, stand, folder):
        self.signer = write_keys(folder)
        verifier = Verifier(read_ed25519(folder / "public.pem"))
        app: FastAPI = create_app("registry", "0", {})
        holds = LegalHolds(stand.store, HASHER, stand.erasing.outbox, stand.later)
        app.include_router(retention_routes(stand.queries, holds, stand.sweep, verifier))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry")

    async def call(self, method, path, role="data_protection_officer", **body):
        statement = self.signer.statement(Actor("dpo", role, "imigrasi", "order:1"), method, path)
        return await self.client.request(method, path, headers={"tapal-statement": statement}, **body)


@pytest.fixture
def desk(stand, tmp_path):
    return Desk(stand, tmp_path)


async def test_everything_held_about_one_person_in_one_answer(stand, desk):
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 2), leaving(AMIR, 9))
    person = await stand.find("A7654321")
    shown = (await desk.call("GET", f"/persons/{person}/everything")).json()
    assert shown["dossier"]["name"] == "Amir bin Sintetis"
    assert sorted(one["kind"] for one in shown["events"]) == ["crossing", "crossing", "lodging"]
    assert all(one["raw"]["data"]["person"] == AMIR for one in shown["events"])
    assert person in shown["ids"]
    assert (shown["told"], shown["erased"]) == (["reports"], [])


async def test_holds_are_set_listed_and_lifted_and_proofs_told(stand, desk):
    await stand.receive(entry(AMIR, 0, 29))
    person = await stand.find("A7654321")
    order = {"json": {"order_no": "SP-1", "reason": "Perkara"}}
    hold = (await desk.call("POST", f"/persons/{person}/legal-holds", **order)).json()["id"]
    [listed] = (await desk.call("GET", "/legal-holds")).json()["items"]
    assert (listed["id"], listed["on"]) == (hold, True)
    assert not await stand.erasing(lambda _: Order("test"), person)
    assert (await desk.call("POST", f"/legal-holds/{hold}/lift", **order)).status_code == 200
    assert (await desk.call("POST", f"/legal-holds/{hold}/lift", **order)).status_code == 409
    assert await stand.erasing(lambda _: Order("test"), person)
    [proof] = (await desk.call("GET", "/erasures")).json()["items"]
    assert (proof["rule"], proof["person"], proof["entries"]) == ("test", person, 1)
    assert (await desk.call("GET", f"/persons/{person}/everything")).status_code == 410
    assert (await desk.call("GET", "/erasures/upcoming")).json() == {"items": []}


@pytest.mark.parametrize("role", ["operator", "supervisor", "administrator", "protection_officer"])
async def test_nobody_else_is_let_in(desk, role):
    for path in ("/legal-holds", "/erasures", "/erasures/upcoming", "/persons/p/everything"):
        assert (await desk.call("GET", path, role)).status_code == 403


async def test_a_hold_sent_again_under_one_name_is_one_hold_and_one_entry(stand, desk):
    await stand.receive(entry(AMIR, 0, 29))
    person = await stand.find("A7654321")
    order = {"order_no": "SP-1", "reason": "Perkara"}
    path = f"/persons/{person}/legal-holds"
    made = [(await desk.call("POST", path, json={**order, "once": once})).json()["id"] for once in ("a", "a", "b")]
    assert (made[0] == made[1], made[0] == made[2]) == (True, False)
    assert len((await desk.call("GET", "/legal-holds")).json()["items"]) == 2
    await desk.call("POST", f"/legal-holds/{made[0]}/lift", json=order)
    late = (await desk.call("POST", path, json={**order, "once": "a"})).json()["id"]
    held = {row["id"]: row["on"] for row in (await desk.call("GET", "/legal-holds")).json()["items"]}
    assert (late, held) == (made[0], {made[0]: False, made[2]: True})
