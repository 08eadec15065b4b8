"""The internal HTTP of subscriptions. A secret is in the answer that makes it, and in no other."""

import secrets
from datetime import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from alerts.notify.items import Channel
from alerts.notify.mail_address import MailAddress
from alerts.notify.subscription import Hours, Subscription
from alerts.notify.wishes import ADMINISTRATOR, Wishes
from alerts.seen import seen_revision
from chassis.errors import Problem
from chassis.statement import Actor, Verifier

__all__ = ["Wish", "subscription_routes"]

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
MAIL = TypeAdapter(MailAddress)
IfMatch = Annotated[str, Header(max_length=40)]


class Wish(BaseModel):
    """What somebody wants to be told. Times are in WIB; without rules it is all of which the agency is told."""

    channel: Channel
    address: str = Field(min_length=3, max_length=500)
    min_severity: int = Field(3, ge=1, le=4)
    rules: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]] = Field([], max_length=100)
    quiet_from: str | None = Field(None, pattern=CLOCK)
    quiet_until: str | None = Field(None, pattern=CLOCK)
    digest_hour: int | None = Field(None, ge=0, le=23)
    agency: str | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def _fits(self) -> "Wish":
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise PydanticCustomError("wrong_value", "quiet hours need both ends")
        if self.channel == "email":
            MAIL.validate_python(self.address)
        return self

    def hours(self) -> Hours:
        return Hours(_clock(self.quiet_from), _clock(self.quiet_until), self.digest_hour)


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def subscription_routes(
    wishes: Wishes, known: frozenset[str], agencies: frozenset[str], verifier: Verifier
) -> APIRouter:
    """Lists, single ones and commands. `known` are the rules and `agencies` the codes that there are."""
    router = APIRouter(prefix="/subscriptions")
    who = Depends(verifier)

    @router.get("")
    async def found(actor: Annotated[Actor, who]) -> dict[str, Any]:
        return {"items": [_view(one) for one in await wishes.found(actor)], "mail": wishes.mails}

    @router.post("", status_code=201)
    async def make(wish: Wish, actor: Annotated[Actor, who]) -> dict[str, Any]:
        if unknown := sorted(set(wish.rules) - known):
            raise Problem(422, "unknown_rule", id="Aturan tidak dikenal.", en="Unknown rule.", fields=unknown)
        one, secret = await wishes.make(_new(wish, _agency(wish, actor, agencies), actor, wishes))
        return _view(one) | {"secret": secret}

    @router.get("/{id}")
    async def one(id: str, actor: Annotated[Actor, who]) -> dict[str, Any]:
        return await _full(await wishes.one(id, actor), wishes)

    _commands(router, wishes, verifier)
    return router


def _commands(router: APIRouter, wishes: Wishes, verifier: Verifier) -> None:
    who = Depends(verifier)

    @router.post("/{id}/test", status_code=202)
    async def test(id: str, actor: Annotated[Actor, who]) -> dict[str, Any]:
        return {"notice": (await wishes.test(await wishes.one(id, actor))).id}

    @router.post("/{id}/rotate")
    async def rotate(id: str, actor: Annotated[Actor, who], if_match: IfMatch = "") -> dict[str, Any]:
        after, secret = await wishes.rotate(await wishes.one(id, actor), seen_revision(if_match))
        return _view(after) | {"secret": secret}

    @router.post("/{id}/pause")
    async def pause(id: str, actor: Annotated[Actor, who], if_match: IfMatch = "") -> dict[str, Any]:
        one = await wishes.one(id, actor)
        return _view(await wishes.change(one, seen_revision(if_match), one.paused("by_hand")))

    @router.post("/{id}/resume")
    async def resume(id: str, actor: Annotated[Actor, who], if_match: IfMatch = "") -> dict[str, Any]:
        one = await wishes.one(id, actor)
        return _view(await wishes.change(one, seen_revision(if_match), one.resumed(wishes.now())))

    @router.delete("/{id}")
    async def remove(id: str, actor: Annotated[Actor, who], if_match: IfMatch = "") -> dict[str, Any]:
        await wishes.remove(await wishes.one(id, actor), seen_revision(if_match))
        return {"id": id}


def _agency(wish: Wish, actor: Actor, agencies: frozenset[str]) -> str:
    agency = wish.agency if wish.agency and actor.role == ADMINISTRATOR else actor.agency
    if agency not in agencies:
        raise Problem(422, "unknown_agency", id="Instansi tidak dikenal.", en="Unknown agency.", fields=["agency"])
    return agency


def _new(wish: Wish, agency: str, actor: Actor, wishes: Wishes) -> Subscription:
    now = wishes.now()
    return Subscription(
        id=secrets.token_hex(16),
        revision=1,
        agency=agency,
        channel=wish.channel,
        address=wish.address,
        min_severity=wish.min_severity,
        rules=frozenset(wish.rules),
        hours=wish.hours(),
        created_by=actor.name,
        created_at=now,
        since=now,
    )


def _view(one: Subscription) -> dict[str, Any]:
    hours = one.hours
    return {
        "id": one.id,
        "revision": one.revision,
        "agency": one.agency,
        "channel": one.channel,
        "address": one.address,
        "min_severity": one.min_severity,
        "rules": sorted(one.rules),
        "quiet_from": hours.quiet_from and hours.quiet_from.isoformat("minutes"),
        "quiet_until": hours.quiet_until and hours.quiet_until.isoformat("minutes"),
        "digest_hour": hours.digest_hour,
        "state": one.state,
        "paused_for": one.paused_for,
        "created_by": one.created_by,
        "created_at": one.created_at,
        "rotated_until": next((secret.until for secret in one.secrets if secret.until), None),
    }


async def _full(one: Subscription, wishes: Wishes) -> dict[str, Any]:
    past = [
        {
            "id": found.notice.id,
            "kind": found.notice.kind,
            "state": found.state,
            "alerts": len(found.notice.items),
            "created_at": found.notice.created_at,
            "due": found.notice.due,
            "tried": [{"at": at, "outcome": code} for at, code in found.notice.tried],
        }
        for found in await wishes.past(one)
    ]
    return _view(one) | {"notices": past}
