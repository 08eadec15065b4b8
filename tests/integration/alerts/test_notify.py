"""Subscriptions on the running service, to a real receiver and a real mail server: at least once, with one id."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aio_pika
import pytest
from alerts_stand import EXIT_SOURCES, covers, days, eventually, hold, person
from notices import at, case_change, change
from receivers import HANG, mail_server, receiving

from contracts.messages import SubscriptionPaused
from tapal_client.webhooks import verify

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HERE = {"webhook_networks": frozenset({"127.0.0.0/8"}), "webhook_plain_http": True, "notify_seconds": 0.05}
ALONE = {**HERE, "roles": frozenset({"notify"})}
SUPERVISOR = {"role": "supervisor"}


@pytest.fixture
async def receiver():
    async with receiving() as found:
        yield found


async def subscribe(stand, receiver=None, **wish):
    given = {"channel": "webhook", "address": receiver.url if receiver else "", "min_severity": 1}
    answer = await stand.call("POST", "/subscriptions", json=given | wish, **SUPERVISOR)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def command(stand, method, one, step="", **options):
    headers = {"if-match": f'"{one["revision"]}"'}
    path = f"/subscriptions/{one['id']}{step}"
    return await stand.call(method, path, headers=headers, **{**SUPERVISOR, **options})


async def look(stand, one):
    return (await stand.call("GET", f"/subscriptions/{one['id']}", **SUPERVISOR)).raise_for_status().json()


async def tell(stand, *changes):
    exchange = await stand.channel.get_exchange("alerts")
    for told in changes:
        await exchange.publish(aio_pika.Message(told.model_dump_json().encode(), type=told.TYPE), told.TYPE)


async def until(receiver, number, seconds=10):
    async def there():
        return len(receiver.got) >= number

    await eventually(there, seconds)
    return receiver.got


async def noted(stand):
    """What was sent is noted: only then may the clock of a test jump, or it is sent again, as after a crash."""

    async def done():
        return await stand.database.notices.find_one({"state": "waiting", "open": False}) is None

    await eventually(done)


async def until_state(stand, one, *states):
    async def there():
        found = (await look(stand, one))["notices"]
        return found if sorted(past["state"] for past in found) == sorted(states) else None

    return await eventually(there)


async def test_a_real_alert_is_told_signed_and_without_anything_about_anybody(stand, receiver):
    stand.now = days(-20)
    async with stand.serving(**HERE, roles=frozenset({"api", "evaluate", "timers", "notify"})):
        one = await subscribe(stand, receiver)
        await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES), person(1))
        await stand.settled()
        stand.now = days(1)
        alert = await stand.until(rule="R02a", state="open")
        await stand.send(hold(1, True))
        await stand.until(rule="R02a", state="held")

        async def told():
            return {state for got in receiver.got for id, _, state in got.alerts if id == alert["id"]} >= {
                "open",
                "held",
            }

        await eventually(told)
    for got in receiver.got:
        assert verify([one["secret"]], got.headers, got.body, now=stand.now.timestamp()) == got.event["id"]
        assert b"p1" not in got.body
        for row in got.event["data"]["alerts"]:
            assert set(row) == {"alert", "revision", "rule", "severity", "state", "updated_at"}
    stored = await stand.database.subscriptions.find_one({})
    assert one["secret"] not in str(stored)


async def test_a_change_told_twice_is_sent_once(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        await subscribe(stand, receiver)
        first, second = change(), change(revision=2, state="withdrawn")
        await tell(stand, first, first, second, first)
        await until(receiver, 2)
        await tell(stand, second, first, change("a2"))
        await until(receiver, 3)
    told = [pair for got in receiver.got for pair in got.alerts]
    assert sorted(told) == [("a1", 1, "open"), ("a1", 2, "withdrawn"), ("a2", 1, "open")]


async def test_cases_are_told_beside_alerts(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        await subscribe(stand, receiver)
        await tell(stand, case_change(), case_change(revision=2, level="head"), case_change("c2", agencies=("polres",)))
        await until(receiver, 2)
        await tell(stand, change())
        await until(receiver, 3)
    told = [one for got in receiver.got for one in got.event["data"]["cases"]]
    assert sorted((one["case"], one["revision"], one["level"]) for one in told) == [
        ("c1", 1, "officer"),
        ("c1", 2, "head"),
    ]


async def test_a_receiver_that_fails_gets_the_same_again_until_it_takes_it(stand, receiver):
    stand.now = at(2, "10:00")
    receiver.answers = [503, 302]
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
        await tell(stand, change())
        for attempt, wait in enumerate((0, 7, 30), start=1):
            stand.now += timedelta(seconds=wait)
            await until(receiver, attempt)
            await eventually(lambda attempt=attempt: _tried(stand, one, attempt))
        (past,) = (await look(stand, one))["notices"]
    assert [tried["outcome"] for tried in past["tried"]] == ["http_503", "redirect", "delivered"]
    assert past["state"] == "delivered"
    assert len({(got.id, got.body) for got in receiver.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == 3


async def _tried(stand, one, number):
    found = (await look(stand, one))["notices"]
    return [len(past["tried"]) for past in found] == [number]


async def test_a_notice_that_nobody_takes_is_given_up_and_stays_visible(stand, receiver):
    stand.now = at(2, "10:00")
    receiver.answers = [500] * 9
    async with stand.serving(**ALONE, notify_patience_hours=1):
        one = await subscribe(stand, receiver)
        await tell(stand, change())
        await eventually(lambda: _tried(stand, one, 1))
        stand.now += timedelta(hours=1)
        (past,) = await until_state(stand, one, "given_up")
    assert past["tried"][-1]["outcome"] == "http_500"


async def test_a_receiver_that_hangs_keeps_no_other_waiting(stand, receiver):
    stand.now = at(2, "10:00")
    async with receiving() as stuck, stand.serving(**ALONE):
        stuck.answers = [HANG] * 40
        await subscribe(stand, stuck)
        await subscribe(stand, receiver)
        await tell(stand, *(change(f"a{n}") for n in range(40)))
        await until(receiver, 40)
        assert len(stuck.got) == 1


async def test_who_answers_410_is_sent_nothing_more_and_the_agency_is_told(stand, receiver):
    stand.now = at(2, "10:00")
    receiver.answers = [410]
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
        await tell(stand, change("a1"))
        await until_state(stand, one, "gone")
        seen = await look(stand, one)
        assert (seen["state"], seen["paused_for"]) == ("paused", "gone")

        async def told():
            return await stand.notices("imigrasi")

        (notice,) = await eventually(told)
        assert SubscriptionPaused.model_validate_json(notice).subscription == one["id"]
        await tell(stand, change("a2"))
        assert (await command(stand, "POST", seen, "/test")).status_code == 409
        assert (await command(stand, "POST", seen, "/resume")).status_code == 200
        stand.now += timedelta(minutes=1)
        await tell(stand, change("a3", updated_at=stand.now))
        await until(receiver, 2)
    assert [got.alerts[0][0] for got in receiver.got] == ["a1", "a3"]


async def test_what_was_sent_and_not_noted_is_sent_again_under_the_same_id(stand, receiver):
    """A worker that dies after the receiver's answer: its lease runs out, and another sends again."""
    stand.now = at(2, "10:00")
    receiver.answers = [HANG]
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
        await tell(stand, change())
        await until(receiver, 1)
    (row,) = await stand.database.notices.find({}).to_list(None)
    assert (row["state"], row["tried"]) == ("waiting", [])
    async with stand.serving(**ALONE):
        stand.now += timedelta(seconds=21)
        await until(receiver, 2)
        await until_state(stand, one, "delivered")
    assert receiver.got[0].id == receiver.got[1].id
    assert receiver.got[0].body == receiver.got[1].body


