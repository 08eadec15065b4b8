"""The main job, told by clients that are not ours and read with curl."""

from datetime import UTC, datetime, timedelta

import pytest
from foreign import Curl, Node, amqp_publish, eventually
from synthetic import AGENCIES

pytestmark = pytest.mark.e2e

# Specimen of ICAO Doc 9303, part 4.
MRZ = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
POST, HOTEL, IMMIGRATION = "/plbn-badau/pos", "/phri-kh/hotel-kapuas", "/imigrasi/simkim"


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def event(source: str, kind: str, id: str, at: datetime, data: dict):
    head = {"specversion": "1.0", "type": f"id.tapal.{kind}.v1", "source": source, "id": id, "time": at.isoformat()}
    return {**head, "data": data}


def covered(source: str):
    data = {"covers_from": ago(90).isoformat(), "covers_until": datetime.now(UTC).isoformat()}
    return event(source, "source.status", f"status-{datetime.now(UTC).timestamp()}", ago(0), data)


def lasted_until(days_ago: float) -> str:
    return ago(days_ago).date().isoformat()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    return Node(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="module")
def officer(system):
    return Curl(system.gateway, system.account("operator"))


def alerts_of(officer, person):
    return [alert for alert in officer.get("/v1/alerts?limit=200")["items"] if alert["subject"]["id"] == person]


def person_by_document(officer, number, issuer="UTO"):
    body = {"document": {"number": number, "issuer": issuer}}
    return officer.send("/v1/persons/find", body, "tapal-purpose: order:SP-1/2026").get("id")


def state_is(officer, person, rule, state):
    found = [alert for alert in alerts_of(officer, person) if alert["series"] == "stay-end"]
    assert len(found) <= 1, "one stay, one alert"
    return found[0] if found and (found[0]["rule"], found[0]["state"]) == (rule, state) else None


def test_no_exit_seen_then_to_be_clarified_then_withdrawn(system, node, officer):
    arrival = {"action": "entry", "person": {"mrz": MRZ}, "post": "BADAU", "permit_kind": "B1"}
    entered = event(POST, "crossing", "main-1", ago(40), {**arrival, "valid_until": lasted_until(10)})
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", entered)
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", covered(POST))
    node.publish(system.amqp_url("imigrasi"), "agency.imigrasi", [covered(IMMIGRATION)])

    person = eventually(lambda: person_by_document(officer, "L898902C3"))
    alert = eventually(lambda: state_is(officer, person, "R02a", "open"))

    view = officer.get(f"/v1/alerts/{alert['id']}")
    facts = {fact["name"] for fact in view["facts"]}
    assert "stay.ends" in facts
    dossier = officer.get(f"/v1/persons/{person}", f"tapal-purpose: alert:{alert['id']}")
    assert dossier["name"] == "ANNA MARIA ERIKSSON"
    assert "ZE184226B" not in str(dossier), "optional data of the MRZ is blanked"

    guest = {
        "action": "check_in",
        "establishment": {"kind": "lodging", "id": "H-1", "name": "Hotel Kapuas", "village": "61.06.17.1001"},
        "person": {"documents": [{"kind": "passport", "number": "L898902C3", "issuer": "UTO"}]},
        "stay_ref": "room-7",
        "check_in_at": ago(2).isoformat(),
    }
    node.publish(system.amqp_url("phri-kh"), "agency.phri-kh", [event(HOTEL, "lodging", "main-2", ago(2), guest)])
    clarified = eventually(lambda: state_is(officer, person, "R02b", "open"))
    assert clarified["id"] == alert["id"], "the alert changed; it is not a second one"

    left = {"action": "exit", "person": {"mrz": MRZ}, "post": "BADAU"}
    late = event(POST, "crossing", "main-3", ago(1), left)
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", late)
    withdrawn = eventually(lambda: state_is(officer, person, "R02b", "withdrawn"))
    assert withdrawn["id"] == alert["id"]
    assert "stay.open" in str(officer.get(f"/v1/alerts/{alert['id']}")["history"])


def test_a_sender_reads_its_receipts(system):
    sender = Curl.__new__(Curl)
    sender._base, sender._token = system.gateway, system.api_key("phri-kh/hotel-kapuas")
    wrong = event(HOTEL, "lodging", "bad-1", ago(1), {"action": "check_in", "surprise": 1})
    assert sender.send("/v1/events", wrong)["accepted"] == 1
    found = eventually(lambda: sender.get(f"/v1/receipts?source={HOTEL}&id=bad-1")["receipts"])
    assert (found[0]["outcome"], found[0]["reason"]["id"] != "") == ("refused", True)
    assert "surprise" not in str(found[0]["reason"]) or found[0]["field"]


def test_a_protection_event_holds_and_gives_the_desk_a_task(system, officer):
    who = {"documents": [{"kind": "passport", "number": "PR000777", "issuer": "UTO"}], "name": {"full": "Pelita Uji"}}
    arrival = {"action": "entry", "person": who, "post": "BADAU", "permit_kind": "B1", "valid_until": lasted_until(10)}
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", event(POST, "crossing", "pr-1", ago(40), arrival))
    amqp_publish(system.amqp_url("plbn-badau"), "agency.plbn-badau", covered(POST))
    amqp_publish(system.amqp_url("imigrasi"), "agency.imigrasi", covered(IMMIGRATION))
    person = eventually(lambda: person_by_document(officer, "PR000777"))
    alert = eventually(lambda: state_is(officer, person, "R02a", "open"))

    said = {"kind": "help", "person": who, "note": "Rahasia"}
    call = event(AGENCIES["ppt"].sources[0].uri, "protection", "call-1", ago(0.01), said)
    amqp_publish(system.amqp_url("ppt"), "sealed.ppt", call)
    eventually(lambda: state_is(officer, person, "R02a", "held"))
    view = officer.get(f"/v1/alerts/{alert['id']}")
    assert not any(word in str(view).lower() for word in ("protection", "perlindungan", "cause", "rahasia"))

    desk = Curl(system.gateway, system.account("perlindungan"))
    task = eventually(
        lambda: next((t for t in desk.get("/v1/protection/tasks")["items"] if t["person"] == person), None)
    )
    assert "Rahasia" in str(desk.get(f"/v1/protection/tasks/{task['id']}", f"tapal-purpose: matter:{task['id']}"))
    release = f"/v1/protection/tasks/{task['id']}/release"
    desk.send(release, {"reason": "Selesai didampingi"}, f'if-match: "{task["revision"]}"')
    eventually(lambda: state_is(officer, person, "R02a", "open"))
