"""Behaviour that only the whole system can show: repeats, refusals, strays, decisions, rebuilding, one trace."""

import asyncio
import json
import secrets
import time
from datetime import UTC, datetime, timedelta

import aio_pika
import bson
import httpx
import pymongo
import pytest
from foreign import Curl, eventually
from synthetic import AGENCIES
from trial_rule import R90
from whole_system import run

pytestmark = pytest.mark.e2e

POST, HOTEL, IMMIGRATION = "/plbn-badau/pos", "/phri-kh/hotel-kapuas", "/imigrasi/simkim"
MARK = secrets.token_hex(4).upper()


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def event(source: str, kind: str, id: str, at: datetime, data: dict, **more):
    head = {"specversion": "1.0", "type": f"id.tapal.{kind}.v1", "source": source, "id": f"{MARK}/{id}"}
    return {**head, "time": at.isoformat(), "data": data, **more}


def passport(number: str, **more) -> dict:
    return {"documents": [{"kind": "passport", "number": f"{MARK}{number}", "issuer": "UTO"}], **more}


def entry(id: str, who: dict, *, days: float = 40, ended: float = 10, **more):
    data = {"action": "entry", "person": who, "post": "BADAU", "permit_kind": "B1"}
    return event(POST, "crossing", id, ago(days), {**data, "valid_until": ago(ended).date().isoformat()}, **more)


def covered(source: str):
    span = {"covers_from": ago(90).isoformat(), "covers_until": datetime.now(UTC).isoformat()}
    return event(source, "source.status", f"status-{secrets.token_hex(4)}", ago(0), span)


def night(id: str, who: dict, days: float):
    lodging = {"kind": "lodging", "id": "H-1", "name": "Hotel Kapuas", "village": "61.06.17.1001"}
    stay = {"stay_ref": id, "check_in_at": ago(days).isoformat()}
    data = {"action": "check_in", "establishment": lodging, "person": who, **stay}
    return event(HOTEL, "lodging", id, ago(days), data)


def publish(system, code: str, *events: dict) -> None:
    asyncio.run(system.publish(code, list(events)))


async def send_bytes(system, code: str, exchange: str, body: bytes) -> None:
    async with await aio_pika.connect(system.amqp_url(code)) as connection:
        channel = await connection.channel()
        await (await channel.get_exchange(exchange, ensure=False)).publish(aio_pika.Message(body), "")


