"""Every list of the API, as its OpenAPI document names them, read whole and page by page."""

from collections.abc import Iterator
from typing import Any

from gateway import shapes
from gateway.openapi import operations

CALLS = {
    "/v1/asks": {"person": "person-1"},
    "/v1/counts": {"from": "2026-07-01", "to": "2026-12-31"},
    "/v1/receipts": {"source": "/polres/spkt", "id": "e1"},
}
SHAPES = {
    "/v1/accounts": shapes.ACCOUNTS,
    "/v1/agencies": shapes.AGENCIES,
    "/v1/alerts": shapes.ALERTS,
    "/v1/asks": shapes.ASKS,
    "/v1/audit": shapes.AUDIT,
    "/v1/audit/accounts/{account}": shapes.AUDIT,
    "/v1/audit/persons/{person}": shapes.AUDIT,
    "/v1/cases": shapes.CASES,
    "/v1/consents": shapes.CONSENTS,
    "/v1/counts": shapes.COUNTS,
    "/v1/data-protection/erasures": shapes.ERASURES,
    "/v1/data-protection/erasures/upcoming": shapes.UPCOMING,
    "/v1/data-protection/holds": shapes.HOLDS,
    "/v1/data-protection/corrections": shapes.CORRECTIONS,
    "/v1/emergencies": shapes.EMERGENCIES,
    "/v1/keys": shapes.KEYS,
    "/v1/persons/search": shapes.HITS,
    "/v1/persons/{person}/stays": shapes.STAYS,
    "/v1/protection/tasks": shapes.TASKS,
    "/v1/quarantine": shapes.QUARANTINE,
    "/v1/receipts": shapes.RECEIPTS,
    "/v1/reviews": shapes.REVIEWS,
    "/v1/rules": shapes.RULES,
    "/v1/rules/budget": shapes.BUDGET,
    "/v1/rules/figures": shapes.FIGURES,
    "/v1/rules/versions": shapes.VERSIONS,
    "/v1/sessions": shapes.SESSIONS,
    "/v1/snoozes": shapes.SNOOZES,
    "/v1/sources": shapes.SOURCES,
    "/v1/sources/scorecards": shapes.SCORECARDS,
    "/v1/subscriptions": shapes.SUBSCRIPTIONS,
}


def purposed(path: str) -> dict[str, str]:
    """The header that names why: beside alerts and cases for the desk, else an order."""
    return {"tapal-purpose": "desk" if path in ("/v1/alerts", "/v1/cases") else "order:SP/12/2026"}


def lists_of(document: dict[str, Any]) -> dict[str, str]:
    """Path and method of every operation that answers with a list."""
    told = ((path, method, one) for path, method, one in operations(document))
    return {path: method for path, method, one in told if _asks_for_fields(one)}


def paged_alike(document: dict[str, Any], path: str, method: str) -> bool:
    """Whether an operation is asked for pages in the one way."""
    told = document["paths"][path][method]
    return {"limit", "after", "sort", "fields"} <= {one["name"] for one in told["parameters"]}


def names_of(row: Any, under: str = "") -> Iterator[str]:
    """Every name of a row, also within another."""
    for value in row if isinstance(row, list) else [row]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield f"{under}{name}"
                yield from names_of(inner, f"{under}{name}.")


def unknown_names(path: str, rows: list[Any]) -> set[str]:
    """Names of rows that the list does not say it has."""
    return {name for row in rows for name in names_of(row) if not SHAPES[path].knows(name)}


def _asks_for_fields(operation: dict[str, Any]) -> bool:
    return any(one["name"] == "fields" for one in operation.get("parameters", ()))
