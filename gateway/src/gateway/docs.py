"""/docs: the OpenAPI document as a page, without a script and without a foreign host."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from gateway.door import Door
from gateway.pages import Pages

__all__ = ["Operation", "operations", "routes"]

METHODS = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the page tells it."""

    method: str
    path: str
    text: str
    parameters: tuple[Mapping[str, str], ...]
    bodies: tuple[tuple[str, tuple[Mapping[str, str], ...]], ...]
    answers: tuple[tuple[str, str], ...]
    sample: str

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".translate(str.maketrans("/{}", "---")).rstrip("-")


def operations(document: Schema) -> dict[str, list[Operation]]:
    """All operations of an OpenAPI document by their tag."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                tag = methods[method].get("tags", ["other"])[0]
                found.setdefault(tag, []).append(_operation(document, method, path, methods[method]))
    return found


def _operation(document: Schema, method: str, path: str, told: Schema) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        text=told.get("description") or told.get("summary", ""),
        parameters=tuple(_parameter(item) for item in told.get("parameters", [])),
        bodies=tuple((kind, tuple(_fields(document, item.get("schema", {})))) for kind, item in content.items()),
        answers=tuple((code, item.get("description", "")) for code, item in told.get("responses", {}).items()),
        sample=told["x-codeSamples"][0]["source"],
    )


def _parameter(told: Schema) -> dict[str, str]:
    return {
        "name": told["name"],
        "where": told["in"],
        "need": "required" if told.get("required") else "optional",
        "text": told.get("description", ""),
    }


def _fields(document: Schema, schema: Schema, prefix: str = "") -> Iterator[Mapping[str, str]]:
    known = _resolved(document, schema)
    required = known.get("required", [])
    for name, field in known.get("properties", {}).items():
        inner = _resolved(document, field)
        if inner.get("properties"):
            yield from _fields(document, inner, f"{prefix}{name}.")
            continue
        yield {
            "name": prefix + name,
            "where": inner.get("type", "") or " | ".join(map(str, inner.get("enum", []))),
            "need": "required" if name in required else "optional",
            "text": field.get("description", "") or ", ".join(map(str, inner.get("enum", []))),
        }


def _resolved(document: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def routes(app: FastAPI, pages: Pages, door: Door) -> APIRouter:
    """The page, for everybody."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        groups = operations(app.openapi())
        return pages.show(request, "docs.html", await door.guest(request), groups=groups, version=app.version)

    return router
