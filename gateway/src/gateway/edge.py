"""What the routes share: who visits, opaque ids, and how headers are described."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import Day, Instant
from chassis.errors import Problem
from gateway.door import Door
from gateway.purpose import parse
from gateway.visits import Visit

__all__ = [
    "PROBLEMS",
    "IfMatch",
    "Opaque",
    "ProblemDetails",
    "Reason",
    "moment",
    "revision_of",
    "tag",
    "told_moment",
    "visits",
]

Opaque = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,80}$", description="Opaque id")]
IfMatch = Annotated[str, Header(description='The revision you saw, `"<revision>"`; another one answers 412')]
PurposeHeader = Annotated[
    str | None,
    Header(
        alias="Tapal-Purpose",
        description="Why: `order:<number>`, `alert:<id>`, `case:<id>`, `review:<id>`, `desk`, "
        "`emergency:<id>`, or (protection) `matter:<task id>`",
    ),
]
OnceHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[!-~]*$",
        description="Chosen by the caller for this call: sent again, what it makes is made once",
    ),
]


class ProblemDetails(BaseModel):
    """An error (RFC 9457), with a stable code, in English and Indonesian."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="`urn:tapal:problem:<code>`")
    title: str = Field(description="What went wrong, in English")
    title_id: str = Field(description="The same in Indonesian")
    status: int
    code: str = Field(description="Stable; never holds a value that was sent")


class Reason(BaseModel):
    """Why a human decides so."""

    reason: str = Field(min_length=3, max_length=1000, description="Written for whoever reviews the decision")


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemDetails, "description": text, "content": {"application/problem+json": {}}}
    for code, text in {
        401: "Nobody is logged in, or the key is unknown",
        403: "The role or the purpose does not allow it; refused reads of persons are on record",
        422: "A field is missing or malformed; `fields` names it",
        429: "More than may be asked; `limit` says of whom, Retry-After says when to come back",
        503: "A part is away; `part` names it, Retry-After says when to come back",
    }.items()
}


async def moment(
    as_of: Annotated[Day | None, Query(description="The dossier as of the end of this day, WIB")] = None,
    known_at: Annotated[Instant | None, Query(description="… by what had been received by then")] = None,
) -> dict[str, str]:
    """A dependency: the moment that is asked about; none is today, with all that is known."""
    return told_moment(as_of, known_at)


def told_moment(as_of: date | None, known_at: datetime | None) -> dict[str, str]:
    """The query of a moment; none is today, with all that is known."""
    return {name: value.isoformat() for name, value in (("as_of", as_of), ("known_at", known_at)) if value}


def revision_of(if_match: str) -> int:
    """The number in the header, or one that no row has. Raises Problem 428 without any."""
    if not if_match:
        raise Problem(428, "revision_required", id="Sertakan revisi (If-Match).", en="Send the revision (If-Match).")
    number = if_match.strip().strip('"')
    return int(number) if number.isascii() and number.isdigit() else -1


def tag(response: Response, told: Mapping[str, Any]) -> None:
    """The revision as an ETag: what `If-Match` of the next step has to name."""
    response.headers["etag"] = f'"{told["revision"]}"'


def visits(door: Door) -> Callable[..., Awaitable[Visit]]:
    """A dependency that yields the Visit: the caller with the purpose named."""

    async def visit(request: Request, purpose: PurposeHeader = None, once: OnceHeader = "") -> Visit:
        return Visit(await door.viewer(request), parse(purpose), request.state.trace, once)

    return visit
