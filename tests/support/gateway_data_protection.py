"""The registry's part for data protection, as the gateway's peer in tests has it."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, Query
from gateway_peers import NAMES, NOW, World, dossier

from chassis.errors import Problem

__all__ = ["data_protection"]


def data_protection(app: FastAPI, world: World, Who: Any) -> None:
    _holds(app, world, Who)
    _told(app, Who)


def _known(person: str) -> None:
    if person not in NAMES:
        raise Problem(404, "unknown_person", id="Orang tidak dikenal.", en="Unknown person.")


def _holds(app: FastAPI, world: World, Who: Any) -> None:
    @app.get("/registry/legal-holds")
    async def every(actor: Who) -> Any:
        return {"items": [{"id": id, "on": on, "event": None, "at": NOW} for id, on in world.legal_holds.items()]}

    @app.post("/registry/persons/{person}/legal-holds")
    async def hold(actor: Who, person: str, body: Annotated[dict[str, Any], Body()]) -> Any:
        _known(person)
        world.asked.append(("registry", f"hold {person} {body['order_no']} {body['reason']}", actor))
        world.holds_named.append(body.get("once"))
        world.legal_holds["hold-1"] = True
        return {"id": "hold-1"}

    @app.post("/registry/legal-holds/{hold}/lift")
    async def lift(actor: Who, hold: str) -> Any:
        if not world.legal_holds.get(hold):
            raise Problem(409, "lifted", id="Penahanan sudah dicabut.", en="This hold was lifted already.")
        world.legal_holds[hold] = False
        return {"id": hold}


def _told(app: FastAPI, Who: Any) -> None:
    @app.get("/registry/erasures")
    async def proofs(actor: Who, person: str = "") -> Any:
        proof = {"id": "proof-1", "person": "person-9", "rule": "closed_lawful_stay", "at": NOW}
        return {"items": [proof] if person in ("", "person-9") else []}

    @app.get("/alerts/cases/erased")
    async def cases(actor: Who) -> Any:
        return {"items": [{"case": "case-9", "rule": "closed_case", "at": NOW, "entries": 3}]}

    @app.get("/registry/erasures/upcoming")
    async def upcoming(actor: Who) -> Any:
        return {"items": [{"person": "person-2", "on": "2027-01-05"}]}

    @app.get("/registry/persons/{person}/everything")
    async def everything(actor: Who, person: str) -> Any:
        _known(person)
        told = dossier(person)
        ids = [person, f"{person}-before"]
        return {"dossier": told, "events": told["events"], "ids": ids, "erased": [], "told": ["reports"]}

    @app.get("/alerts/everything")
    async def worked(actor: Who, person: Annotated[list[str], Query()]) -> Any:
        return {"alerts": [{"id": "alert-1", "of": person}], "cases": [{"id": "case-1", "of": person}]}
