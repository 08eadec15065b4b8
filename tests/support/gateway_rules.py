"""The rules' part of the peers: one rule in force, one draft, and what the reports say of it."""

from typing import Any

from fastapi import Body, FastAPI

from chassis.errors import Problem

FAIR = [
    {"citizenship": "UTO", "people": 60, "found": 6, "share_of_people": 0.6, "share_of_found": 0.5},
    {"citizenship": "others", "people": 40, "found": 6, "share_of_people": 0.4, "share_of_found": 0.5},
]


def version(number: int, stage: str, at: str) -> dict[str, Any]:
    """One version of a rule, in this stage."""
    agencies = {"imigrasi": 1.5}
    trial = {"hits": 12, "subjects": 100, "ended_by_themselves": 3, "waiting": 2, "agencies": agencies}
    return {
        "rule": "R02a",
        "version": number,
        "title": {"id": "Belum terlihat keluar", "en": "No exit seen"},
        "owner": "imigrasi / Intal",
        "side": "administrative",
        "stage": stage,
        "expires": "2027-11-24",
        "waiting_for": "",
        "history": [{"at": at, "by": "ani", "what": "draft", "reason": "uji"}],
        "text": "id: R02a\nversion: 2\n",
        "trial": {**trial, "expected_dismissed": 5},
        "on_probation": {"found": 4, "still": 3, "agencies": agencies},
    }


def begun(at: str) -> dict[int, dict[str, Any]]:
    """The versions that there are before anybody takes a step."""
    return {1: version(1, "active", at), 2: version(2, "shadow", at)}


def routes(app: FastAPI, world: Any, Who: Any, at: str) -> None:
    """Under /alerts/rules and /reports/fairness."""

    @app.get("/alerts/rules/versions")
    async def versions(actor: Who) -> Any:
        return {"items": list(world.rules.values())}

    @app.get("/alerts/rules/budget")
    async def budget(actor: Who) -> Any:
        return {"items": [{"rule": "R12", "agency": "imigrasi", "raised": 41, "budget": 40, "at": at}]}

    @app.get("/alerts/rules/R02a/versions/{number}")
    async def one(actor: Who, number: int) -> Any:
        return world.rules[number]

    @app.post("/alerts/rules", status_code=201)
    async def draft(actor: Who, text: str = Body(), reason: str = Body()) -> Any:
        if "citizenship" in text:
            raise Problem(422, "not_a_rule", id="Aturan ditolak.", en="The rule is refused.")
        world.rules[3] = version(3, "draft", at) | {"text": text}
        return world.rules[3]

    @app.post("/alerts/rules/R02a/versions/{number}/{wish}")
    async def step(actor: Who, number: int, wish: str, reason: str = Body(embed=True)) -> Any:
        world.asked.append(("alerts", f"{wish} R02a/{number}", actor))
        world.rules[number]["stage"] = {"approve": "active", "kill": "killed"}.get(wish, "draft")
        return world.rules[number]

    @app.get("/reports/fairness/R02a/{number}")
    async def fairness(actor: Who, number: int) -> Any:
        return {"as_of": at, "found": 12, "rows": FAIR}
