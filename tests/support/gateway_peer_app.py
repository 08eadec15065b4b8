"""A small real HTTP peer that stands for all services behind the gateway, each under its own path."""

from base64 import b64encode
from copy import deepcopy
from typing import Annotated, Any

import gateway_cases
import gateway_findings
import gateway_rules
from fastapi import Body, Depends, FastAPI, Header
from fastapi.responses import JSONResponse
from gateway_data_protection import data_protection
from gateway_findings import party
from gateway_peers import NAMES, NOW, PAIR, World, ago, dossier, hits, listed_pair, source, view
from gateway_subscriptions import subscriptions

from chassis.errors import Problem
from chassis.http import create_app
from chassis.listing import Asked
from chassis.statement import Actor, Verifier

STATES = {"acknowledge": "acknowledged", "review": "in_review", "snooze": "held", "wake": "open"}


def build(world: World, verifier: Verifier) -> FastAPI:
    """All services behind one address: /registry, /sealed, /alerts, /protection, /reports."""
    app = create_app("peers", "0", {})
    Who = Annotated[Actor, Depends(verifier)]

    @app.middleware("http")
    async def away(request: Any, call_next: Any) -> Any:
        part = request.url.path.split("/")[1]
        if part in world.away:
            return JSONResponse({"code": "unavailable"}, 503)
        return await call_next(request)

    _alerts(app, world, Who)
    _alert_office(app, world, Who)
    gateway_rules.routes(app, world, Who, NOW.isoformat())
    data_protection(app, world, Who)
    _registry(app, world, Who)
    _registry_search(app, world, Who)
    _registry_parties(app, world, Who)
    _registry_reviews(app, world, Who)
    _registry_office(app, world, Who)
    _registry_refused(app, world, Who)
    _protection(app, world, Who)
    _protection_steps(app, world, Who)
    _asks(app, world, Who)
    subscriptions(app, world, Who)
    gateway_cases.add_cases(app, world, Who)

    @app.get("/reports/presence")
    async def presence(actor: Who) -> Any:
        return {
            "as_of": NOW.isoformat(),
            "rows": [{"district": "61.06.14", "permit_family": "visit", "n": 7}],
            "total": 7,
        }

    @app.get("/reports/alerts")
    async def alert_report(actor: Who) -> Any:
        return {"as_of": NOW.isoformat(), "rows": [{"rule": "R02a", "state": "open", "n": 1}], "total": 1}

    return app


def _alerts(app: FastAPI, world: World, Who: Any) -> None:
    def found(alert: str) -> dict[str, Any]:
        if alert not in world.alerts:
            raise Problem(404, "unknown_alert", id="Tidak dikenal.", en="Unknown.")
        return world.alerts[alert]

    @app.get("/alerts/alerts")
    async def page(actor: Who, agency: str = "", state: str = "", limit: int = 200, after: int = 0) -> Any:
        world.asked.append(("alerts", "list", actor))
        items = [item for item in world.alerts.values() if not state or item["state"] == state]
        # Deliberately generous: the gateway must filter on its own.
        more = str(after + limit) if len(items) > after + limit else None
        return {"items": items[after : after + limit], "next": more}

    @app.get("/alerts/alerts/{alert}")
    async def one(actor: Who, alert: str) -> Any:
        return view(found(alert))

    @app.post("/alerts/alerts/{alert}/{step}")
    async def step(
        actor: Who, alert: str, step: str, if_match: Annotated[str, Header()], body: Annotated[Any, Body()] = None
    ) -> Any:
        world.asked.append(("alerts", step, actor))
        item = found(alert)
        if if_match.strip('"') != str(item["revision"]):
            raise Problem(412, "old_revision", id="Revisi lama.", en="An old revision.")
        item["revision"] += 1
        item["state"] = STATES.get(step) or body["outcome"]
        world.snoozes += [{**(body or {}), "by": actor.name, "agency": actor.agency, "alert": alert}] * (
            step == "snooze"
        )
        if step == "decide":
            item["decision"] = {**body, "by": actor.name, "at": NOW.isoformat()}
        return view(item)


