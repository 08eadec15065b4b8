"""Who looked at whom: the views, each as far as the own watch goes; the watch; checkpoints."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from gateway_stand import audit_rows
from joserfc import jws
from joserfc.jwk import OKPKey

from chassis.outbox import Outbox
from gateway.audit import Audit
from gateway.evidence import sealing
from gateway.flags import Flags
from gateway.looks import Looks
from gateway.watching import Watching, read_limits
from gateway.weeks import Week, last_week

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
ALERT = {"tapal_purpose": "alert:alert-1"}


def now():
    return datetime.now(UTC)


async def read_some(stand):
    await stand.get("/v1/persons/person-1", "operator", **ALERT)
    await stand.get("/v1/persons/person-2", "polisi", tapal_purpose="alert:alert-2")
    await stand.get("/v1/persons/person-1", "polisi", tapal_purpose="alert:alert-2")
    await stand.revealed("task-1")
    await stand.get("/v1/persons/person-2", "perlindungan", tapal_purpose="matter:task-1")


def who(answer):
    return [(row["account"], row["outcome"]) for row in answer.json()["items"]]


async def test_who_looked_at_this_person(stand):
    await read_some(stand)
    assert who(await stand.get("/v1/audit/persons/person-2", "inspektur")) == [("polisi", "given")]
    assert who(await stand.get("/v1/audit/persons/person-2", "supervisor")) == []
    everybody = (await stand.get("/v1/audit/persons/person-2", "dpo")).json()["items"]
    assert [row["account"] for row in everybody if row["action"] == "persons.read"] == ["polisi"]
    # Looking at the log is a look too.
    assert [row["account"] for row in everybody if row["action"] == "audit.read"] == ["supervisor", "inspektur"]
    refused = [("polisi", "refused:purpose_does_not_hold"), ("operator", "given")]
    first = (await stand.get("/v1/audit/persons/person-1", "dpo")).json()["items"]
    assert [(row["account"], row["outcome"]) for row in first if row["action"] == "persons.read"] == refused
    for account in ("operator", "hotel", "admin", "perlindungan"):
        assert (await stand.get("/v1/audit/persons/person-2", account)).json()["code"] == "not_allowed"


async def test_at_whom_the_protection_desk_looked_no_question_by_person_tells(stand):
    await stand.get("/v1/protection/tasks/task-1", "perlindungan", tapal_purpose="matter:task-1")
    await read_some(stand)
    [desk] = [row for row in await stand.audit() if row["action"] == "matters.read"]
    assert "person-2" in desk["ids"]
    page = (await stand.get("/v1/audit/persons/person-2?limit=1", "dpo")).json()
    assert ([row["account"] for row in page["items"]], page["next"]) == (["polisi"], None)
    since, until = (now() - timedelta(hours=1)).isoformat(), (now() + timedelta(hours=1)).isoformat()
    for account in ("", "&account=perlindungan"):
        query = f"since={since}&until={until}{account}".replace("+", "%2B")
        told = (await stand.get(f"/v1/audit/breach?{query}", "dpo")).json()
        assert "perlindungan" not in json.dumps(told["subjects"])
        assert told["reads"] == (0 if account else 2)
        assert "meja perlindungan" in told["not_in_it"]["id"]


async def test_what_this_officer_looked_at(stand):
    await read_some(stand)
    assert len(who(await stand.get("/v1/audit/accounts/polisi", "inspektur"))) == 2
    assert who(await stand.get("/v1/audit/accounts/polisi", "supervisor")) == []
    assert who(await stand.get("/v1/audit/accounts/perlindungan", "inspektur")) == []
    desk = (await stand.get("/v1/audit/accounts/perlindungan", "dpo")).json()["items"]
    assert desk
    assert all((row["ids"], row["purpose"]) in (([], "matter"), ([], "")) for row in desk)
    assert (await stand.audit())[-1]["action"] == "audit.read"


async def test_the_weekly_report_of_the_own_agency(stand):
    await read_some(stand)
    over = last_week(now())
    rows = await stand.audit()
    then = {"at": over.begin + timedelta(hours=9)}
    await stand.database.audit.insert_many([{**row, **then, "_id": f"then-{row['_id']}"} for row in rows])
    told = (await stand.get(f"/v1/audit/weeks/{over}", "supervisor")).json()
    assert [(one["account"], one["reads"], one["persons"]) for one in told["accounts"]] == [("operator", 1, 1)]
    assert "person-1" not in json.dumps(told)
    foreign = await stand.get(f"/v1/audit/weeks/{over}?agency=polres", "supervisor")
    assert foreign.status_code == 403
    assert (await stand.get(f"/v1/audit/weeks/{over}?agency=polres", "dpo")).json()["accounts"][0]["refused"] == 1
    this = Week(over.monday + timedelta(weeks=1))
    assert (await stand.get(f"/v1/audit/weeks/{this}", "supervisor")).json()["code"] == "week_not_over"
    assert (await stand.get("/v1/audit/weeks/2026-W60", "supervisor")).json()["code"] == "unknown_week"


async def test_a_breach_report_is_the_data_protection_officer_s(stand):
    await read_some(stand)
    since, until = (now() - timedelta(hours=1)).isoformat(), (now() + timedelta(hours=1)).isoformat()
    query = f"since={since}&until={until}&account=operator".replace("+", "%2B")
    told = (await stand.get(f"/v1/audit/breach?{query}", "dpo")).json()
    assert [(one["id"], one["accounts"]) for one in told["subjects"]] == [("person-1", ["operator"])]
    assert (await stand.get(f"/v1/audit/breach?{query}", "inspektur")).json()["code"] == "not_allowed"


async def test_a_checkpoint_is_signed_and_that_of_protection_is_for_one_officer(stand):
    await read_some(stand)
    await sealing(stand.database, now)()
    told = (await stand.get("/v1/audit/checkpoint", "supervisor")).json()
    key = OKPKey.import_key(told["key"])
    [said] = [
        json.loads(jws.deserialize_compact(one, key, algorithms=["Ed25519"]).payload) for one in told["checkpoints"]
    ]
    head = await stand.database.chains.find_one({"_id": "audit"})
    assert (said["chain"], said["n"], said["hash"]) == ("audit", head["n"], head["hash"])
    both = (await stand.get("/v1/audit/checkpoint", "dpo")).json()["heads"]
    assert [one["chain"] for one in both] == ["audit", "audit-protection"]
    assert both[1]["n"] >= 1


async def test_the_watch_sees_every_look_of_the_time_once_however_many_came_together(stand):
    begin = now() - timedelta(hours=2)
    apart = [begin + timedelta(minutes=3 * n) for n in range(30)]
    together = [begin + timedelta(minutes=100, milliseconds=n // 5) for n in range(900)]
    before = [begin - timedelta(milliseconds=1)]
    rows = [{"_id": f"look-{n:04d}", "at": at} for n, at in enumerate([*apart, *together, *before])]
    await stand.database.audit.insert_many(rows)
    looks = Looks(stand.database, Audit(stand.database, audit_rows(stand)), now)
    seen = [row["_id"] async for row in looks.since(begin)]
    assert sorted(seen) == [f"look-{n:04d}" for n in range(930)]


@pytest.fixture
async def watching(stand):
    sent = []

    async def publish(letters):
        sent.extend(json.loads(letter.body) for letter in letters)

    outbox = Outbox(stand.database, publish)
    looks = Looks(stand.database, Audit(stand.database, audit_rows(stand)), now)
    watch = Watching(stand.database, looks, outbox, Flags(OKPKey.generate_key("Ed25519")), now)

    async def turn():
        await watch.turn(read_limits())
        await outbox.flush()
        return sent

    return turn


async def test_unusual_reads_are_told_once_and_again_when_they_grow(stand, watching):
    for _ in range(10):
        await stand.get("/v1/persons/person-1", "polisi", tapal_purpose="alert:alert-1")
    [flag] = await watching()
    assert (flag["kind"], flag["count"], flag["version"]) == ("refused", 10, 10)
    assert "polisi" not in json.dumps(flag)
    assert len(await watching()) == 1
    await stand.get("/v1/persons/person-1", "polisi", tapal_purpose="alert:alert-1")
    first, second = await watching()
    assert (second["flag"], second["count"]) == (first["flag"], 11)


async def test_whoever_looks_for_the_own_name_is_told_of_without_it(stand, watching):
    await stand.post("/v1/persons/search", "operator", {"text": "operator Contoh"}, tapal_purpose="order:SP/1/2026")
    [flag] = await watching()
    assert (flag["kind"], flag["count"]) == ("own_name", 1)
    assert "ontoh" not in str(await stand.audit())


async def test_an_alert_about_a_reader_names_the_account_to_those_who_watch(stand):
    queue = await stand.channel.get_queue("alerts.gateway", ensure=False)
    await stand.post("/v1/emergencies", "operator", {"person": "person-1", "reason": "Tidak sadar di jalan."})
    message = None
    while message is None:
        message = await queue.get(no_ack=True, fail=False)
    account = json.loads(message.body)["account"]
    stand.world.alerts["alert-7"]["subject"] = {"kind": "account", "id": account}
    [row] = (await stand.get("/v1/alerts", "dpo")).json()["items"]
    assert row["subject_name"] == "operator"
