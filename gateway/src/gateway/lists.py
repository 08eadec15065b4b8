"""Every list of /v1 in one way: `limit`, `after` and `next`, `sort`, `fields` (docs/integrating.md).

What a list offers is its Shape (`gateway/shapes.py`); filters are named by each list itself. Fields are chosen of the
rows as the caller may see them: never more.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from chassis.errors import Problem
from chassis.listing import Asked, Key, Page

__all__ = ["Listing", "Shape", "first", "listed"]

NAME = r"[a-z_]+(\.[a-z_]+)*"
MOST_NAMES = 1000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """What a list offers: the names of its rows, the orders it is kept in, and what tells two rows apart.

    `subject.kind` is a name within a name, `legal.*` may be followed by any. The first order is the usual one.
    """

    names: frozenset[str]
    sorts: tuple[str, ...]
    key: tuple[str, ...] = ("id",)
    usual: int = 100
    most: int = 500

    def order(self, sort: str | None) -> str:
        """The order that was asked for, or the usual one. Raises Problem 422."""
        if sort is not None and sort not in self.sorts:
            raise Problem(
                422,
                "unknown_sort",
                id="Urutan tidak dikenal.",
                en="The list is not kept in this order.",
                sorts=list(self.sorts),
            )
        return sort or self.sorts[0]

    def key_of(self, order: str) -> Callable[[Row], Key]:
        """What a row's place in this order is."""
        names = (order.removeprefix("-"), *self.key)
        return lambda row: tuple(_comparable(name, _value(row, name)) for name in names)

    def knows(self, name: str) -> bool:
        """Whether a row may have something of this name."""
        parents = [".".join(name.split(".")[:n]) for n in range(1, name.count(".") + 1)]
        whole = name in self.names or any(one.startswith(f"{name}.") for one in self.names)
        return whole or any(f"{parent}.*" in self.names for parent in parents)


@dataclass(frozen=True)
class Listing:
    """Which page of a list, and what of its rows."""

    shape: Shape
    asked: Asked
    fields: frozenset[str] | None = None
    sort: str | None = None

    @property
    def limit(self) -> int:
        """How many rows at the most."""
        return self.asked.limit

    def of_rows(self, limit: int) -> "Listing":
        """The same page with so many rows."""
        return replace(self, asked=replace(self.asked, limit=limit))

    def query(self) -> dict[str, str | int]:
        """The same page asked of a part that keeps the list in order itself."""
        told = {"limit": self.limit, "after": self.asked.after, "sort": self.sort}
        return {name: value for name, value in told.items() if value is not None}

    def cut(self, rows: Iterable[Row]) -> Page[Row]:
        """The page, of all rows that the caller may see. Raises Problem 422 for an unknown position."""
        return self.asked.page(rows, self.shape.key_of(self.asked.order))

    def of(self, rows: Iterable[Row], **more: Any) -> Any:
        """The answer, of all rows that the caller may see, with what stands beside them."""
        page = self.cut(rows)
        return self.told(page.items, page.next, **more)

    def told(self, rows: Sequence[Row], next: str | None, **more: Any) -> Any:
        """The answer, of the rows of one page."""
        answer = {**more, "items": list(rows), "next": next}
        return self.chosen(answer, "items")

    def chosen(self, answer: Mapping[str, Any], name: str) -> Any:
        """The same with the fields that were asked for, of the rows under this name."""
        if self.fields is None:
            return answer
        # As it is: a row with fewer fields than the model has is what was asked for.
        told = {**answer, name: [_chosen(row, self.fields) for row in answer[name]]}
        return JSONResponse(jsonable_encoder(told))


def listed(shape: Shape) -> Any:
    """A dependency: the page that the caller asks for."""
    sorts, names = ", ".join(f"`{one}`" for one in shape.sorts), ", ".join(sorted(shape.names))

    async def listing(
        limit: Annotated[int, Query(ge=1, le=shape.most, description="Rows at the most")] = shape.usual,
        after: Annotated[str | None, Query(max_length=500, description="`next` of the page before: opaque")] = None,
        sort: Annotated[
            str | None,
            Query(
                max_length=40,
                description=f"{sorts}: `-` means the highest, or latest, first",
                json_schema_extra={"examples": list(shape.sorts)},
            ),
        ] = None,
        fields: Annotated[
            str | None,
            Query(
                max_length=MOST_NAMES,
                pattern=rf"^{NAME}(,{NAME})*$",
                description=f"These of each row alone, with commas; none: all. Names: {names}",
                json_schema_extra={"examples": [",".join(sorted(_plain(shape.names))[:2])]},
            ),
        ] = None,
    ) -> Listing:
        return Listing(shape, Asked(shape.order(sort), after, limit), _fields(shape, fields), sort)

    return Depends(listing)


def first(shape: Shape, rows: int | None = None, after: str | None = None) -> Listing:
    """The first page, or the one after a position; whole rows: what the console shows."""
    return Listing(shape, Asked(shape.sorts[0], after, rows or shape.most))


def _plain(names: Collection[str]) -> list[str]:
    return [name for name in names if "." not in name]


def _fields(shape: Shape, asked: str | None) -> frozenset[str] | None:
    if asked is None:
        return None
    names = frozenset(asked.split(","))
    if unknown := sorted(name for name in names if not shape.knows(name)):
        raise Problem(
            422, "unknown_field", id="Nama kolom tidak dikenal.", en="Rows have no such field.", fields=unknown
        )
    return names


def _chosen(value: Any, names: Collection[str]) -> Any:
    """Of a row, or of each row of a list, what is named."""
    if isinstance(value, list | tuple):
        return [_chosen(one, names) for one in value]
    if not isinstance(value, Mapping):
        return value
    first = {name.partition(".")[0] for name in names}
    return {name: _within(value[name], name, names) for name in value if name in first}


def _within(value: Any, name: str, names: Collection[str]) -> Any:
    if name in names:
        return value
    return _chosen(value, {one.partition(".")[2] for one in names if one.startswith(f"{name}.")})


def _value(row: Row, name: str) -> Any:
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _comparable(name: str, value: Any) -> Any:
    """Moments by when they were, however they are written."""
    if value is not None and (name == "at" or name.endswith("_at")):
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.timestamp()
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value
