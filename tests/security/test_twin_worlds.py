"""Two worlds that differ only in whom a protection event is about: nobody outside the desk can tell which is which.

In the first, help is called for two persons. One of them is on hold for an ordinary reason already (a contested
event); the other is not. In the second the same calls are about strangers, and the other person is on hold for a
reason that is no protection matter: the registry says so by the same message as for every cause. All else is the same.
"""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import aio_pika
import pymongo
import pytest
from foreign import eventually
from receivers import ear
from scanned import scanned_system
from synthetic import ROOT
from twin_worlds import Eyes, differences

from chassis.settings import read_models
from contracts.agencies import Agency
from contracts.messages import HoldChanged
from gateway.watch import anomalies
from gateway.watching import read_limits

pytestmark = pytest.mark.e2e

POST, HOTEL, IMMIGRATION, DESK = "/plbn-badau/pos", "/phri-kh/hotel-kapuas", "/imigrasi/simkim", "/ppt/layanan"
NOW = datetime.now(UTC).replace(microsecond=0)
# Long enough for all that is asked to wait at the same time.
ASK_SECONDS = 10
ASKING = {"TAPAL_ASK_SECONDS": ASK_SECONDS}
# How much of it falls into one hour hangs on the clock: the watch over readers does not run, and what it would find is
# compared instead, as if all had been read in one hour of work, and in one of rest.
WATCHING = {"TAPAL_WATCH_SECONDS": 3600}
FEW = dict.fromkeys(("mass_reads", "no_case", "off_hours", "refused"), 2)
HOURS = (datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2026, 11, 26, 19, tzinfo=UTC))
OUTSIDE = ("operator", "supervisor", "polisi", "hotel", "pos", "desa", "dpo", "inspektur", "admin")
SYSTEMS = ("ppt/layanan", "phri-kh/hotel-kapuas", "plbn-badau/pos", "imigrasi/simkim")
CODES = sorted(agency.code for agency in read_models(ROOT / "deploy" / "agencies", Agency))


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def event(source, kind, id, days, data):
    head = {"specversion": "1.0", "type": f"id.tapal.{kind}.v1", "source": source, "id": id, "time": ago(days)}
    return {**head, "data": data}


def passport(number, **more):
    return {"documents": [{"kind": "passport", "number": number, "issuer": "UTO"}], **more}


def entry(id, who):
    stay = {"post": "BADAU", "permit_kind": "B1", "valid_until": ago(10)[:10]}
    return event(POST, "crossing", id, 40, {"action": "entry", "person": who, **stay})


def night(id, who, days):
    lodging = {"kind": "lodging", "id": "H-1", "name": "Hotel Kapuas", "village": "61.06.17.1001"}
    stay = {"establishment": lodging, "stay_ref": id, "check_in_at": ago(days)}
    return event(HOTEL, "lodging", id, days, {"action": "check_in", "person": who, **stay})


def covered(source):
    return event(source, "source.status", "status", 0, {"covers_from": ago(90), "covers_until": ago(0)})


