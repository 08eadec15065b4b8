"""The API as an OpenAPI 3.1 document: complete, with one minimal example to copy for each action."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

__all__ = ["OPEN", "describe", "minimal", "operations"]

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}
ANY_PROBLEM = {
    "description": "Any other problem: `code` is stable and says which",
    "content": {"application/problem+json": {"schema": PROBLEM}},
}
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of `/v1/login`, or a system's API key"},
    "console": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tapal_session",
        "description": "The console's cookie; with it every call but a read needs `Tapal-Console: 1`",
    },
}
CHOSEN = "Chosen"
OPEN = frozenset({"/v1/login", "/v1/logout"})
# What a pattern alone does not tell a reader.
VALUES: Mapping[str, Any] = {
    "account": "operator",
    "about": "person:3f2a",
    "actor": "operator",
    "address": "https://agency.example/hook",
    "agency": "polres",
    "at": "2026-11-26T08:00:00+07:00",
    "cases": ["7c1e"],
    "from": "2026-11-01",
    "to": "2026-11-30",
    "since": "2026-11-01T00:00:00+07:00",
    "until": "2026-11-02T00:00:00+07:00",
    "issuer": "MYS",
    "number": "X0000001",
    "order_no": "SP-12/2026",
    "person": "3f2a",
    "reason": "Menunggu jawaban dari pos.",
    "source": "/plbn-badau/pos",
    "text": "sample 1990",
    "username": "operator",
    "password": "…",
    "week": "2026-W47",
    "fact": "stay.application_pending",
    "record": "ab12.cd34",
    "rule": "R02a",
}
EVENT = {
    "specversion": "1.0",
    "id": "book-3/17/exit",
    "source": "/plbn-badau/pos",
    "type": "id.tapal.crossing.v1",
    "time": "2026-11-24T16:40:00+07:00",
    "data": {
        "action": "exit",
        "post": "BADAU",
        "person": {"documents": [{"kind": "passport", "number": "X0000001", "issuer": "MYS"}]},
    },
}
Tree = dict[str, Any]


def describe(app: FastAPI) -> None:
    """Let the application describe itself so."""

    def document() -> Tree:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> Tree:
    found = get_openapi(title=app.title, version=app.version, routes=app.routes, openapi_version="3.1.0")
    found["info"] |= {
        "description": "The shared working system of a Timpora: events in, alerts, cases and dossiers out. "
        "Errors are problem details (RFC 9457) in English and Indonesian.",
        "license": {"name": "Apache-2.0"},
    }
    found["servers"] = [{"url": "/"}]
    found["security"] = [{name: []} for name in SCHEMES]
    found.setdefault("components", {})["securitySchemes"] = SCHEMES
    for path, _, told in operations(found):
        _choosable(found, told)
        told["responses"].setdefault("default", ANY_PROBLEM)
        if path in OPEN:
            told["security"] = []
    for path, method, told in operations(found):
        told["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": _curl(found, path, method, told)}]
    return found


def _choosable(document: Tree, told: Tree) -> None:
    """Where fields can be chosen, a row may have any of them."""
    if not any(one["name"] == "fields" for one in told.get("parameters", [])):
        return
    page = _resolved(document, told["responses"]["200"]["content"]["application/json"]["schema"])
    rows = next(one["items"] for one in page["properties"].values() if one.get("type") == "array" and "items" in one)
    name = rows.get("$ref", "").rpartition("/")[2]
    if name and not name.endswith(CHOSEN):
        schemas = document["components"]["schemas"]
        schemas[f"{name}{CHOSEN}"] = {word: said for word, said in schemas[name].items() if word != "required"}
        rows["$ref"] += CHOSEN


def operations(document: Tree) -> Iterator[tuple[str, str, Tree]]:
    """Path, method and description of every operation."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _curl(document: Tree, path: str, method: str, told: Tree) -> str:
    parameters = told.get("parameters", [])
    filled = path
    for one in parameters:
        if one["in"] == "path":
            filled = filled.replace(f"{{{one['name']}}}", str(minimal(document, one["schema"], one["name"])))
    needed = [one for one in parameters if one["in"] == "query" and one.get("required")]
    query = urlencode({one["name"]: minimal(document, one["schema"], one["name"]) for one in needed})
    words = [
        "curl",
        *([] if method == "get" else ["-X", method.upper()]),
        f"$GATEWAY{filled}{'?' * bool(query)}{query}",
    ]
    if path not in OPEN:
        words += ["-H", "authorization: Bearer $TOKEN"]
    for one in parameters:
        if one["in"] == "header" and one["name"].lower() == "if-match":
            words += ["-H", 'if-match: "1"']
    for kind, content in list(told.get("requestBody", {}).get("content", {}).items())[:1]:
        body = content.setdefault("example", EVENT if "cloudevents" in kind else minimal(document, content["schema"]))
        words += ["-H", f"content-type: {kind}", "-d", json.dumps(body, ensure_ascii=False)]
    return " ".join(word if word.startswith(("-", "curl")) else _quoted(word) for word in words)


def _quoted(word: str) -> str:
    # What the shell fills in must stay outside of single quotes.
    return f'"{word}"' if "$" in word and '"' not in word else shlex.quote(word)


def minimal(document: Tree, schema: Tree, name: str = "") -> Any:
    """The least that a schema asks for."""
    known = _resolved(document, schema)
    if "const" in known or known.get("enum"):
        return known.get("const", (known.get("enum") or [None])[0])
    if known.get("type") == "object":
        fields = known.get("properties", {})
        return {
            field: minimal(document, fields[field], field) for field in known.get("required", []) if field in fields
        }
    if name in VALUES:
        return VALUES[name]
    if known.get("type") == "array":
        return [minimal(document, known.get("items", {}), name)] * known.get("minItems", 0)
    return _plain(known)


def _plain(schema: Tree) -> Any:
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", int(schema.get("exclusiveMinimum", 0)) + 1)
        case "boolean":
            return True
        case "string" if schema.get("format") == "date":
            return "2026-11-26"
        case "string" if schema.get("format") == "date-time":
            return "2026-11-26T08:00:00+07:00"
        case "string":
            return "3f2a" if schema.get("minLength", 0) <= len("3f2a") else "x" * schema["minLength"]
    return None


def _resolved(document: Tree, schema: Tree) -> Tree:
    if "$ref" in schema:
        found: Tree = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _resolved(document, found)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return _resolved(document, schema[word][0])
    return schema