def environment(settings, **changes):
    """These settings as a process of its own reads them."""

    def written(value):
        secret = getattr(value, "get_secret_value", None)
        if secret is not None:
            return secret()
        return ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)

    known = settings.model_copy(update=changes)
    fields = {name: getattr(known, name) for name in type(settings).model_fields}
    given = {f"TAPAL_{name.upper()}": written(value) for name, value in fields.items() if value is not None}
    return {"PATH": os.environ["PATH"], **given}


@asynccontextmanager
async def process(stand):
    """The role in a process of its own, by the clock on the wall. Killed at the end."""
    run = [sys.executable, "-P", "-m", "alerts"]
    child = await asyncio.create_subprocess_exec(*run, env=environment(stand.settings, **ALONE), stdout=DEVNULL)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_a_worker_killed_before_it_could_note_is_followed_by_another(stand, receiver):
    stand.now = datetime.now(UTC)
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
    receiver.answers = [HANG]
    async with process(stand) as first:
        await tell(stand, change(updated_at=datetime.now(UTC)))
        await until(receiver, 1, seconds=30)
        first.kill()
        await first.wait()
    # As if the lease had run out: twenty seconds of waiting would show nothing more.
    row = await stand.database.notices.find_one_and_update({}, {"$set": {"lease": datetime.fromtimestamp(0, UTC)}})
    assert (row["state"], row["tried"]) == ("waiting", [])
    async with process(stand):
        await until(receiver, 2, seconds=30)
        await eventually(lambda: stand.database.notices.find_one({"state": "delivered"}))
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body)
    assert verify([one["secret"]], second.headers, second.body, now=datetime.now(UTC).timestamp()) == first.id