class World:
    """One system, and the story told to it."""

    def __init__(self, system, database, *, protected):
        self.system, self.database, self.protected = system, database, protected
        self.eyes = Eyes(system, {})

    def send(self, code, *events):
        asyncio.run(self.system.publish(code, list(events)))

    def alert(self, number):
        """The newest alert that nobody has a name for yet."""

        def new():
            rows = self.database["alerts"].alerts.find({"rule": "R02a"})
            return next((row for row in rows if row["_id"] not in self.eyes.names), None)

        row = eventually(new)
        self.eyes.names |= {row["_id"]: f"<alert {number}>", row["subject"]: f"<person {number}>"}
        return row["_id"], row["subject"]

    def until(self, alert, state):
        eventually(lambda: self.database["alerts"].alerts.find_one({"_id": alert, "state": state}))

    def subscribe(self, address):
        """The office is told of every change by a webhook too."""
        wish = {"channel": "webhook", "address": address, "min_severity": 1}
        self.subscription = self.eyes.call("supervisor", "POST", "/v1/subscriptions", json=wish).json()["id"]

    def was_told(self, told):
        """What the webhook brought, and how the page shows it."""
        self.eyes.look("supervisor", f"/v1/subscriptions/{self.subscription}")
        bodies = [json.dumps(self.eyes.plain(json.loads(body)), sort_keys=True) for body in told]
        self.eyes.seen["webhook"] = "\n".join(sorted(bodies))

    def arrive(self):
        self.send("plbn-badau", covered(POST))
        self.send("imigrasi", covered(IMMIGRATION))
        self.found = {}
        for number in ("TWP001", "TWQ001", "TWR001"):
            self.send("plbn-badau", entry(f"entry-{number}", passport(number, birth_date="1990-04-02")))
            self.found[number] = self.alert(number)
            self.until(self.found[number][0], "open")
        self.send("phri-kh", night("night-1", passport("TWS001"), 35))
        party = eventually(self.database["registry"].parties.find_one)
        self.eyes.names[party["_id"]] = "<party>"
        self.contest()
        self.bring_together()

    def bring_together(self):
        """A case about each person, and one alert that the office puts aside."""
        for number, (_, person) in self.found.items():
            wanted = {"groups": [{"kind": "person", "id": person}]}
            case = self.eyes.call("supervisor", "POST", "/v1/cases", json=wanted).json()["id"]
            # The page shows the beginning of it, where the whole is not replaced before.
            self.eyes.names |= {case: f"<case {number}>", case[:8]: f"<short case {number}>"}
        alert, _ = self.found["TWR001"]
        aside = {"fact": "stay.application_pending", "days": 30, "reason": "Menunggu keputusan."}
        revision = self.eyes.call("operator", "GET", f"/v1/alerts/{alert}").headers["etag"]
        headers = {"if-match": revision}
        assert self.eyes.call("operator", "POST", f"/v1/alerts/{alert}/snooze", json=aside, headers=headers).is_success
        self.until(alert, "held")

    def contest(self):
        """An ordinary reason to wait: somebody contests what an alert rests on."""
        alert, person = self.found["TWP001"]
        order = {"tapal-purpose": "order:SP-9/2026"}
        (told,) = self.eyes.call("operator", "GET", f"/v1/persons/{person}", headers=order).json()["events"]
        path, reason = f"/v1/persons/{person}/events/{told['key']}/contest", {"reason": "Orang itu menyangkal."}
        assert self.eyes.call("operator", "POST", path, headers=order, json=reason).is_success
        self.until(alert, "held")

    def call_for_help(self):
        told = ("TWP001", "TWQ001") if self.protected else ("TWX001", "TWX002")
        one, other = (
            event(DESK, "protection", f"call-{n}", 0.01, {"kind": "help", "person": passport(who), "note": "Rahasia"})
            for n, who in enumerate(told)
        )
        asyncio.run(self._publish("sealed.ppt", "", json.dumps(one).encode()))
        assert self.eyes.call("ppt/layanan", "POST", "/v1/events", json=other).json()["accepted"] == 1
        self.tasks = eventually(lambda: len(rows := list(self.database["protection"].tasks.find())) == 2 and rows)
        self._ordinary_hold(1, on=True)
        self.until(self.found["TWQ001"][0], "held")

    def _ordinary_hold(self, version, *, on):
        if not self.protected:
            person = self.found["TWQ001"][1]
            row = {"_id": person, "v": version, "causes": ["ordinary"] if on else []}
            self.database["registry"].holds.replace_one({"_id": person}, row, upsert=True)
            body = HoldChanged(person=person, version=version, on=on).model_dump_json(exclude_none=True).encode()
            asyncio.run(self._publish("registry", HoldChanged.TYPE, body))

    async def _publish(self, exchange, key, body):
        async with await aio_pika.connect(self.system.amqp_url("admin")) as connection:
            channel = await connection.channel()
            place = await channel.get_exchange(exchange, ensure=False)
            await place.publish(aio_pika.Message(body, type=key or None), key)

    def ask(self):
        self.asked_at = time.monotonic()
        for number in self.found:
            body = {"person": self.found[number][1], "action": "detention"}
            answer = self.eyes.call(
                "operator", "POST", "/v1/asks", json=body, headers={"tapal-purpose": "order:SP-9/2026"}
            )
            self.eyes.names[answer.json()["id"]] = f"<ask {number}>"

    def answers(self):
        time.sleep(max(0, ASK_SECONDS + 1 - (time.monotonic() - self.asked_at)))
        asks = [id for id, name in self.eyes.names.items() if name.startswith("<ask")]
        told = [self.eyes.call("operator", "GET", f"/v1/asks/{ask}").json() for ask in asks]
        moments = [[datetime.fromisoformat(one[name]) for name in ("asked_at", "answer_at")] for one in told]
        assert {(until - since).total_seconds() for since, until in moments} == {ASK_SECONDS}
        return [one["state"] for one in told]

    def work_at_the_desk(self):
        """The officers of the desk read and take; what they did is on record for others to see, not about whom."""
        self.eyes.call("perlindungan", "GET", "/v1/protection/tasks")
        for task in self.tasks:
            path, headers = f"/v1/protection/tasks/{task['_id']}", {"tapal-purpose": f"matter:{task['_id']}"}
            assert self.eyes.call("perlindungan", "GET", path, headers=headers).status_code == 200
            headers["if-match"] = f'"{task["revision"]}"'
            assert self.eyes.call("perlindungan", "POST", f"{path}/take", headers=headers).status_code == 200

    def release(self):
        for task in self.tasks:
            path, headers = f"/v1/protection/tasks/{task['_id']}/release", {"if-match": '"2"'}
            reason = {"reason": "Sudah aman."}
            assert self.eyes.call("perlindungan", "POST", path, headers=headers, json=reason).status_code == 200
        self._ordinary_hold(2, on=False)
        self.until(self.found["TWQ001"][0], "open")

    def watched(self):
        """What rule Q3 would be told of every reader."""
        limits, rows, after = read_limits().model_copy(update=FEW), [], ""
        while after is not None:
            page = self.eyes.call("dpo", "GET", f"/v1/audit?limit=500&days=1{after and '&after='}{after}").json()
            rows += [{**row, "_id": row["id"]} for row in page["items"]]
            after = page["next"]
        found = [one for hour in HOURS for one in anomalies([{**row, "at": hour} for row in rows], limits)]
        return "\n".join(f"{one.account} {one.kind} {one.starts} {one.count} {one.covered}" for one in found)

    def look(self):
        time.sleep(3)  # the last announcements reach reports and streams
        for account in OUTSIDE:
            self.eyes.look_around(account)
        for code in SYSTEMS:
            for path in (
                "/v1/sources/scorecards",
                *(f"/v1/receipts?source=/{code}&id={id}" for id in ("call-0", "call-1")),
            ):
                self.eyes.look(code, path)
        for account in ("dpo", "supervisor", "operator"):
            self.eyes.look(account, "/v1/audit?limit=500")
        self.eyes.metrics()
        self.eyes.logs()
        self.eyes.seen["watch"] = self.watched()
        self.eyes.seen["deadlines"] = str(self.database["alerts"].deadlines.count_documents({}))
        return dict(self.eyes.seen)


