"""The way over HTTP: the gateway's intake and its receipts."""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from contracts.refusals import REASONS
from tapal_client.entries import Entry, Outcome
from tapal_client.ways import Answer, NoLink, NotAllowed, Write

__all__ = ["HttpWay", "outcome_of"]

BATCH = "application/cloudevents-batch+json"
TIMEOUT = 30.0
LONGEST_WAIT = 900.0
JUDGING = (400, 413, 422)
JUDGEMENTS = REASONS.keys() - {"internal"}
PROBLEM = "application/problem+json"


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
        problems = _problems(answer, alone=len(entries) == 1)
        refused = {int(problem["index"]): problem for problem in problems}
        taken = [entry.sequence for index, entry in enumerate(entries) if index not in refused]
        return Answer(taken, [(entries[index].id, _at_once(problem)) for index, problem in refused.items()])

    async def outcomes(self, event_ids: Sequence[str], write: Write) -> None:
        """See Way.outcomes."""
        for event_id in event_ids:
            query = {"source": self._source, "id": event_id}
            answer = await self._ask("GET", "/v1/receipts", params=query)
            said = _said(answer)
            if answer.status_code != httpx.codes.OK or "receipts" not in said:
                raise _failure(answer)
            write(event_id, [outcome_of(receipt) for receipt in said["receipts"]])

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **more)
        except httpx.RequestError as error:
            raise NoLink(type(error).__name__) from error
        if answer.status_code == httpx.codes.UNAUTHORIZED and _is_tapals(answer):
            raise NotAllowed("the gateway does not know this key or certificate")
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


def _problems(answer: httpx.Response, *, alone: bool) -> Sequence[Mapping[str, Any]]:
    """What is wrong with which event, by its place. Raises NotAllowed, and NoLink where the answer judges none."""
    said = _said(answer)
    if any(problem.get("code") == "unknown_source" for problem in (said, *(said.get("problems") or ()))):
        raise NotAllowed("this key or certificate belongs to another source")
    if answer.status_code == httpx.codes.ACCEPTED and "problems" in said:
        problems: Sequence[Mapping[str, Any]] = said["problems"]
        return problems
    if alone and _judges(answer, said):
        return [{**said, "index": 0}]
    raise _failure(answer)


def _judges(answer: httpx.Response, said: Mapping[str, Any]) -> bool:
    code = said.get("code")
    return _is_tapals(answer) and answer.status_code in JUDGING and code in JUDGEMENTS


def _is_tapals(answer: httpx.Response) -> bool:
    """Whether the gateway says no, and not something on the way to it."""
    return str(answer.headers.get("content-type", "")).startswith(PROBLEM)


def _said(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; nothing of any other answer."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, Mapping) else {}


def _failure(answer: httpx.Response) -> NoLink:
    if not _is_tapals(answer):
        return NoLink(f"what answers {answer.status_code} is not the gateway")
    why = f"the gateway answers {answer.status_code} ({_said(answer).get('code')})"
    return NoLink(why, _seconds(answer.headers.get("retry-after", "")))


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
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else 0.0
