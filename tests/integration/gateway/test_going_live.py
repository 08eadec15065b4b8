"""Live mode: the process really exits, and the checklist says why."""

import json
import os
import re
import secrets
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest
from gateway_stand import PARTS, write_files, write_papers
from motor.motor_asyncio import AsyncIOMotorClient

from chassis.errors import Unavailable
from gateway.app import build
from gateway.going_live import NotLive, Point
from gateway.settings import GatewaySettings

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
async def live(tmp_path, amqp_admin_url, mongo_admin_url, redis_url):
    """The settings of a gateway in live mode with all that is demanded, and its database."""
    files = write_files(tmp_path)
    settings = {
        **{"name": "gateway", "http_port": 0, **write_papers(tmp_path), "log_level": "INFO"},
        **{"amqp_url": amqp_admin_url, "mongo_url": mongo_admin_url, "redis_url": redis_url},
        **{"mongo_database": f"live_{secrets.token_hex(4)}"},
        **{f"{part}_url": "http://127.0.0.1:9" for part in PARTS},
        **files,
    }
    client = AsyncIOMotorClient(mongo_admin_url)
    database = client[settings["mongo_database"]]
    yield settings, database
    await client.drop_database(database.name)
    client.close()


def ran(settings):
    own = {f"TAPAL_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-P", "-m", "gateway"]
    return subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, timeout=60, check=False)


async def refusal(settings):
    async with AsyncExitStack() as stack:
        with pytest.raises(NotLive) as caught:
            await build(GatewaySettings(**settings), stack)
    return {one.point: one.missing for one in caught.value.points}


async def opened(settings):
    async with AsyncExitStack() as stack:
        return (await build(GatewaySettings(**settings), stack)).work


async def test_without_its_papers_the_process_exits_and_has_done_nothing(live, tmp_path):
    settings, database = live
    (tmp_path / "live.yaml").unlink()
    ended = ran({**settings, "secure_cookie": False})
    assert ended.returncode == os.EX_CONFIG, ended.stderr
    told = re.findall(r"^- (\w+):", ended.stderr, re.MULTILINE)
    assert told == [point.value for point in Point if point is not Point.NO_SAMPLE_ACCOUNTS] * 2
    assert "Traceback" not in ended.stderr
    assert '"started"' not in ended.stdout + ended.stderr
    assert await database.list_collection_names() == []


async def test_a_faulty_file_ends_the_process_too(live, tmp_path):
    (tmp_path / "live.yaml").write_text("team_decree: 12")
    ended = ran(live[0])
    assert ended.returncode == os.EX_CONFIG
    assert "team_decree" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_with_everything_there_it_opens(live):
    assert await opened(live[0])


async def test_a_sample_account_that_is_at_rest_already_is_found(live):
    settings, database = live
    await database.accounts.insert_one({"_id": "tua", "role": "operator", "name": "Petugas (contoh)", "agency": "x"})
    assert await refusal(settings) == {Point.NO_SAMPLE_ACCOUNTS: ("tua",)}
    await database.accounts.update_one({"_id": "tua"}, {"$set": {"disabled": True}})
    assert await opened(settings)


async def test_an_officer_at_rest_needs_not_be_in_the_file(live):
    settings, database = live
    accounts = json.loads(settings["accounts_file"].read_text())
    settings["accounts_file"].write_text(json.dumps([row for row in accounts if row["username"] != "dpo"]))
    assert await refusal(settings) == {Point.DATA_PROTECTION_OFFICER: ("no_such_account",)}
    row = {"_id": "dpo", "role": "data_protection_officer", "name": "Budi", "agency": "imigrasi"}
    await database.accounts.insert_one(row)
    assert await opened(settings)


async def test_an_officer_who_is_switched_off_is_none_though_the_file_names_them(live):
    settings, database = live
    row = {"_id": "dpo", "role": "data_protection_officer", "name": "Budi", "agency": "imigrasi", "disabled": True}
    await database.accounts.insert_one(row)
    assert await refusal(settings) == {Point.DATA_PROTECTION_OFFICER: ("no_such_account",)}


async def test_without_the_database_nothing_opens_and_what_is_known_to_be_missing_is_told(live, tmp_path):
    settings = {**live[0], "mongo_url": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100"}
    async with AsyncExitStack() as stack:
        with pytest.raises(Unavailable):
            await build(GatewaySettings(**settings), stack)
    assert await refusal({**settings, "secure_cookie": False}) == {Point.SECURE_COOKIE: ("not_set",)}


async def test_the_checklist_is_for_those_who_answer_for_it(stand):
    told = (await stand.get("/v1/live", "dpo")).json()
    assert (told["mode"], told["ready"]) == ("practice", False)
    assert [row["point"] for row in told["points"] if row["done"]] == ["no_sample_accounts"]
    assert told["unsigned"]["gateway"] == ["retention.yaml", "rights.yaml", "watch_limits.yaml"]
    assert (told["unsigned"]["registry"], told["unsigned"]["alerts"]) == (["retention.yaml"], ["tables/limits.yaml"])
    for account in ("operator", "supervisor", "perlindungan", "inspektur", "hotel"):
        assert (await stand.get("/v1/live", account)).json()["code"] == "not_allowed"


async def test_a_part_that_is_away_is_said_to_be(stand):
    stand.world.away.add("alerts")
    told = (await stand.get("/v1/live", "admin")).json()["unsigned"]
    assert (told["alerts"], told["registry"]) == (None, ["retention.yaml"])


async def test_the_page_says_what_to_do_in_both_languages(stand):
    async with await stand.client() as client:
        await client.post("/login", data={"username": "admin", "password": "uji-coba-123"})
        page = (await client.get("/live")).text
        assert "Isi team_decree (number, date) di live.yaml." in page
        assert "retention.yaml" in page
        client.cookies.set("tapal_language", "en")
        page = (await client.get("/live")).text
        assert "Enter team_decree (number, date) in live.yaml." in page
        assert "practice mode" in page
