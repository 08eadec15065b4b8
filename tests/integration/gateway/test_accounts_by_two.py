"""In live mode an account of more than an officer takes a second person; in practice an administrator does it alone."""

import asyncio

import httpx
import pytest
from gateway_stand import write_papers

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
NEW = {"username": "baru", "name": "Contoh baru", "role": "supervisor", "agency": "polres"}
WISH = {"role": "supervisor", "agency": "polres", "reason": "Surat tugas kepala unit."}


@pytest.fixture(autouse=True)
async def nobody_new(stand):
    yield
    await stand.database.accounts.delete_many({"_id": "baru"})


@pytest.fixture
async def live(stand, tmp_path):
    """Calls a replica in live mode as somebody who logged in before: `call(account, method, path, body)`."""
    office = {"en": "Office", "id": "Kantor"}
    oidc = {
        "issuer": "https://office.example",
        "client_id": "tapal",
        "public_url": "https://tapal.example",
        "label": office,
    }
    async with (
        stand.another(**write_papers(tmp_path), oidc=oidc) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):

        async def call(account, method, path, body=None, revision=None):
            async with await stand.client(account) as known:
                headers = {"authorization": known.headers["authorization"]}
            headers |= {"if-match": f'"{revision}"'} if revision else {}
            return await client.request(method, path, json=body, headers=headers)

        yield call


async def agreed(live, account="dpo", **wish):
    asked = (await live("admin", "POST", "/v1/accounts/baru/consent", {**WISH, **wish})).json()
    answer = await live(account, "POST", f"/v1/consents/{asked['id']}/answer", {"allowed": True})
    assert answer.json()["state"] == "allowed", answer.text


async def make(live, **changed):
    return await live("admin", "POST", "/v1/accounts", {**NEW, **changed})


async def test_a_supervisor_is_made_once_and_only_with_a_second_person(stand, live):
    assert (await make(live)).json()["code"] == "second_person"
    assert "baru" not in await stand.database.accounts.distinct("_id")
    asked = (await live("admin", "POST", "/v1/accounts/baru/consent", WISH)).json()
    assert (asked["what"], asked["about"], asked["state"]) == ("account", "baru:supervisor:polres", "asked")
    assert (await make(live)).json()["code"] == "second_person"
    own = await live("admin", "POST", f"/v1/consents/{asked['id']}/answer", {"allowed": True})
    foreign = await live("supervisor", "POST", f"/v1/consents/{asked['id']}/answer", {"allowed": True})
    assert (own.json()["code"], foreign.json()["code"]) == ("second_person", "unknown_consent")
    assert asked["id"] in [row["id"] for row in (await live("dpo", "GET", "/v1/consents")).json()["items"]]
    await live("dpo", "POST", f"/v1/consents/{asked['id']}/answer", {"allowed": True})
    for other in ({"role": "administrator"}, {"agency": "imigrasi"}, {"username": "lain"}):
        assert (await make(live, **other)).json()["code"] == "second_person"
    made = await make(live)
    assert (made.status_code, made.json()["role"]) == (201, "supervisor")
    assert (await stand.database.consents.find_one({"_id": asked["id"]}))["state"] == "used"
    actions = [row["action"] for row in await stand.audit()]
    assert actions == ["accounts.ask", "accounts.give", "accounts.make"]


async def test_what_was_refused_opens_nothing(live):
    asked = (await live("admin", "POST", "/v1/accounts/baru/consent", WISH)).json()
    await live("dpo", "POST", f"/v1/consents/{asked['id']}/answer", {"allowed": False})
    assert (await make(live)).json()["code"] == "second_person"


