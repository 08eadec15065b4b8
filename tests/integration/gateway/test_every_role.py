"""Any call that the OpenAPI document allows, by every role: no 5xx, and no answer that the document does not know."""

import asyncio

import pytest
import schemathesis
from gateway_stand import KEYS, OWN_SESSION, ROLES
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
CASES = 2
# A stream has no end.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
APART = ("/v1/stream", *OWN_SESSION)


def wrong(case, url, headers):
    """What is not as the document says: a refusal is a problem with a code, the rest is compared with its schema."""
    answer = case.call(base_url=url, headers=headers)
    if answer.status_code >= 400:
        told = answer.headers["content-type"] == ["application/problem+json"] and answer.json().get("code")
        return "" if answer.status_code < 500 and told else f"{answer.status_code} {answer.text}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Failure, FailureGroup) as error:
        return str(error)
    return ""


def problems_of(operation, url, callers, found):
    """Send what the document allows, by everybody, and note what is not as it says."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case):
        for account, headers in callers.items():
            if problem := wrong(case, url, headers):
                found.append(f"{account} {operation.method} {operation.path}: {problem}")

    call()


def fuzz(document, url, callers):
    found = []
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(APART):
            problems_of(operation, url, callers, found)
    return found


async def bearer(stand, account):
    async with await stand.client(account) as client:
        return {"authorization": client.headers["authorization"]}


async def test_every_role_gets_documented_answers_alone(stand):
    document = (await stand.get("/openapi.json")).json()
    callers = {account: await bearer(stand, account) for account in ROLES}
    callers |= {name: {"authorization": f"Bearer {key}"} for name, key in KEYS.items()}
    callers |= {"nobody": {}, "forged": {"authorization": "Bearer x.y.z"}}
    found = await asyncio.to_thread(fuzz, document, stand.url, callers)
    made = [name for name in await stand.database.accounts.distinct("_id") if name not in ROLES]
    for name in made:
        await stand.database.accounts.delete_one({"_id": name})
    assert found == []
