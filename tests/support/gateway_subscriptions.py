"""The subscriptions of the alerts service, as the gateway's peer keeps them."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, Header
from gateway_peers import World, ago

from chassis.errors import Problem
from chassis.statement import Actor

NOTICES = [
    {
        "id": "n1" * 16,
        "kind": "digest",
        "state": "delivered",
        "alerts": 3,
        "created_at": ago(hours=2),
        "due": ago(hours=2),
        "tried": [{"at": ago(hours=2), "outcome": "http_503"}, {"at": ago(hours=1), "outcome": "delivered"}],
    }
]


def mine(world: World, actor: Actor, id: str) -> dict[str, Any]:
    one = world.subscriptions.get(id)
    if one is None or (actor.role != "administrator" and one["agency"] != actor.agency):
        raise Problem(404, "unknown_subscription", id="Tidak dikenal.", en="Unknown.")
    return one


def subscriptions(app: FastAPI, world: World, Who: Any) -> None:
    _steps(app, world, Who)

    @app.get("/alerts/subscriptions")
    async def found(actor: Who) -> Any:
        rows = world.subscriptions.values()
        return {
            "items": [one for one in rows if actor.role == "administrator" or one["agency"] == actor.agency],
            "mail": True,
        }

    @app.post("/alerts/subscriptions", status_code=201)
    async def make(actor: Who, wish: Annotated[dict[str, Any], Body()]) -> Any:
        if "10.0.0.1" in wish["address"]:
            raise Problem(422, "private_address", id="Alamat itu tidak diizinkan.", en="Not allowed.")
        id = f"sub-{len(world.subscriptions) + 1}"
        agency = wish["agency"] if actor.role == "administrator" and wish["agency"] else actor.agency
        kept = {"id": id, "revision": 1, "state": "active", "paused_for": "", "created_by": actor.name}
        world.subscriptions[id] = {**wish, **kept, "agency": agency, "created_at": ago(minutes=1)}
        return {**world.subscriptions[id], "secret": "whsec_cmFoYXNpYQ=="}

    @app.get("/alerts/subscriptions/{id}")
    async def one(actor: Who, id: str) -> Any:
        return {**mine(world, actor, id), "notices": NOTICES}


def _steps(app: FastAPI, world: World, Who: Any) -> None:
    @app.post("/alerts/subscriptions/{id}/{step}")
    async def step(actor: Who, id: str, step: str, if_match: Annotated[str, Header()] = "") -> Any:
        item = mine(world, actor, id)
        if step == "test":
            return {"notice": "n2"}
        if if_match.strip('"') != str(item["revision"]):
            raise Problem(412, "old_revision", id="Revisi lama.", en="An old revision.")
        item["revision"] += 1
        if step in ("pause", "resume"):
            paused = step == "pause"
            item |= {"state": "paused" if paused else "active", "paused_for": "by_hand" if paused else ""}
        return {**item, "secret": "whsec_YmFydQ=="} if step == "rotate" else item

    @app.delete("/alerts/subscriptions/{id}")
    async def end(actor: Who, id: str) -> Any:
        mine(world, actor, id)
        del world.subscriptions[id]
        return {"id": id}
