"""/v1/subscriptions: webhooks and e-mail."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from gateway.door import Door
from gateway.edge import IfMatch, Opaque, visits
from gateway.lists import Listing, listed
from gateway.shapes import SUBSCRIPTIONS
from gateway.subscriptions import Subscriptions
from gateway.visits import Visit

__all__ = ["Wish", "routes"]

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
Step = Annotated[Literal["test", "rotate", "pause", "resume"], Path()]


class Wish(BaseModel):
    """What is to be told, to whom, and at which hours (WIB)."""

    channel: Literal["webhook", "email"]
    address: str = Field(min_length=3, max_length=500, description="https address of the receiver, or one of e-mail")
    min_severity: int = Field(3, ge=1, le=4, description="From this urgency on")
    rules: list[str] = Field(default_factory=list, max_length=100, description="None: all the agency is told of")
    quiet_from: str | None = Field(None, pattern=CLOCK, description="Urgency 1 and 2 wait from then …")
    quiet_until: str | None = Field(None, pattern=CLOCK, description="… until then, over midnight if need be")
    digest_hour: int | None = Field(None, ge=0, le=23, description="Urgency 1 and 2 once a day, together")
    agency: str | None = Field(None, max_length=40, description="For administrators; else it is the own agency")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class SubscriptionView(_Answer):
    """One subscription. Its secret is in the answer that makes it and in no other."""

    id: str
    revision: int
    agency: str
    channel: str
    address: str
    min_severity: int
    rules: list[str]
    quiet_from: str | None = None
    quiet_until: str | None = None
    digest_hour: int | None = None
    state: str = Field(description="active or paused")
    paused_for: str = Field(description="by_hand, or gone: the receiver answered 410")
    created_by: str
    created_at: str
    rotated_until: str | None = Field(None, description="Until then the secret before signs as well")


class Made(SubscriptionView):
    """A new subscription, or one with a new secret."""

    secret: str | None = Field(None, description="`whsec_…`, shown this once; none for e-mail")


class SubscriptionPage(_Answer):
    """Subscriptions, the oldest first."""

    items: list[SubscriptionView]
    next: str | None = None
    mail: bool = Field(description="Whether the operator set up a mail server")


class Past(_Answer):
    """A notice and what became of it."""

    id: str
    kind: str = Field(description="alerts, digest or test")
    state: str = Field(description="waiting, delivered, given_up, gone, dropped or nothing")
    alerts: int
    created_at: str
    tried: list[dict[str, str]] = Field(description="Every attempt: `at` and `outcome`, a stable code")


class SubscriptionFull(SubscriptionView):
    """One subscription with its last notices."""

    notices: list[Past]


def routes(subscriptions: Subscriptions, door: Door) -> APIRouter:
    """Lists, single ones and commands."""
    router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])

    @router.get("", response_model=SubscriptionPage)
    async def found(
        visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(SUBSCRIPTIONS)]
    ) -> Any:
        """Those of the own agency; for administrators all."""
        found = await subscriptions.found(visit)
        return page.of(found["items"], mail=found["mail"])

    @router.post("", response_model=Made, status_code=201)
    async def make(visit: Annotated[Visit, Depends(visits(door))], wish: Wish) -> dict[str, Any]:
        """A new one (supervisors and administrators, on record). The secret of a webhook is in this answer alone."""
        return await subscriptions.make(visit, wish.model_dump())

    @router.get("/{subscription}", response_model=SubscriptionFull)
    async def one(visit: Annotated[Visit, Depends(visits(door))], subscription: Opaque) -> dict[str, Any]:
        """One, with the last notices and every attempt to deliver them."""
        return await subscriptions.one(visit, subscription)

    @router.post("/{subscription}/{step}")
    async def step(
        visit: Annotated[Visit, Depends(visits(door))], subscription: Opaque, step: Step, if_match: IfMatch = ""
    ) -> dict[str, Any]:
        """Send a test, rotate the secret (told this once; the old one signs beside it for a day), pause, resume."""
        return await subscriptions.step(visit, subscription, step, if_match)

    @router.delete("/{subscription}", status_code=204)
    async def end(visit: Annotated[Visit, Depends(visits(door))], subscription: Opaque, if_match: IfMatch = "") -> None:
        """Delete it, with everything that was sent to it."""
        await subscriptions.end(visit, subscription, if_match)

    return router