def sender(system, key: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {system.api_key(key)}"}
    return httpx.Client(base_url=system.gateway, headers=headers, trust_env=False, timeout=20)


def receipts(system, key: str, source: str, id: str) -> list[dict]:
    with sender(system, key) as client:
        return client.get("/v1/receipts", params={"source": source, "id": f"{MARK}/{id}"}).json()["receipts"]


@pytest.fixture(scope="module")
def officer(system):
    return Curl(system.gateway, system.account("operator"))


@pytest.fixture(scope="module")
def database(system):
    with pymongo.MongoClient(system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"], tz_aware=True) as client:
        yield client


def find(officer, number: str) -> str | None:
    body = {"document": {"number": f"{MARK}{number}", "issuer": "UTO"}}
    return officer.send("/v1/persons/find", body, "tapal-purpose: order:SP-9/2026").get("id")


def alerts(officer, *people: str) -> list[tuple[str, str]]:
    items = officer.get("/v1/alerts?limit=200")["items"]
    return [(item["rule"], item["state"]) for item in items if item["subject"]["id"] in people]


def at_rest(look):
    """What is seen once it changes no more: figures come in batches."""

    def still():
        first = look()
        time.sleep(1)
        return first if look() == first else None

    return eventually(still)


def test_a_repeat_gets_the_first_outcome_and_a_conflict_is_told(system):
    first, other = entry("r1", passport("R1")), entry("r1", passport("R1"), ended=9)
    publish(system, "plbn-badau", first, first, other, other)
    told = eventually(
        lambda: (
            [r for r in receipts(system, "plbn-badau/pos", POST, "r1")][1:]
            and receipts(system, "plbn-badau/pos", POST, "r1")
        )
    )
    assert sorted(r["code"] for r in told) == ["accepted", "id_conflict"]
    assert told[0]["code"] == "accepted"


def test_other_content_under_a_refused_id_is_judged_afresh(system):
    wrong = entry("f1", passport("F1"))
    del wrong["data"]["post"]
    publish(system, "plbn-badau", wrong, wrong, entry("f1", passport("F1")))
    told = eventually(
        lambda: (
            len(receipts(system, "plbn-badau/pos", POST, "f1")) == 2 and receipts(system, "plbn-badau/pos", POST, "f1")
        )
    )
    assert [(r["outcome"], r["field"]) for r in told] == [("refused", "data.post"), ("accepted", None)]


def test_unreadable_bytes_end_in_quarantine_and_delay_nobody(system, database):
    asyncio.run(send_bytes(system, "plbn-badau", "agency.plbn-badau", b"\xff not json"))
    publish(system, "plbn-badau", entry("u1", passport("U1")))
    eventually(lambda: receipts(system, "plbn-badau/pos", POST, "u1"))
    [kept] = eventually(lambda: list(database["registry"].quarantine.find({"code": "unreadable"})))
    assert b"not json" not in bson.encode(kept)


def test_an_agency_speaks_for_itself_only(system):
    with pytest.raises(aio_pika.exceptions.AMQPError):
        asyncio.run(send_bytes(system, "polres", "agency.imigrasi", b"{}"))


def test_a_batch_over_http_is_taken_one_by_one(system):
    with sender(system, "phri-kh/hotel-kapuas") as client:
        batch = [night("h1", passport("H1"), 3), night("h2", passport("H2"), 2)]
        headers = {"content-type": "application/cloudevents-batch+json"}
        answer = client.post("/v1/events", content=json.dumps(batch), headers=headers)
        assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
        foreign = client.post("/v1/events", json=entry("x1", passport("X1")))
        assert foreign.status_code in (403, 422)
    eventually(lambda: receipts(system, "phri-kh/hotel-kapuas", HOTEL, "h2"))


def test_a_citizen_is_counted_and_leaves_no_name(system, database, officer):
    who = {"documents": [{"kind": "passport", "number": f"{MARK}C1", "issuer": "IDN"}], "name": {"full": f"W {MARK}"}}
    data = {"action": "exit", "person": who, "post": "BADAU"}
    crossing = event(POST, "crossing", "c1", ago(1), data)
    publish(system, "plbn-badau", crossing, crossing)
    told = eventually(lambda: receipts(system, "plbn-badau/pos", POST, "c1"))
    assert told[0]["code"] == "not_stored_citizen"
    rows = [
        str(row) for name in database["registry"].list_collection_names() for row in database["registry"][name].find()
    ]
    assert f"W {MARK}" not in "".join(rows)
    day = ago(1).astimezone().date()
    path = f"/v1/counts?from={day - timedelta(days=1)}&to={day + timedelta(days=1)}"
    counted = Curl(system.gateway, system.account("supervisor")).get(path)["items"]
    assert sum(row["n"] for row in counted if row["action"] == "exit") == 1


def test_one_document_with_two_birth_dates_holds_both_until_a_human_decides(system, officer):
    publish(system, "plbn-badau", entry("k1", passport("K1", birth_date="1990-04-02")), covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    person = eventually(lambda: find(officer, "K1"))
    eventually(lambda: ("R02a", "open") in alerts(officer, person))
    publish(system, "phri-kh", night("k2", passport("K1", birth_date="1971-12-31"), 20))
    eventually(lambda: ("R02a", "held") in alerts(officer, person))

    supervisor = Curl(system.gateway, system.account("supervisor"))
    [pair] = [item for item in supervisor.get("/v1/reviews?limit=200")["items"] if person in item["people"]]
    decided = supervisor.send(f"/v1/reviews/{pair['id']}/verdict", {"verdict": "same", "reason": "Salah ketik"})
    assert len(decided["people"]) == 1
    eventually(lambda: ("R02a", "open") in alerts(officer, *decided["people"]))


def test_a_merge_withdraws_what_no_longer_holds_and_a_split_brings_it_back(system, officer):
    publish(system, "plbn-badau", entry("s1", passport("S1")), covered(POST))
    left = {"action": "exit", "person": passport("S2"), "post": "BADAU"}
    publish(system, "plbn-badau", event(POST, "crossing", "s2", ago(20), left), covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    here, gone = eventually(lambda: find(officer, "S1")), eventually(lambda: find(officer, "S2"))
    eventually(lambda: ("R02a", "open") in alerts(officer, here))

    supervisor = Curl(system.gateway, system.account("supervisor"))
    order = "tapal-purpose: order:SP-9/2026"
    merged = supervisor.send(f"/v1/persons/{here}/merge", {"other": gone, "reason": "Dua paspor, satu orang"}, order)
    assert len(merged["people"]) == 1
    eventually(lambda: ("R02a", "open") not in alerts(officer, here, gone))
    eventually(lambda: ("R02a", "withdrawn") in alerts(officer, here, gone))

    dossier = supervisor.get(f"/v1/persons/{here}", order)
    path = f"/v1/persons/{here}/verdicts/{dossier['verdicts'][-1]['key']}/withdraw"
    assert sorted(supervisor.send(path, {"reason": "Ternyata dua orang"}, order)["people"]) == sorted([here, gone])
    eventually(lambda: ("R02a", "open") in alerts(officer, here))
    assert find(officer, "S2") == gone


def test_a_rule_is_tried_on_history_and_only_reports_see_citizenship(system):
    people = [entry(f"q{number}", passport(f"Q{number}", citizenship="UTO")) for number in range(6)]
    publish(system, "plbn-badau", *people)
    eventually(lambda: receipts(system, "plbn-badau/pos", POST, "q5"))
    supervisor, why = Curl(system.gateway, system.account("supervisor")), {"reason": "uji coba"}
    assert supervisor.send("/v1/rules", {"text": R90, **why})["stage"] == "draft"
    path = "/v1/rules/R90/versions/1"
    supervisor.send(f"{path}/backtest", why)
    trial = eventually(lambda: supervisor.get(path)["trial"])
    assert trial["hits"] >= 6
    rows = eventually(lambda: supervisor.get(f"{path}/fairness").get("rows"))
    # In fives: what is left over by rounding is less than five for each row.
    assert {row["found"] % 5 for row in rows} == {0}
    assert abs(sum(row["found"] for row in rows) - trial["hits"]) < 5 * len(rows)
    assert all(row["found"] >= 5 for row in rows)


def test_two_passports_named_by_one_event_are_one_person(system, officer):
    publish(system, "plbn-badau", entry("m1", passport("M1")), covered(POST))
    publish(system, "phri-kh", night("m2", passport("M2"), 3))
    old, new = eventually(lambda: find(officer, "M1")), eventually(lambda: find(officer, "M2"))
    assert old != new
    renewed = {
        "action": "replaced",
        "document": passport("M1")["documents"][0],
        "new_document": passport("M2")["documents"][0],
        "person": {"name": {"full": "Amir Sintetis"}},
    }
    publish(system, "imigrasi", event(IMMIGRATION, "document", "m3", ago(30), renewed), covered(IMMIGRATION))
    eventually(lambda: find(officer, "M1") == find(officer, "M2"))
    person = find(officer, "M1")
    eventually(lambda: [rule for rule, _ in alerts(officer, person)] == ["R02b"])


def test_a_stray_protection_event_takes_the_sealed_way(system, database):
    call = event(
        AGENCIES["polres"].sources[0].uri, "protection", "p1", ago(0.01), {"kind": "help", "note": f"N {MARK}"}
    )
    asyncio.run(send_bytes(system, "polres", "agency.polres", json.dumps(call).encode()))
    desk = Curl(system.gateway, system.account("perlindungan"))
    eventually(lambda: [task for task in desk.get("/v1/protection/tasks")["items"] if task["person"] is None])
    for name in ("registry", "alerts", "reports"):
        for collection in database[name].list_collection_names():
            assert f"N {MARK}" not in str(list(database[name][collection].find()))


def test_an_unreadable_protection_event_alarms_the_desk(system):
    asyncio.run(send_bytes(system, "ppt", "sealed.ppt", b"{broken"))
    desk = Curl(system.gateway, system.account("perlindungan"))
    eventually(lambda: [task for task in desk.get("/v1/protection/tasks")["items"] if task["unreadable"]])


def test_nobody_but_the_desk_sees_its_tasks(system):
    for name in ("operator", "supervisor", "admin", "dpo"):
        account = Curl(system.gateway, system.account(name))
        assert account.get("/v1/protection/tasks").get("status") == 403, name


def test_alerts_and_reports_are_rebuilt_by_announcing_again(system, database, officer):
    publish(system, "plbn-badau", entry("n1", passport("N1")), covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    person = eventually(lambda: find(officer, "N1"))
    eventually(lambda: ("R02a", "open") in alerts(officer, person))
    before = at_rest(lambda: officer.get("/v1/reports/presence")["rows"])
    for name in ("rows", "counts"):
        database["reports"][name].delete_many({})
    Curl(system.gateway, system.account("admin")).send("/v1/reannounce", {})
    eventually(lambda: officer.get("/v1/reports/presence")["rows"] == before)
    assert alerts(officer, person) == [("R02a", "open")]


def worked_on(officer, *people: str) -> str:
    """One seen, one decided, one put aside, one as it was; and a case about the last, whose id it is."""
    rows = {row["subject"]["id"]: row for row in officer.get("/v1/alerts?limit=200&rule=R02a")["items"]}
    seen, decided, aside, last = (rows[person] for person in people)

    def step(row: dict, name: str, body: dict | None = None) -> dict:
        return officer.send(f"/v1/alerts/{row['id']}/{name}", body or {}, f'if-match: "{row["revision"]}"')

    assert step(seen, "acknowledge")["state"] == "acknowledged"
    verdict = {"outcome": "dismissed", "reason": "Sudah keluar."}
    assert step(step(decided, "review"), "decide", verdict)["state"] == "dismissed"
    wish = {"fact": "stay.application_pending", "days": 30, "reason": "Menunggu."}
    assert step(aside, "snooze", wish)["state"] == "held"
    return officer.send("/v1/cases", {"groups": [{"kind": "person", "id": last["subject"]["id"]}]})["id"]


def test_everything_but_what_people_did_is_made_again(system, database, officer):
    publish(system, "plbn-badau", *(entry(f"w{number}", passport(f"W{number}")) for number in range(4)), covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    publish(system, "phri-kh", *(night(f"wn{number}", passport(f"WN{number}"), 30) for number in range(2)))
    people = [eventually(lambda number=number: find(officer, f"W{number}")) for number in range(4)]
    eventually(lambda: alerts(officer, *people) == [("R02a", "open")] * 4)
    case = worked_on(officer, *people)

    def faces():
        rows = officer.get("/v1/alerts?limit=200")["items"]
        live = [row for row in rows if row["state"] != "withdrawn"]
        work = officer.get(f"/v1/cases/{case}")
        told = (work["state"], work["revision"], [alert["id"] for alert in work["alerts"]])
        return sorted((row["rule"], row["subject"]["id"], row["state"], row["severity"]) for row in live), told

    def figures():
        rows = officer.get("/v1/reports/alerts")["rows"]
        return [row for row in rows if row["state"] != "withdrawn"], officer.get("/v1/reports/presence")["rows"]

    before, counted = at_rest(faces), at_rest(figures)
    armed = {row["_id"] for row in database["alerts"].deadlines.find({})}
    told = json.loads(run(system.home, "rebuild").stdout)
    assert told["alerts"]["kept"] >= 3
    assert told["alerts"]["made_again"] >= 1
    eventually(lambda: faces() == before)
    eventually(lambda: figures() == counted)
    assert {row["_id"] for row in database["alerts"].deadlines.find({})} >= armed


def test_one_trace_leads_from_the_event_to_the_alert(system, officer):
    trace = secrets.token_hex(16)
    publish(system, "plbn-badau", covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    traced = entry("t1", passport("T1"), traceparent=f"00-{trace}-{'1' * 16}-01")
    publish(system, "plbn-badau", traced)
    person = eventually(lambda: find(officer, "T1"))
    eventually(lambda: alerts(officer, person))
    eventually(lambda: trace in (system.home.logs / "registry.log").read_text())
    eventually(lambda: trace in (system.home.logs / "alerts.log").read_text())


def test_what_rests_on_a_contested_event_waits_and_ends_when_it_is_set_aside(system, officer):
    publish(system, "plbn-badau", covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    publish(system, "plbn-badau", entry("ct1", passport("CT1")))
    person = eventually(lambda: find(officer, "CT1"))
    eventually(lambda: alerts(officer, person) == [("R02a", "open")])
    order = "tapal-purpose: order:SP-9/2026"
    [told] = officer.get(f"/v1/persons/{person}", order)["events"]
    event_of = f"/v1/persons/{person}/events/{told['key']}"
    supervisor = Curl(system.gateway, system.account("supervisor"))

    officer.send(f"{event_of}/contest", {"reason": "Orang itu menyangkal."}, order)
    eventually(lambda: alerts(officer, person) == [("R02a", "held")])
    assert officer.get(event_of, order)["decision"] == "contested"
    assert officer.send(f"{event_of}/set-aside", {"reason": "Cap keliru."}, order)["status"] == 403

    supervisor.send(f"{event_of}/set-aside", {"reason": "Cap bukan dari pos itu."}, order)
    eventually(lambda: alerts(officer, person) in ([("R02a", "withdrawn")], [("R02a", "closed")]))
    assert officer.get(event_of, order)["decision"] == "set_aside"
    assert supervisor.send(f"{event_of}/stands", {"reason": "Sudah diputuskan."}, order)["code"] == "not_contested"


def test_an_alert_shows_the_hotel_of_its_guest_and_an_order_all_guests_of_the_hotel(system, officer):
    publish(system, "plbn-badau", entry("pa1", passport("PA1")), covered(POST))
    publish(system, "imigrasi", covered(IMMIGRATION))
    publish(system, "phri-kh", night("pa2", passport("PA1"), 35), night("pa3", passport("PA2"), 4))
    guest, other = eventually(lambda: find(officer, "PA1")), eventually(lambda: find(officer, "PA2"))
    eventually(lambda: alerts(officer, guest) == [("R02a", "open")])
    [alert] = [item["id"] for item in officer.get("/v1/alerts?limit=200")["items"] if item["subject"]["id"] == guest]
    order = "tapal-purpose: order:SP-9/2026"
    [lodging] = eventually(lambda: officer.get(f"/v1/persons/{guest}", order)["snapshot"]["lodgings"])
    path = f"/v1/parties/{lodging['establishment']}"

    whole = officer.get(path, order)
    assert {guest, other} <= {*whole["people"]}
    assert [item["value"] for item in whole["names"]] == ["Hotel Kapuas"]
    told = officer.get(path, f"tapal-purpose: alert:{alert}")
    assert (told["only"], told["people"], len(told["events"])) == (guest, [guest], len(whole["events"]))
    assert other not in json.dumps(told)
    assert officer.get(path)["code"] == "purpose_required"
    dpo = Curl(system.gateway, system.account("dpo"))
    [read, *_] = [row for row in dpo.get("/v1/audit")["items"] if row["purpose"] == f"alert:{alert}"]
    assert (read["action"], read["ids"]) == ("parties.read", [lodging["establishment"], guest])


def asked(id: str, action: str, **fields):
    lodging = {"kind": "lodging", "id": f"{MARK}H9", "name": "Losmen Contoh", "village": "61.06.17.1001"}
    data = {"action": action, "establishment": lodging, "request_no": f"{MARK}/9", **fields}
    return event(IMMIGRATION, "lodging", id, ago(1), data)


def test_a_request_without_an_answer_is_the_lodgings_and_its_answer_takes_it_back(system, officer):
    served = {"served_at": ago(5).isoformat(), "due_at": ago(2).isoformat(), "proof_ref": "BA-9"}
    publish(system, "imigrasi", asked("rq1", "request_served", **served))

    def found(state: str) -> list[dict]:
        return officer.get(f"/v1/alerts?rule=R05&state={state}")["items"]

    [alert] = eventually(lambda: found("open"))
    party = officer.get(f"/v1/parties/{alert['subject']['id']}", f"tapal-purpose: alert:{alert['id']}")
    assert [item["value"] for item in party["names"]] == ["Losmen Contoh"]
    publish(system, "imigrasi", asked("rq2", "request_answered", answered_at=ago(1).isoformat()))
    assert [row["id"] for row in eventually(lambda: found("withdrawn"))] == [alert["id"]]