def _alert_office(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/alerts/sources")
    async def sources(actor: Who) -> Any:
        return [
            source("plbn-badau", "pos", ["exit"], hours=2),
            source("imigrasi", "simkim", ["exit"], hours=20),
            source("phri-kh", "hotel-kapuas", ["lodging"], hours=70, silent=True),
            {**source("desa-badau", "desa", ["lodging"], hours=0), "last_heard_at": None, "covered_until": None},
        ]

    @app.get("/alerts/tables/unsigned")
    async def unsigned(actor: Who) -> Any:
        return {"items": ["tables/limits.yaml"]}

    @app.get("/alerts/snoozes")
    async def snoozes(actor: Who) -> Any:
        label = {"id": "Permohonan dibayar, belum diputus", "en": "Paid application pending"}
        return {
            "items": [
                {
                    **one,
                    "alert": view(world.alerts[one["alert"]]),
                    "fact": {"name": one["fact"], "value": False, "label": label},
                    "at": NOW.isoformat(),
                    "until": NOW.isoformat(),
                    "ended": None,
                    "hid": [],
                }
                for one in world.snoozes
                if one["agency"] == actor.agency
            ]
        }

    @app.get("/alerts/rules")
    async def rules(actor: Who) -> Any:
        return [{"id": "R02a", "version": 1, "title": {"id": "Belum terlihat keluar", "en": "No exit seen"}}]


def _registry(app: FastAPI, world: World, Who: Any) -> None:
    @app.post("/registry/persons/names")
    async def names(actor: Who, ids: Annotated[list[str], Body(embed=True, max_length=500)]) -> Any:
        world.asked.append(("registry", "names", actor))
        return {item: NAMES[item] for item in ids if item in NAMES}

    @app.get("/registry/persons/{person}")
    async def read(actor: Who, person: str, as_of: str | None = None, known_at: str | None = None) -> Any:
        world.asked.append(("registry", f"read {person}", actor))
        if person not in NAMES:
            raise Problem(404, "unknown_person", id="Orang tidak dikenal.", en="Unknown person.")
        return {**world.here(dossier(person), person), "as_of": as_of, "known_at": known_at}

    @app.get("/registry/persons/{person}/events/{key}")
    async def event(actor: Who, person: str, key: str) -> Any:
        world.asked.append(("registry", f"event {person} {key}", actor))
        told = next((one for one in dossier(person)["events"] if one["key"] == key), None)
        if told is None:
            raise Problem(404, "unknown_event", id="Peristiwa tidak dikenal.", en="Unknown event.")
        block = {"chain": told["agency"], "n": 7, "at": told["received_at"], "hash": "ab" * 32, "sound": True}
        known = world.decisions.get((person, key), dossier(person)["decisions"].get(key))
        raw = {"id": "e-1", "data": told["data"]}
        return {**told, "raw": raw, "withheld": ["listing_no"], "block": block, "decision": known}

    @app.post("/registry/persons/{person}/{command:path}")
    async def change(actor: Who, person: str, command: str) -> Any:
        world.asked.append(("registry", f"{command} {person}", actor))
        way, _, rest = command.partition("/")
        key, _, action = rest.partition("/")
        if way == "events":
            said = {"contest": "contested", "set-aside": "set_aside"}
            world.decisions[person, key] = said.get(action, action)
        return {"people": [person]}


def _registry_parties(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/registry/parties/{id}")
    async def read(actor: Who, id: str) -> Any:
        world.asked.append(("registry", f"party {id}", actor))
        if id != "party-2":
            raise Problem(404, "unknown_party", id="Pihak tidak dikenal.", en="Unknown party.")
        return world.here(party(ago))


def _registry_search(app: FastAPI, world: World, Who: Any) -> None:
    @app.post("/registry/persons/search")
    async def search(actor: Who, text: Annotated[str, Body()], limit: Annotated[int, Body()]) -> Any:
        world.asked.append(("registry", "search", actor))
        return {"items": world.here(hits(text)[:limit]), "complete": text != "SAMPLE"}

    @app.post("/registry/persons/find")
    async def find(actor: Who, document: Annotated[dict[str, str], Body(embed=True)]) -> Any:
        return {"id": "person-1" if document["number"] == "X0000001" else None}


def _registry_reviews(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/registry/reviews")
    async def queue(actor: Who, limit: int, after: str | None = None) -> Any:
        pairs = [{**listed_pair(world), **one} for one in world.pairs or [{}]]
        page = Asked("-total", after, limit).page(pairs, lambda row: (row["total"], row["id"]))
        return {"items": page.items, "next": page.next, "total": len(pairs)}

    @app.get("/registry/reviews/{review}")
    async def pair(actor: Who, review: str) -> Any:
        world.asked.append(("registry", f"read {review}", actor))
        if review != "review-1":
            raise Problem(404, "unknown_review", id="Pasangan tidak dikenal.", en="Unknown pair.")
        return {**listed_pair(world), **deepcopy(PAIR)}

    @app.post("/registry/reviews/{review}/verdict")
    async def judge(actor: Who, review: str, verdict: Annotated[str, Body()], reason: Annotated[str, Body()]) -> Any:
        world.asked.append(("registry", f"{verdict} {review}", actor))
        world.review_open = verdict == "later"
        return {"people": ["person-1"] if verdict == "same" else ["person-1", "person-2"]}


def _registry_office(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/registry/receipts")
    async def receipts(actor: Who, agency: str, source: str, id: str) -> Any:
        world.asked.append(("registry", f"receipts {agency} {source} {id}", actor))
        return {"receipts": world.receipts["registry"]}

    @app.get("/sealed/receipts")
    async def sealed(actor: Who, agency: str, source: str, id: str) -> Any:
        return {"receipts": world.receipts["sealed"]}

    @app.get("/registry/sources/scorecards")
    async def scorecards(actor: Who, agency: str = "", source: str = "") -> Any:
        world.asked.append(("registry", f"scorecards {agency} {source}", actor))
        lateness = {"p50": 15, "p90": 1440, "p99": None}
        counts = {"accepted": 12, "days_heard": 3, "refused": {"missing_field": 2}, "contradicted": None}
        gaps = {"missing": 3, "gaps": [[4, 6]], "silent": False, "lateness": lateness}
        return {"items": [{"agency": "phri-kh", "source": "hotel-kapuas", **counts, **gaps}]}

    @app.get("/registry/tables/unsigned")
    async def unsigned(actor: Who) -> Any:
        return {"items": ["retention.yaml"]}

    @app.get("/registry/counts")
    async def counts(actor: Who) -> Any:
        return {"items": [{"day": "2026-07-01", "post": "BADAU", "action": "exit", "n": 3}]}

    @app.post("/registry/reannounce")
    async def reannounce(actor: Who) -> Any:
        return {"persons": 3, "parties": 1, "sources": 6}


def _registry_refused(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/registry/quarantine")
    async def quarantine(actor: Who, limit: int, agency: str = "", after: str | None = None) -> Any:
        rows = [item for item in world.quarantine if agency in ("", item["agency"])]
        page = Asked("-at", after, limit).page(rows, lambda row: (row["at"], row["id"]))
        return {"items": page.items, "next": page.next}

    @app.post("/registry/quarantine/{record}/replays")
    async def replay(actor: Who, record: str, body: Annotated[Any, Body()]) -> Any:
        item = next((one for one in world.quarantine if one["id"] == record), None)
        if item is None or item["agency"] != actor.agency:
            raise Problem(404, "unknown_refusal", id="Catatan tidak dikenal.", en="Unknown record.")
        outcome = {"outcome": "accepted", "code": "accepted", "at": NOW.isoformat()} if body["event"] else None
        told = {"at": NOW.isoformat(), "by": actor.name, "reason": body["reason"], "outcome": outcome}
        item.setdefault("replays", []).append(told)
        sent = (body["event"] or item["raw"]).encode()
        return {"agency": item["agency"], "body": b64encode(sent).decode()}


def _member(world: World, actor: Actor) -> None:
    if actor.name not in world.members:
        raise Problem(403, "not_a_member", id="Anda bukan anggota meja perlindungan.", en="You are no member.")


def _protection(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/protection/tasks")
    async def tasks(actor: Who, state: str = "open") -> Any:
        _member(world, actor)
        return {"items": [item for item in world.tasks.values() if state in ("all", item["state"])]}

    @app.get("/protection/tasks/{task}")
    async def one(actor: Who, task: str) -> Any:
        _member(world, actor)
        if task not in world.tasks:
            raise Problem(404, "unknown_task", id="Tidak dikenal.", en="Unknown.")
        if world.tasks[task]["kind"] == "sign":
            return {**world.tasks[task], "sign": gateway_findings.SIGN}
        told = {"kind": "help", "note": "Asks for a quiet place to talk.", "danger_now": "no"}
        return {**world.tasks[task], "event": told | world.shown}


def _protection_steps(app: FastAPI, world: World, Who: Any) -> None:
    def known(actor: Actor, task: str) -> dict[str, Any]:
        _member(world, actor)
        if task not in world.tasks:
            raise Problem(404, "unknown_task", id="Tugas tidak dikenal.", en="Unknown task.")
        return world.tasks[task]

    @app.post("/protection/tasks/{task}/take")
    async def take(actor: Who, task: str, if_match: Annotated[str, Header()]) -> Any:
        item = known(actor, task)
        if if_match.strip('"') != str(item["revision"]):
            raise Problem(412, "old_revision", id="Revisi lama.", en="An old revision.")
        item |= {"revision": item["revision"] + 1, "taken_by": actor.name, "responsible": actor.name}
        return item

    @app.post("/protection/tasks/{task}/release")
    async def release(actor: Who, task: str, reason: Annotated[str, Body(embed=True)]) -> Any:
        world.tasks[task] = {**known(actor, task), "state": "released", "revision": 2}
        return world.tasks[task]


def _asks(app: FastAPI, world: World, Who: Any) -> None:
    @app.post("/alerts/asks", status_code=201)
    async def ask(actor: Who, person: Annotated[str, Body()], action: Annotated[str, Body()]) -> Any:
        world.asked.append(("alerts", f"ask {action} {person}", actor))
        given = dict.fromkeys(("answer", "given_to", "given_at", "valid_until"))
        said = {"id": f"ask-{len(world.asks) + 1}", "person": person, "action": action, "state": "pending"}
        when = {"asked_by": actor.name, "asked_at": ago(minutes=2), "answer_at": ago(minutes=1)}
        world.asks[said["id"]] = {**said, **when, **given}
        return world.asks[said["id"]]

    @app.get("/alerts/asks")
    async def about(actor: Who, person: str) -> Any:
        return {"items": [one for one in world.asks.values() if one["person"] == person]}

    @app.get("/alerts/asks/{id}")
    async def one(actor: Who, id: str) -> Any:
        if id not in world.asks:
            raise Problem(404, "unknown_ask", id="Tidak dikenal.", en="Unknown.")
        return world.asks[id]
