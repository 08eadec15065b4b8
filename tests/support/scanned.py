"""A whole system that is looked through when it ends: its logs, metrics, addresses and error texts name nobody.

Whom they could name is what the registry and its quarantine hold by then, opened with the keys of that home, and what
was published: whatever the tests sent, by whichever way.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from leaking import personal
from motor.motor_asyncio import AsyncIOMotorClient
from whole_system import WholeSystem, whole_system

from chassis.keyring import Keyring
from chassis.keystore import Keys
from registry.shelf import Shelf

__all__ = ["find", "scanned_system", "traces", "witnessed"]

SHORTEST = 6
"""What is shorter is found in any text."""
WORD = re.compile(r"[a-z0-9]+")


@contextmanager
def scanned_system(folder: Path, *options: str, **settings: Mapping[str, object]) -> Iterator[WholeSystem]:
    """The same as whole_system. Raises AssertionError at its end where somebody is named in what it left behind."""
    with whole_system(folder, *options, **settings) as system, witnessed(system.gateway) as heard:
        yield system
        with ThreadPoolExecutor(1) as apart:  # a loop may be running here already
            secrets = apart.submit(asyncio.run, _held(system)).result()
        assert secrets or not system.published, "nothing to look for"
        texts = traces(system) | {"answers": "\n".join(heard)}
        found = [f"{name}: {_around(texts[name], secret)}" for name, secret in find(secrets, texts)]
    assert not found, "\n".join(["named in what the system leaves behind", *found[:20]])


def find(secrets: Iterable[str], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which of these are in which text, as words of their own."""
    found = []
    for name, text in texts.items():
        lowered = text.lower()
        words = set(WORD.findall(lowered))
        for secret in sorted({one.lower() for one in secrets}):
            # Nearly none of them is there word by word, which is quickly seen.
            there = words.issuperset(WORD.findall(secret)) and secret in lowered
            if there and re.search(rf"(?<![a-z0-9]){re.escape(secret)}(?![a-z0-9])", lowered):
                found.append((name, secret))
    return found


def _around(text: str, secret: str) -> str:
    """Where it stands, with enough beside it to see who wrote it."""
    at = text.lower().index(secret)
    return repr(text[max(at - 300, 0) : at + 300])


def traces(system: WholeSystem) -> dict[str, str]:
    """Every log of the home, and the metrics of every part that answers."""
    logs = {path.name: path.read_text(errors="replace") for path in system.home.logs.rglob("*") if path.is_file()}
    with httpx.Client(trust_env=False, timeout=10) as client:
        pages = {f"metrics of {name}": _page(client, address) for name, address in _addresses(system)}
    return logs | pages


def _addresses(system: WholeSystem) -> list[tuple[str, str]]:
    return [(name, part["address"]) for name, part in system.status().items() if part["address"].startswith("http")]


def _page(client: httpx.Client, address: str) -> str:
    try:
        return client.get(f"{address}/metrics").text
    except httpx.TransportError:  # a test took this part down for good
        return ""


@contextmanager
def witnessed(door: str) -> Iterator[list[str]]:
    """Notes addresses asked for at this door, where it leads to, and the text of every refusal."""
    heard: list[str] = []
    once, again = httpx.Client.send, httpx.AsyncClient.send

    def note(answer: httpx.Response) -> None:
        if str(answer.url).startswith(door):
            heard.append(f"{answer.url.raw_path.decode()} {answer.headers.get('location', '')}")
            if answer.status_code >= 400 and answer.is_stream_consumed:
                heard.append(answer.text)

    def send(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        answer = once(self, request, **options)
        note(answer)
        return answer

    async def send_async(self: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        answer = await again(self, request, **options)
        note(answer)
        return answer

    httpx.Client.send, httpx.AsyncClient.send = send, send_async  # type: ignore[method-assign, assignment]
    try:
        yield heard
    finally:
        httpx.Client.send, httpx.AsyncClient.send = once, again  # type: ignore[method-assign]


async def _held(system: WholeSystem) -> set[str]:
    """Names, numbers and notes of everything that the system was sent and holds."""
    address = system.addresses()["TAPAL_TEST_MONGO_ADMIN_URL"]
    mongo: Any = AsyncIOMotorClient(address, tz_aware=True)
    shelf = Shelf(mongo["registry"], Keys(mongo["registry_keys"], Keyring(system.home.secrets / "master.key")))
    try:
        entries = await shelf.opened(
            "log", await mongo["registry"].log.find({"agency": {"$ne": "tapal"}}).to_list(None)
        )
        refused = await shelf.opened("quarantine", await mongo["registry"].quarantine.find({}).to_list(None))
    finally:
        mongo.close()
    pieces = [piece for one in entries for piece in (one["body"], *(part["bytes"] for part in one["parts"]))]
    pieces += [one["raw"] for one in refused]
    said = [text for piece in [*map(_read, pieces), *system.published] for text in personal(piece)]
    return {text for text in said if len(text) >= SHORTEST}


def _read(piece: Any) -> Any:
    try:
        return json.loads(piece or b"null")
    except (ValueError, RecursionError, TypeError):
        return None
