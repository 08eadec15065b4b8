"""Cases over the internal HTTP of a stand: opened, read, worked on; and the commands alone, whose outbox is stuck."""

import json
from datetime import timedelta

from alerts_stand import evaluation

from alerts.asks_store import Asks
from alerts.cases.admission import Admission
from alerts.cases.clock import read_limits
from alerts.cases.commands import CaseCommands
from alerts.cases.store import CaseStore
from alerts.reasons import Reasons
from chassis.drawers import drawers_of
from chassis.errors import Unavailable
from chassis.keyring import Keyring
from chassis.outbox import Outbox


async def opened(stand, *persons, who="imigrasi", **fields):
    body = {"groups": [{"kind": "person", "id": one} for one in persons], **fields}
    answer = await stand.call("POST", "/cases", agency=who, json=body)
    assert answer.status_code == 201, answer.json()
    return answer.json()


async def step(stand, case, name, who="imigrasi", **fields):
    headers = {"if-match": f'"{case["revision"]}"'}
    path = f"/cases/{case['id']}/steps"
    return await stand.call("POST", path, agency=who, headers=headers, json={"step": name, **fields})


async def did(stand, case, name, who="imigrasi", **fields):
    answer = await step(stand, case, name, who, **fields)
    assert answer.status_code == 200, answer.json()
    return answer.json()


async def read(stand, case, who="imigrasi"):
    return await stand.call("GET", f"/cases/{case['id']}", agency=who)


def subjects(case):
    return {row["subject"]["id"] for row in case["alerts"]}


def verdicts(case, code="fact_stands"):
    waiting = [row for row in case["alerts"] if row["state"] in ("open", "acknowledged", "in_review")]
    return [{"alert": row["id"], "revision": row["revision"], "code": code} for row in waiting]


async def kept(stand):
    """Every case as it is kept, opened."""
    rows = await stand.database.cases.find({}).to_list(None)
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    return [json.loads(said) for said in await drawers.opened("cases", [(row["_id"], row["b"]) for row in rows])]


def casework(stand):
    """The commands of a process that never gets anything out."""

    async def stuck(_):
        raise Unavailable("amqp")

    made, limits = evaluation(stand, stuck), read_limits()
    drawers = drawers_of(stand.database, Keyring(stand.settings.texts_key_file))
    cases = CaseStore(stand.database, drawers, Outbox(stand.database, stuck), limits)
    asks = Asks(stand.database, made.store, timedelta(0), timedelta(hours=1), stand.clock)
    admission = Admission(made.store, made.desk)
    return CaseCommands(cases, made.store, asks, Reasons(drawers), admission, stand.clock, limits)
