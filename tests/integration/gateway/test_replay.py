"""Refused events sent again at the door: only by their agency, on record, the way of every event."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

PATH = "/v1/quarantine/ab12.cd34/replay"


async def sent(stand) -> bytes | None:
    queue = await stand.channel.get_queue("intake.polres", ensure=False)
    message = await queue.get(no_ack=True, fail=False)
    return message.body if message else None


async def test_a_corrected_event_goes_where_the_agencys_events_go(stand):
    answer = await stand.post(PATH, "polisi", {"event": {"id": "e1", "n": "é"}, "reason": "Desa ditambahkan."})
    assert (answer.status_code, answer.json()) == (202, {"sent": True}), answer.text
    assert await sent(stand) == b'{"id": "e1", "n": "\\u00e9"}'
    [row] = await stand.audit()
    assert (row["account"], row["action"], row["ids"]) == ("polisi", "quarantine.replay", ["ab12.cd34"])


async def test_without_a_correction_it_goes_as_it_was_sent(stand):
    assert (await stand.post(PATH, "polisi", {"reason": "Sumber sudah didaftarkan."})).status_code == 202
    assert await sent(stand) == stand.world.quarantine[0]["raw"].encode()


@pytest.mark.parametrize(("account", "status"), [("supervisor", 404), ("hotel", 403), ("dpo", 403)])
async def test_nobody_else_sends_it(stand, account, status):
    assert (await stand.post(PATH, account, {"reason": "Coba lagi."})).status_code == status
    assert await sent(stand) is None


async def test_a_replay_needs_a_reason(stand):
    assert (await stand.post(PATH, "polisi", {"reason": ""})).status_code == 422