def lived(folder, protected):
    """One world: what is seen while persons are on hold and after the desk let go, and what is answered."""
    with ExitStack() as stack:
        system = stack.enter_context(scanned_system(folder, alerts=ASKING, gateway=WATCHING))
        address = system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]
        database = stack.enter_context(pymongo.MongoClient(address, tz_aware=True))
        world = World(system, database, protected=protected)
        address, posted = stack.enter_context(ear())
        world.subscribe(address)
        stop = stack.enter_context(world.eyes.listening("operator", "supervisor", "polisi"))
        world.arrive()
        world.call_for_help()
        world.ask()
        world.work_at_the_desk()
        answers, held = world.answers(), world.look()
        world.release()
        world.look()
        stop()
        world.was_told(posted)
        world.eyes.queues(CODES)
        return {"held": held, "after": world.eyes.seen, "answers": answers}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """What is seen in both worlds, lived through side by side."""
    with ThreadPoolExecutor(2) as pool:
        begun = [pool.submit(lived, tmp_path_factory.mktemp("twin"), protected) for protected in (True, False)]
        first, second = (world.result() for world in begun)
    return {name: (first[name], second[name]) for name in first}


def told(found):
    """Every difference, for whoever reads the run."""
    for line in found:
        print(line)
    return found


def test_while_persons_are_on_hold_both_worlds_look_the_same(worlds):
    assert told(differences(*worlds["held"])) == []


def test_after_the_desk_let_go_both_worlds_look_the_same(worlds):
    assert told(differences(*worlds["after"])) == []


def test_the_answer_before_an_action_is_the_same_for_both_holds(worlds):
    assert worlds["answers"] == (["wait", "wait", "proceed"],) * 2


def test_the_comparison_covers_every_role_and_finds_what_differs(worlds):
    seen, _ = worlds["after"]
    assert len(seen) > 400
    assert any("held" in text for text in worlds["held"][0].values())
    assert '"state": "held"' in seen["webhook"]
    assert FEW.keys() <= set(seen["watch"].split())
    assert seen["operator stream"].count('"state": "held"') == 3
    for place in (
        "queue to.imigrasi",
        "webhook",
        "metrics alerts",
        "dpo GET /v1/audit?limit=500",
        "log alerts",
        "watch",
    ):
        tampered = {**seen, place: seen[place] + "\none more"}
        assert differences(seen, tampered) == [f"{place}: only without: one more"]