async def test_two_workers_lose_nothing(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE), stand.serving(**ALONE):
        await subscribe(stand, receiver)
        await tell(stand, *(change(f"a{n}") for n in range(60)))
        await until(receiver, 60)

        async def settled():
            return await stand.database.notices.count_documents({"state": "delivered"}) == 60

        await eventually(settled)
    assert len({got.id for got in receiver.got}) == 60
    assert {got.alerts[0][0] for got in receiver.got} == {f"a{n}" for n in range(60)}
    assert len(receiver.got) == 60


async def test_what_is_not_urgent_comes_once_a_day_as_it_is_by_then(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver, digest_hour=8)
        low = {"severity": 2}
        await tell(stand, change("a1", **low), change("a2", **low), change("a3", severity=1), change("a4", severity=4))
        await until(receiver, 1)
        assert receiver.got[0].alerts == [("a4", 1, "open")]
        await noted(stand)
        later = {"updated_at": at(2, "12:00")}
        stand.now = at(2, "12:00")
        await tell(stand, change("a1", 2, state="withdrawn", **low, **later), change("a2", 2, severity=3, **later))
        await until(receiver, 2)
        await noted(stand)
        stand.now = at(3, "08:00")
        await until(receiver, 3)
        assert receiver.got[2].event["type"] == "id.tapal.notice.digest.v1"
        assert receiver.got[2].alerts == [("a1", 2, "withdrawn"), ("a3", 1, "open")]
        await until_state(stand, one, "delivered", "delivered", "delivered")
        await noted(stand)
        # The day after there is nothing to tell: silence. What is told again is not.
        await tell(stand, change("a1", **low))
        stand.now = at(4, "09:00")
        await tell(stand, change("a5", updated_at=at(4, "08:30")))
        await until(receiver, 4)
        assert receiver.got[3].alerts == [("a5", 1, "open")]


async def test_quiet_hours_hold_back_what_is_not_urgent_over_midnight(stand, receiver):
    stand.now = at(2, "23:30")
    async with stand.serving(**ALONE):
        await subscribe(stand, receiver, quiet_from="21:00", quiet_until="06:00")
        at_night = {"updated_at": at(2, "23:30")}
        await tell(stand, change("a1", severity=2, **at_night), change("a2", severity=3, **at_night))
        await until(receiver, 1)
        await noted(stand)
        stand.now = at(3, "05:00")
        await tell(stand, change("a3", severity=1, updated_at=stand.now))

        async def kept():
            return await stand.database.told.count_documents({}) == 3

        await eventually(kept)
        stand.now = at(3, "06:00")
        await until(receiver, 2)
    assert [[id for id, _, _ in got.alerts] for got in receiver.got] == [["a2"], ["a1", "a3"]]


async def test_letters_go_by_the_office_s_mail_server(stand):
    stand.now = at(2, "10:00")
    async with mail_server() as box:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
        mail |= {"smtp_from": "tapal@kanim.example", "console_url": "https://tapal.example"}
        box.refuse = 1
        async with stand.serving(**ALONE, **mail):
            one = await subscribe(stand, channel="email", address="piket@kanim.example", min_severity=3)
            assert one["secret"] is None
            await tell(stand, change("a1"), change("a2", state="held"), change("a3", state="acknowledged"))
            await eventually(lambda: _tried_any(stand, one))
            stand.now += timedelta(seconds=10)

            async def arrived():
                return len({id for letter in box.letters for id in ("a1", "a2") if id in letter.get_content()}) == 2

            await eventually(arrived)
            await asyncio.sleep(0)
        text = "".join(letter.get_content() for letter in box.letters)
        assert "ditahan" in text
        assert "on hold" in text
        assert "person-1" not in text
        assert "a3" not in text
        assert all("perlu dilihat" in letter["subject"] for letter in box.letters)


async def test_on_monday_people_are_told_once_that_their_report_is_ready(stand):
    async with mail_server() as box:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
        mail |= {"smtp_from": "tapal@kanim.example", "console_url": "https://tapal.example"}

        async def served():
            async with stand.serving(**ALONE, **mail):
                await noted(stand)
                return [letter["subject"] for letter in box.letters]

        stand.now = at(3, "10:00")
        async with stand.serving(**ALONE, **mail):
            first = await subscribe(stand, channel="email", address="kepala@kanim.example")
            stand.now += timedelta(minutes=1)
            await subscribe(stand, channel="email", address="kepala@kanim.example")
        assert await served() == []
        stand.now = at(9, "06:59")
        assert await served() == []
        stand.now = at(9, "07:00")
        async with stand.serving(**ALONE, **mail):

            async def arrived():
                return box.letters

            await eventually(arrived)
            await noted(stand)
        assert ["2026-W10" in subject for subject in await served()] == [True]
        assert "https://tapal.example/access" in box.letters[0].get_content()
        stand.now = at(10, "10:00")
        async with stand.serving(**ALONE, **mail):
            assert (await command(stand, "DELETE", first)).is_success
        assert len(await served()) == 1


