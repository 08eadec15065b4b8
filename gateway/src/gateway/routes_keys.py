"""/v1/keys: the API keys of systems, for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from gateway.answers import Items
from gateway.door import Door
from gateway.edge import Opaque, visits
from gateway.keys import DAYS, Keys
from gateway.lists import Listing, listed
from gateway.shapes import KEYS
from gateway.visits import Visit

__all__ = ["routes"]


class NewKey(BaseModel):
    """For whom, and for how long."""

    source: str = Field(pattern=r"^/?[a-z0-9-]{1,40}/[a-z0-9-]{1,60}$", description="`<agency>/<source>`, or its URI")
    days: int = Field(365, ge=1, le=DAYS)


class KeyView(BaseModel):
    """One key, without itself."""

    model_config = ConfigDict(extra="allow")

    id: str
    source: str
    by: str | None = Field(description="None for one that came with the installation")
    at: str
    until: str | None
    used_at: str | None = Field(description="To ten minutes")
    revoked_at: str | None
    good: bool


class IssuedKey(KeyView):
    """With the key, shown once."""

    key: str


def routes(keys: Keys, door: Door) -> APIRouter:
    """Issue the next key, let the system change over, revoke the old one."""
    router = APIRouter(prefix="/v1/keys", tags=["keys"])

    @router.get("", response_model=Items)
    async def page(visit: Annotated[Visit, Depends(visits(door))], page: Annotated[Listing, listed(KEYS)]) -> Any:
        """All keys by source, without themselves."""
        return page.of(await keys.page(visit))

    @router.post("", response_model=IssuedKey, status_code=201)
    async def issue(visit: Annotated[Visit, Depends(visits(door))], said: NewKey) -> dict[str, Any]:
        """A new key of a source, beside those it has. It is good here at once, in other replicas within two seconds."""
        return await keys.issue(visit, said.source.removeprefix("/"), said.days)

    @router.post("/{key}/revoke", status_code=204)
    async def revoke(visit: Annotated[Visit, Depends(visits(door))], key: Opaque) -> None:
        """It opens nothing any more, in no replica after two seconds."""
        await keys.revoke(visit, key)

    return router
