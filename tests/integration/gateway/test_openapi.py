"""The OpenAPI document: kept in the repository as it is made, complete, and its examples are taken as they stand.

After a wanted change: `TAPAL_GOLDEN=write ./tapal test tests/integration/gateway/test_openapi.py`; read the diff.
"""

import json
import os
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from gateway_stand import OWN_SESSION

from gateway.openapi import OPEN, operations

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"
UNREAD = {404, 405, 415, 422}


@pytest.fixture
async def document(stand):
    return (await stand.get("/openapi.json")).json()


async def test_the_document_is_as_recorded(document):
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("TAPAL_GOLDEN") == "write":
        KEPT.write_text(text)
    assert document["openapi"] == "3.1.0"
    assert KEPT.read_text() == text, "changed: see the head of this file"


async def test_every_action_is_described_and_has_one_example(document):
    for path, method, told in operations(document):
        where = f"{method} {path}"
        assert told.get("description"), where
        assert told.get("tags"), where
        assert {"default", "401"} <= set(told["responses"]) or path in OPEN, where
        assert len(told["x-codeSamples"]) == 1, where
        for body in told.get("requestBody", {}).get("content", {}).values():
            assert "example" in body or len(told["requestBody"]["content"]) > 1, where


def request_of(sample):
    """Method, path, headers and body of a curl line."""
    words = shlex.split(sample)
    options = dict(pairwise(words))
    named = [word for before, word in pairwise(words) if before == "-H"]
    address = next(word for word in words if word.startswith("$GATEWAY"))
    headers = dict(one.split(": ", 1) for one in named if not one.startswith("authorization"))
    return options.get("-X", "GET"), address.removeprefix("$GATEWAY"), headers, options.get("-d", "")


async def test_every_example_is_read_as_it_stands(stand, document):
    unread = []
    for path, method, told in operations(document):
        if path.startswith((*OWN_SESSION, "/v1/stream")):
            continue
        verb, address, headers, body = request_of(told["x-codeSamples"][0]["source"])
        async with await stand.client("operator") as client:
            answer = await client.request(verb, address, headers=headers, content=body)
        code = answer.json().get("code", "") if answer.headers["content-type"].endswith("problem+json") else ""
        # Not known is an answer; not understood is none.
        if answer.status_code in UNREAD and not code.startswith("unknown_"):
            unread.append(f"{method} {path}: {answer.text}")
    assert unread == []