async def _tried_any(stand, one):
    return any(past["tried"] for past in (await look(stand, one))["notices"])


REFUSED = (
    ({"address": "http://10.0.0.1/"}, 422, "private_address"),
    ({"address": "http://[::ffff:10.0.0.1]/"}, 422, "private_address"),
    ({"address": "http://no-such-name.invalid/"}, 422, "unknown_host"),
    ({"address": "gopher://127.0.0.1/"}, 422, "https_required"),
    ({"channel": "email", "address": "piket@kanim.example"}, 409, "no_mail_server"),
    ({"channel": "email", "address": "a@b.example\nBcc: c@d.example"}, 422, "invalid_request"),
    ({"rules": ["R99"]}, 422, "unknown_rule"),
    ({"quiet_from": "21:00"}, 422, "invalid_request"),
    ({"quiet_from": "21:00", "quiet_until": "6"}, 422, "invalid_request"),
)


async def test_a_wish_that_cannot_be_fulfilled_is_refused_with_the_reason(served, receiver):
    for wish, status, code in REFUSED:
        given = {"channel": "webhook", "address": receiver.url}
        answer = await served.call("POST", "/subscriptions", json=given | wish, **SUPERVISOR)
        assert (answer.status_code, answer.json()["code"]) == (status, code), wish
    assert (await served.call("GET", "/subscriptions", **SUPERVISOR)).json()["items"] == []


async def test_a_subscription_belongs_to_its_agency(served, receiver):
    one = await subscribe(served, receiver, agency="polres")
    assert one["agency"] == "imigrasi"
    other = {"agency": "polres", "role": "supervisor"}
    assert (await served.call("GET", "/subscriptions", **other)).json()["items"] == []
    for step in ("", "/test", "/rotate"):
        method = "POST" if step else "GET"
        assert (await command(served, method, one, step, **other)).status_code == 404
    everything = {"agency": "polres", "role": "administrator"}
    assert [row["id"] for row in (await served.call("GET", "/subscriptions", **everything)).json()["items"]] == [
        one["id"]
    ]


async def test_a_secret_is_shown_once_and_rotated_with_an_overlap(served, receiver):
    one = await subscribe(served, receiver)
    assert "secret" not in await look(served, one)
    assert (await command(served, "POST", {**one, "revision": 9}, "/rotate")).status_code == 412
    after = (await command(served, "POST", one, "/rotate")).json()
    assert after["secret"] != one["secret"]
    for secrets, later in (([one["secret"]], 0), ([after["secret"]], 25)):
        await noted(served)
        served.now += timedelta(hours=later)
        receiver.got.clear()
        assert (await command(served, "POST", after, "/test")).status_code == 202
        (got,) = await until(receiver, 1)
        assert got.event["type"] == "id.tapal.notice.test.v1"
        assert len(got.headers["webhook-signature"].split()) == (1 if later else 2)
        verify(secrets, got.headers, got.body, now=served.now.timestamp())


async def test_what_is_deleted_leaves_nothing(served, receiver):
    one = await subscribe(served, receiver)
    await tell(served, change(updated_at=served.now))
    await until_state(served, one, "delivered")
    assert (await command(served, "DELETE", one)).status_code == 200
    assert (await command(served, "GET", one)).status_code == 404
    for name in ("subscriptions", "notices", "told"):
        assert await served.database[name].count_documents({}) == 0


@pytest.fixture
async def served(stand):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        yield stand


async def delivered(stand, one, number):
    """So many are delivered in the end, while the clock goes on by some minutes at most."""
    for _ in range(100):
        if [past["state"] for past in (await look(stand, one))["notices"]].count("delivered") == number:
            return True
        stand.now += timedelta(seconds=3)
        await asyncio.sleep(0.3)
    return False


async def test_one_notice_that_is_never_taken_keeps_no_other_back(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
        receiver.refuses = "a1"
        # One wave, and the first of it is never taken.
        await tell(stand, *(change(f"a{number}", severity=4) for number in range(1, 8)))
        assert await delivered(stand, one, 6)
        assert {got.alerts[0][0] for got in receiver.got} == {f"a{number}" for number in range(1, 8)}


async def test_a_receiver_that_was_down_gets_each_and_is_not_stormed_meanwhile(stand, receiver):
    stand.now = at(2, "10:00")
    async with stand.serving(**ALONE):
        one = await subscribe(stand, receiver)
        receiver.answers = [503] * 5
        await tell(stand, *(change(f"a{number}", severity=4) for number in range(1, 6)))
        assert await delivered(stand, one, 5)
        # Five that failed, five that were taken; a loaded machine may send one again.
        assert 10 <= len(receiver.got) <= 15
