"""Cases as the alerts behind the gateway answer them: one that the office holds, one that is another agency's."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, Header

from chassis.errors import Problem
from chassis.statement import Actor

STEPS = ["take_up", "assign", "group", "pin", "offer", "plan", "note", "assess", "attach", "close", "merge"]


def task(when: str) -> dict[str, Any]:
    return {
        "id": "task-1",
        "kind": "administrative_action",
        "what": "Pembatalan izin.",
        "agency": "imigrasi",
        "officer": None,
        "due": when,
        "action": "administrative",
        "basis": None,
        "conference": {"held_on": "2026-03-01", "number": "BA-7/2026", "decided_by": "Kepala Kantor"},
        "state": "planned",
        "result": None,
        "closed_by": None,
        "closed_at": None,
        "mine": True,
    }


def case(id: str, persons: list[str], when: str, alerts: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    found = {
        "id": id,
        "revision": 1,
        "state": "open",
        "severity": 2,
        "level": "head",
        "agency": "imigrasi",
        "officer": None,
        "seats": ["holder"],
        "offered": None,
        "groups": [{"kind": "person", "id": one} for one in persons],
        "pinned": [],
        "opened_at": when,
        "updated_at": when,
        "taken_up_at": None,
        "limit_at": when,
        "outcome": None,
        "merged_into": None,
        "merged": [],
        "closing": None,
        "heirs": [],
        "persons": persons,
        "alerts": alerts,
        "tasks": [task(when)],
        "notes": [{"id": "n1", "text": "Ditanyakan ke pos.", "by": "ani", "agency": "imigrasi", "at": when}],
        "assessments": [],
        "attachments": [],
        "escalations": [],
        "history": [
            {
                "revision": 1,
                "at": when,
                "what": "opened",
                "by": "ani",
                "agency": "imigrasi",
                "changed": [{"name": "state", "before": None, "after": "open"}],
                "reason": None,
            }
        ],
        "may": STEPS,
    }
    return found | fields


def _of(world: Any, id: str, actor: Actor) -> dict[str, Any]:
    found = world.cases.get(id)
    if found is None or found["agency"] != actor.agency:
        raise Problem(404, "unknown_case", id="Kasus tidak dikenal.", en="Unknown case.")
    return found


def add_cases(app: FastAPI, world: Any, Who: Any) -> None:
    @app.get("/alerts/cases")
    async def page(actor: Who, state: str = "open", about: str = "") -> Any:
        mine = [one for one in world.cases.values() if one["agency"] == actor.agency]
        wanted = [one for one in mine if (one["state"] == "open") == (state == "open")]
        if about:
            kind, _, id = about.partition(":")
            wanted = [one for one in wanted if {"kind": kind, "id": id} in one["groups"]]
        return {"items": wanted, "next": None}

    @app.post("/alerts/cases", status_code=201)
    async def open(actor: Who, body: Annotated[Any, Body()]) -> Any:
        world.asked.append(("alerts", "open case", actor))
        persons = [one["id"] for one in body["groups"] if one["kind"] == "person"]
        id = body.get("once") or f"case-{len(world.cases) + 1}"
        made = case(id, persons, world.cases["case-1"]["opened_at"], [])
        world.cases[made["id"]] = made | {"agency": actor.agency}
        return world.cases[made["id"]]

    @app.get("/alerts/cases/{id}")
    async def one(actor: Who, id: str) -> Any:
        return _of(world, id, actor)

    _add_steps(app, world, Who)


def _add_steps(app: FastAPI, world: Any, Who: Any) -> None:
    @app.post("/alerts/cases/{id}/steps")
    async def work(actor: Who, id: str, body: Annotated[Any, Body()], if_match: Annotated[str, Header()] = "") -> Any:
        world.asked.append(("alerts", f"step {body['step']}", actor))
        found = _of(world, id, actor)
        if not if_match:
            raise Problem(428, "revision_required", id="Sertakan revisi.", en="Send the revision.")
        if if_match.strip('"') != str(found["revision"]):
            raise Problem(412, "old_revision", id="Revisi lama.", en="An old revision.", revision=found["revision"])
        if body["step"] == "begin":
            raise Problem(409, "ask_required", id="Tanyakan dahulu.", en="Ask first.", persons=found["persons"])
        closed = {"state": "closed", "outcome": body["outcome"], "may": ["reopen"]} if body["step"] == "close" else {}
        taken = {"officer": actor.name, "taken_up_at": found["opened_at"]} if body["step"] == "take_up" else {}
        world.cases[id] = found | closed | taken | {"revision": found["revision"] + 1}
        return world.cases[id]

    @app.get("/alerts/rules/figures")
    async def figures(actor: Who) -> Any:
        line = {"raised": 10, "decided": 4, "confirmed": 3, "dismissed": 1, "withdrawn": 2}
        more = {"dismissed_for": {"late_report": 1}, "false_positive_rate": 0.25}
        return {"weeks": 104, "items": [{"rule": "R02a", **line, **more}]}
