"""The internal HTTP of the question before an administrative action. The answer holds no reason, for anybody."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from alerts.asks import Action, Ask, asked, state_of
from alerts.asks_store import Asks
from chassis.statement import Actor, Verifier

__all__ = ["ask_routes"]

PERSON = r"^[0-9A-Za-z_-]{1,80}$"


class Question(BaseModel):
    """Of whom, and before what."""

    person: str = Field(pattern=PERSON)
    action: Action


def ask_routes(asks: Asks, verifier: Verifier) -> APIRouter:
    """Asking, and looking for the answer."""
    router = APIRouter(prefix="/asks")
    who = Depends(verifier)

    @router.post("", status_code=201)
    async def ask(question: Question, actor: Annotated[Actor, who]) -> dict[str, Any]:
        now = asks.now()
        named = (secrets.token_hex(16), question.person, question.action, actor.name, actor.agency)
        return _view(await asks.ask(asked(Ask(*named, asked_at=now, answer_at=now), asks.delay)), asks)

    @router.get("")
    async def about(actor: Annotated[Actor, who], person: Annotated[str, Query(pattern=PERSON)]) -> dict[str, Any]:
        return {"items": [_view(ask, asks) for ask in await asks.about(person, actor)]}

    @router.get("/{id}")
    async def one(id: str, actor: Annotated[Actor, who]) -> dict[str, Any]:
        return _view(await asks.read(id, actor), asks)

    return router


def _view(ask: Ask, asks: Asks) -> dict[str, Any]:
    return {
        "id": ask.id,
        "person": ask.person,
        "action": ask.action,
        "state": state_of(ask, asks.now()),
        "asked_by": ask.by,
        "asked_at": ask.asked_at,
        "answer_at": ask.answer_at,
        "answer": ask.answer,
        "given_to": ask.given_to,
        "given_at": ask.given_at,
        "valid_until": ask.valid_until,
    }
