"""The way over HTTP: the gateway's intake and its receipts."""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tapal_client.entries import Entry, Outcome
from tapal_client.ways import Answer, NoLink, NotAllowed

__all__ = ["HttpWay", "outcome_of"]

BATCH = "application/cloudevents-batch+json"
TIMEOUT = 30.0
LATER = 429


class HttpWay:
    """Sends with the API key of one source, or by connections whose certificate says which source it is."""

    answers = True

    def __init__(self, gateway: str, source: str, proof: str | ssl.SSLContext) -> None:
        self._source = source
        if isinstance(proof, str):
            headers = {"authorization": f"Bearer {proof}"}
            self._client = httpx.AsyncClient(base_url=gateway, headers=headers, timeout=TIMEOUT)
        else:
            self._client = httpx.AsyncClient(base_url=gateway, verify=proof, timeout=TIMEOUT)

    async def send(self, entries: Sequence[Entry]) -> Answer:
        """See Way.send. A batch is taken over as a whole; what is not this source's is refused by its place."""
        body = b"[" + b",".join(entry.body or b"" for entry in entries) + b"]"
        answer = await self._ask("POST", "/v1/events", content=body, headers={"content-type": BATCH})
        problems: Sequence[Mapping[str, Any]] = answer.json().get("problems", [])
        if answer.is_client_error:
            if len(entries) > 1:
                raise NoLink(f"the gateway answers {answer.status_code} to a batch")
            problems = [{**answer.json(), "index": 0}]
        if any(problem.get("code") == "unknown_source" for problem in problems):
            raise NotAllowed("this key or certificate belongs to another source")
        refused = {int(problem["index"]): problem for problem in problems}
        taken = [entry.sequence for index, entry in enumerate(entries) if index not in refused]
        return Answer(taken, [(entries[index].id, _at_once(problem)) for index, problem in refused.items()])

    async def outcomes(self, event_ids: Sequence[str]) -> Sequence[tuple[str, Sequence[Outcome]]]:
        """See Way.outcomes."""
        found = []
        for event_id in event_ids:
            query = {"source": self._source, "id": event_id}
            answer = await self._ask("GET", "/v1/receipts", params=query)
            if answer.is_success:
                found.append((event_id, [outcome_of(receipt) for receipt in answer.json()["receipts"]]))
        return found

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **more)
        except httpx.TransportError as error:
            raise NoLink(type(error).__name__) from error
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise NotAllowed("the gateway does not know this key or certificate")
        if answer.is_server_error or answer.status_code == LATER:
            raise NoLink(f"the gateway answers {answer.status_code}", _seconds(answer.headers.get("retry-after", "")))
        if not answer.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
            raise NoLink("what answers is not the gateway")
        return answer

    async def close(self) -> None:
        await self._client.aclose()


def outcome_of(receipt: Mapping[str, Any]) -> Outcome:
    """A receipt as the queue keeps it."""
    reason = receipt.get("reason") or {}
    return Outcome(
        accepted=receipt["outcome"] == "accepted",
        code=receipt["code"],
        at=receipt["at"],
        field=receipt.get("field"),
        reason_id=reason.get("id"),
        reason_en=reason.get("en"),
    )


def _at_once(problem: Mapping[str, Any]) -> Outcome:
    detail = problem.get("detail") or {}
    said = detail if isinstance(detail, Mapping) else {}
    return Outcome(
        accepted=False,
        code=str(problem.get("code", "internal")),
        at="",
        field=problem.get("field"),
        reason_id=problem.get("title_id") or said.get("id"),
        reason_en=said.get("en") or problem.get("title"),
    )


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 0.0
