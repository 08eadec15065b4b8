"""Members of the protection desk are told that they have a task: whoever is on duty, once, and nothing more."""

import json
from datetime import timedelta

import httpx
import pytest
from alerts_stand import days, eventually, open_matter, tasks
from receivers import mail_server

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ROTA = {
    "members": ["ani", "budi", "citra"],
    "shifts": [{"begins": str(days(-9)), "ends": str(days(9)), "officer": "ani", "deputy": "budi"}],
    "addresses": {"ani": "ani@ppt.example", "budi": "budi@ppt.example", "citra": "citra@ppt.example"},
}
ANI, BUDI = ["ani@ppt.example"], ["budi@ppt.example"]


@pytest.fixture
async def box():
    async with mail_server() as found:
        yield found


@pytest.fixture
def desk(stand, box, tmp_path):
    """How the desk's process is started here."""
    file = tmp_path / "rota.json"
    file.write_text(json.dumps(ROTA))
    stand.now = days(1)
    mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none", "notify_seconds": 0.05}
    mail |= {"smtp_from": "tapal@kanim.example", "console_url": "https://tapal.example", "summon_seconds": 0.05}
    return lambda: stand.serving(name="alerts-protection", roles=frozenset({"protection"}), rota_file=file, **mail)


async def until(box, recipients):
    async def there():
        return box.recipients == recipients

    await eventually(there)


async def looked_again(stand):
    """The desk has looked through its tasks since: a later one of a member's was told."""
    before = await stand.database.told.count_documents({})
    await open_matter(stand, "last")

    async def told():
        return await stand.database.told.count_documents({}) > before

    await eventually(told)


async def test_who_is_on_duty_is_told_once_and_later_the_deputy(stand, box, desk):
    async with desk():
        await open_matter(stand, person=None)
        await until(box, ANI)
        await open_matter(stand, person=None)
        stand.now += timedelta(minutes=30)
        await until(box, ANI + BUDI)
    async with desk():  # a restart tells nobody again
        await looked_again(stand)
        await until(box, ANI + BUDI + ANI)
    for letter in box.letters:
        assert letter["subject"] == "Tapal: Anda punya tugas / You have a task"
        assert "m1" not in letter.as_string()
    assert len({letter["message-id"] for letter in box.letters}) == 3


async def test_a_task_that_somebody_took_calls_nobody_else(stand, box, desk):
    async with desk():
        await open_matter(stand, person=None)
        await until(box, ANI)
        (task,) = await tasks(stand)
        headers = {"if-match": f'"{task["revision"]}"'}
        path = f"/tasks/{task['id']}/take"
        assert (await stand.call("POST", path, role="protection_officer", headers=headers)).status_code == 200
        stand.now += timedelta(hours=1)
        await looked_again(stand)
        await until(box, ANI + ANI)


async def test_the_mail_server_is_away_and_nothing_of_it_is_counted_or_logged(stand, box, desk, caplog, capsys):
    box.refuse = 1
    async with desk():
        async with httpx.AsyncClient(base_url=stand.url) as client:
            before = (await client.get("/metrics")).text
            await open_matter(stand, person=None)

            async def tried():
                return await stand.database.notices.find_one({"tried": {"$ne": []}})

            await eventually(tried)
            stand.now += timedelta(seconds=10)
            await until(box, ANI)
            after = (await client.get("/metrics")).text
        assert not stand.told
        assert await stand.notices("ppt") == []
    logged = caplog.text + capsys.readouterr().out
    for word in ("notice", "summon", "ani@", "m1"):
        assert word not in logged
    figures = [[line for line in text.splitlines() if "tapal_notices" in line] for text in (before, after)]
    assert figures[0] == figures[1]
