"""The registry's internal HTTP: questions and decisions, each under a statement signed by the gateway."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.calendar import Day, Instant
from chassis.listing import Asked
from chassis.signed import unsigned
from chassis.statement import Verifier
from registry.moments import Moment
from registry.queries import Queries

__all__ = ["Services", "routes"]

Ids = Annotated[list[str], Field(max_length=500)]


class Wanted(BaseModel):
    """Ids whose names are wanted."""

    ids: Ids


class DocumentWanted(BaseModel):
    """The document of the person who is looked for."""

    kind: str = "passport"
    number: str = Field(min_length=1, max_length=60)
    issuer: str = Field(min_length=1, max_length=3)


class Looked(BaseModel):
    """A line of text: names, numbers, days, places, in any order."""

    text: str = Field(min_length=2, max_length=200)
    limit: int = Field(20, ge=1, le=50)


class Finding(BaseModel):
    """A search by document."""

    document: DocumentWanted


@dataclass(frozen=True)
class Services:
    """What the routes call."""

    queries: Queries
    reannounce: Callable[[int | None], Awaitable[dict[str, int]]]


def routes(services: Services, verifier: Verifier) -> APIRouter:
    """The routes of the role `api`."""
    router = APIRouter(dependencies=[Depends(verifier)])
    _person_routes(router, services.queries)
    _other_routes(router, services)
    return router


def _person_routes(router: APIRouter, queries: Queries) -> None:
    @router.get("/persons/{person}")
    async def dossier(person: str, as_of: Day | None = None, known_at: Instant | None = None) -> dict[str, Any]:
        return await queries.dossier(person, Moment(as_of, known_at))

    @router.get("/persons/{person}/events/{key}")
    async def event(person: str, key: str) -> dict[str, Any]:
        return await queries.event(person, key)

    @router.post("/persons/names")
    async def person_names(wanted: Wanted) -> dict[str, str]:
        return await queries.person_names(wanted.ids)

    @router.post("/parties/names")
    async def party_names(wanted: Wanted) -> dict[str, str]:
        return await queries.party_names(wanted.ids)

    @router.get("/parties/{party}")
    async def party(party: str) -> dict[str, Any]:
        return await queries.party(party)

    @router.post("/persons/search")
    async def search(looked: Looked) -> dict[str, Any]:
        return await queries.search(looked.text, looked.limit)

    @router.post("/persons/find")
    async def find(finding: Finding) -> dict[str, str | None]:
        return {"id": await queries.find(finding.document.model_dump())}


def _other_routes(router: APIRouter, services: Services) -> None:
    queries = services.queries

    @router.get("/receipts")
    async def receipts(agency: str, source: str, id: str) -> dict[str, Any]:
        return {"receipts": await queries.receipts(agency, source, id)}

    @router.get("/quarantine")
    async def quarantine(
        agency: str | None = None,
        after: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, Any]:
        page = await queries.quarantine(agency, Asked("-at", after, limit))
        return {"items": page.items, "next": page.next}

    @router.get("/sources")
    async def sources() -> list[dict[str, Any]]:
        return await queries.sources()

    @router.get("/tables/unsigned")
    async def unsigned_tables() -> dict[str, list[str]]:
        return {"items": unsigned("registry")}

    @router.get("/counts")
    async def counts(begin: Annotated[Day, Query(alias="from")], to: Day) -> dict[str, Any]:
        return {"items": await queries.counts(begin, to)}

    @router.post("/reannounce")
    async def reannounce(run: int | None = None) -> dict[str, int]:
        return await services.reannounce(run)