async def test_raising_moving_and_switching_on_take_one_too_and_lowering_does_not(live):
    assert (await make(live, role="operator")).status_code == 201
    patch = "/v1/accounts/baru"
    assert (await live("admin", "PATCH", patch, {"role": "supervisor"}, 1)).json()["code"] == "second_person"
    await agreed(live)
    assert (await live("admin", "PATCH", patch, {"role": "supervisor"}, 1)).json()["role"] == "supervisor"
    assert (await live("admin", "PATCH", patch, {"agency": "imigrasi"}, 2)).json()["code"] == "second_person"
    assert (await live("admin", "PATCH", patch, {"disabled": True}, 2)).status_code == 200
    assert (await live("admin", "PATCH", patch, {"disabled": False}, 3)).json()["code"] == "second_person"
    await agreed(live)
    assert (await live("admin", "PATCH", patch, {"disabled": False}, 3)).status_code == 200
    assert (await live("admin", "PATCH", patch, {"role": "operator"}, 4)).json()["role"] == "operator"


WAYS = [("password", "password", 200), ("second-factor/remove", "second_factor", 204)]


@pytest.mark.parametrize(("way", "step", "status"), WAYS)
async def test_a_way_in_anew_to_more_than_an_officer_takes_one_too(stand, live, way, step, status):
    await agreed(live)
    await make(live)
    before = await stand.database.accounts.find_one({"_id": "baru"})
    assert (await live("admin", "POST", f"/v1/accounts/baru/{way}")).json()["code"] == "second_person"
    # Nor does it help that somebody agreed to something else.
    for other in {"account", "password", "second_factor", "sign_in"} - {step}:
        await agreed(live, step=other)
    assert (await live("admin", "POST", f"/v1/accounts/baru/{way}")).json()["code"] == "second_person"
    assert await stand.database.accounts.find_one({"_id": "baru"}) == before
    await agreed(live, step=step)
    assert (await live("admin", "POST", f"/v1/accounts/baru/{way}")).status_code == status
    assert (await live("admin", "POST", f"/v1/accounts/baru/{way}")).json()["code"] == "second_person"


async def test_of_two_at_once_one_may_and_the_other_changes_nothing(stand, live):
    await agreed(live)
    await make(live)
    for _ in range(5):
        await agreed(live, step="password")
        before = await stand.database.accounts.find_one({"_id": "baru"})
        calls = [live("admin", "POST", "/v1/accounts/baru/password") for _ in range(3)]
        answers = await asyncio.gather(*calls)
        assert sorted(answer.status_code for answer in answers) == [200, 403, 403]
        after = await stand.database.accounts.find_one({"_id": "baru"})
        assert after["revision"] == before["revision"] + 1


async def test_what_was_refused_for_another_reason_uses_no_consent_up(live):
    await agreed(live)
    await make(live)
    await agreed(live)
    patch = "/v1/accounts/baru"
    assert (await live("admin", "PATCH", patch, {"agency": "polres", "disabled": False}, 7)).status_code == 412
    assert (await live("admin", "PATCH", patch, {"agency": "polres", "disabled": False}, 1)).status_code == 200


async def test_nobody_asks_for_their_own_account_or_without_being_an_administrator(live):
    own = await live("admin", "POST", "/v1/accounts/admin/consent", {**WISH, "role": "protection_officer"})
    assert own.json()["code"] == "own_account"
    for account in ("supervisor", "dpo", "inspektur", "operator"):
        assert (await live(account, "POST", "/v1/accounts/baru/consent", WISH)).json()["code"] == "not_allowed"
    impossible = await live("admin", "POST", "/v1/accounts/baru/consent", {**WISH, "role": "agency_system"})
    assert impossible.json()["code"] == "invalid_account"


async def test_in_practice_an_administrator_makes_a_supervisor_alone(stand):
    assert (await stand.post("/v1/accounts", "admin", NEW)).status_code == 201


async def test_who_the_provider_takes_for_a_supervisor_takes_a_second_person_too(stand, live):
    await agreed(live)
    await make(live)
    path, said = "/v1/accounts/baru/sign-in", {"subject": "wati"}
    assert (await live("admin", "PUT", path, said)).json()["code"] == "second_person"
    assert await stand.database.sign_ins.count_documents({}) == 0
    await agreed(live, step="sign_in")
    assert (await live("admin", "PUT", path, said)).json()["sign_in"] == "https://office.example"
    assert (await live("admin", "DELETE", path)).status_code == 204
