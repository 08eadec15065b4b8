"""What a running system lists: rows with the names that can be chosen, and figures of the own agency alone."""

import asyncio
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from foreign import eventually
from list_walks import SHAPES, lists_of, purposed, unknown_names

from tapal_local.sample.load import load_sample

pytestmark = pytest.mark.e2e
ROLES = ("operator", "supervisor", "polisi", "perlindungan", "dpo", "admin")
CHOSEN = "sandi-contoh-panjang"
TASK_FORCE = {"61.06.04", "61.06.12", "61.06.13", "61.06.14", "61.06.23"}
DAYS = {"from": "2020-01-01", "to": "2100-01-01"}
MOST_PAGES = 4
LINE = {"text": "arlo orvane"}
ERASED = ("erasures", "erasures/upcoming")
# Nothing was erased, no rule asked too much, and a webhook would need a receiver.
EMPTY = {
    "/v1/data-protection/erasures",
    "/v1/data-protection/erasures/upcoming",
    "/v1/rules/budget",
    "/v1/subscriptions",
}


@pytest.fixture(scope="module")
def clients(system):
    """One client for each role, over a week of the sample with something refused in it."""
    # As of yesterday: other tests of the same system load today's, and an id is used for one event alone.
    yesterday = datetime.now(UTC) - timedelta(days=1)
    asyncio.run(load_sample(system.home, system.vault, system.ports, yesterday))
    asyncio.run(system.publish("polres", [{"specversion": "1.0", "id": "lists-1", "source": "/polres/spkt"}]))
    found = {}
    for name in ROLES:
        said = {key: system.account(name)[key] for key in ("username", "password")}
        found[name] = httpx.Client(base_url=system.gateway, timeout=60, trust_env=False)
        token = found[name].post("/v1/login", json=said).json()["token"]
        found[name].headers["authorization"] = f"Bearer {token}"
    eventually(lambda: len(found["operator"].get("/v1/alerts").json()["items"]) > 3)
    return found


def at_rest(client):
    """An open question about a stay, once nothing changes any more."""
    before = client.get("/v1/alerts").json()["items"]
    time.sleep(1)
    asked = [row for row in before if row["state"] == "open" and row["rule"].startswith("R02")]
    return asked[0] if asked and client.get("/v1/alerts").json()["items"] == before else None


@pytest.fixture(scope="module")
def person(clients):
    """Somebody about whom people did what they do, so that there is something on the lists of it."""
    alert = eventually(lambda: at_rest(clients["operator"]))
    person, seen = alert["subject"]["id"], {"if-match": f'"{alert["revision"]}"'}
    fact = clients["operator"].get(f"/v1/alerts/{alert['id']}").json()["bindable"][0]["name"]
    why = {"reason": "Menunggu berarti bahaya."}
    paper = {"order_no": "SP/1/2026", **why}
    for role, path, body, headers in (
        (
            "supervisor",
            "/v1/asks",
            {"person": person, "action": "detention"},
            {"tapal-purpose": f"alert:{alert['id']}"},
        ),
        ("supervisor", "/v1/cases", {"groups": [{"kind": "person", "id": person}]}, {}),
        ("supervisor", "/v1/exports", paper, {}),
        ("operator", "/v1/emergencies", {"person": person, "minutes": 5, **why}, {}),
        ("operator", f"/v1/alerts/{alert['id']}/snooze", {"fact": fact, "days": 3, **why}, seen),
        ("dpo", f"/v1/data-protection/persons/{person}/holds", paper, {}),
        ("dpo", f"/v1/data-protection/persons/{person}/corrections", why, {}),
    ):
        answer = clients[role].post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
    return person


def call(client, method, path, **query):
    body = {"json": LINE} if method == "post" else {}
    return client.request(method, path, params=query, headers=purposed(path), **body)


def named(path, person):
    """The path with somebody in it, and what else it asks for."""
    return path.format(person=person, account="operator"), {"person": person, "source": "/polres/spkt", "id": "lists-1"}


def walked(client, method, path, query):
    found, after = [], {}
    for _ in range(MOST_PAGES):
        page = call(client, method, path, limit=7, **query, **after).json()
        found += page["receipts"] if "receipts" in page else page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    return found


def test_rows_have_the_names_that_can_be_chosen_and_pages_repeat_none(clients, person):
    document = clients["admin"].get("/openapi.json").json()
    unknown, repeated, filled = {}, [], set()
    for path, method in lists_of(document).items():
        for role, client in clients.items():
            address, more = named(path, person)
            answer = call(client, method, address, **(more if "{" not in path else {}), **DAYS)
            if answer.status_code in (403, 404):
                continue
            assert answer.status_code == 200, f"{role} {path}: {answer.text}"
            rows = walked(client, method, address, {**more, **DAYS})
            filled |= {path} if rows else set()
            unknown |= {path: names} if (names := unknown_names(path, rows)) else {}
            told = [json.dumps(row, sort_keys=True) for row in rows]
            repeated += [f"{role} {path}"] if len(told) != len(set(told)) else []
    assert unknown == {}
    assert repeated == []
    assert filled >= set(SHAPES) - EMPTY


def officer_of(clients, system, agency):
    """A new officer of an agency, who has chosen a password."""
    name = f"petugas-{agency}"
    newcomer = {"username": name, "name": "Petugas (contoh)", "role": "operator", "agency": agency}
    first = clients["admin"].post("/v1/accounts", json=newcomer).json()["password"]
    client = httpx.Client(base_url=system.gateway, timeout=60, trust_env=False)
    for password in (first, CHOSEN):
        login = client.post("/v1/login", json={"username": name, "password": password})
        client.headers["authorization"] = f"Bearer {login.json()['token']}"
        if password is first:
            assert client.post("/v1/me/password", json={"password": first, "new": CHOSEN}).status_code == 204
    return client


def presence(client):
    rows = client.get("/v1/reports/presence").json()["rows"]
    return {(row["district"], row["permit_family"]): row["n"] for row in rows}


def told(client):
    rows = client.get("/v1/reports/alerts").json()["rows"]
    return {(row["rule"], row["state"]): row["n"] for row in rows}


def test_figures_are_those_of_the_own_area_and_of_the_alerts_that_the_agency_is_told_of(clients, system):
    eventually(lambda: len({place for place, _ in presence(clients["admin"])}) > 2)
    whole, task_force = presence(clients["admin"]), officer_of(clients, system, "satgas-pamtas")
    assert presence(clients["operator"]) == presence(clients["dpo"]) == whole
    inside = {cell: n for cell, n in whole.items() if cell[0] in TASK_FORCE}
    assert 0 < len(inside) < len(whole)
    assert presence(task_force) == inside
    refused = officer_of(clients, system, "disnaker").get("/v1/counts", params=DAYS)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_in_remit")
    for client in (task_force, clients["polisi"]):
        rows = client.get("/v1/alerts", params={"limit": 200}).json()["items"]
        counted = Counter((row["rule"], row["state"]) for row in rows)
        eventually(lambda counted=counted, client=client: told(client) == counted)
    assert told(clients["admin"]) != told(task_force)
