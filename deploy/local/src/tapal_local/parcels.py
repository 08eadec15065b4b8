"""Parcels: events that come on a stick, opened with the centre's key, published as their source, answered."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from contracts.agencies import Agency, Source
from tapal_client.parcel import Centre, Faulty, Sender, answer, key_text, keys_of, open_parcel, pack, sender_of
from tapal_local.vault import Vault

__all__ = ["Opened", "Parcels"]

ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Opened:
    """A whole and true parcel: whose it is, and what it says."""

    agency: str
    source: Source
    events: Sequence[dict[str, Any]]


class Parcels:
    """The centre's side, with the keys of one home."""

    def __init__(self, vault: Vault, agencies: Sequence[Agency]) -> None:
        self._vault = vault
        self._sources = {
            f"{agency.code}/{found.code}": (agency, found) for agency in agencies for found in agency.sources
        }

    def centre(self) -> Centre:
        """The centre's public keys, which every source that uses sticks needs."""
        return Centre(self._box().public_key().public_bytes_raw(), self._sign().public_key().public_bytes_raw())

    def register(self, name: str, key: str) -> None:
        """Take a source's public key (`<agency>/<source>`) into its credentials. Raises Faulty."""
        if name not in self._sources:
            raise Faulty(f"there is no source {name}; there are {', '.join(sorted(self._sources))}")
        try:
            self._vault.register_source_key(name, key_text(keys_of(key)))
        except ValueError as error:
            raise Faulty(str(error)) from None

    def open(self, parcel: bytes) -> Opened:
        """The events of a parcel, each marked as having come by stick. Raises Faulty, and then nothing is taken."""
        name, agency, source = self._named(sender_of(parcel))
        key = self._vault.source_keys().get(name)
        if key is None:
            raise Faulty(f"the key of {name} is not registered; `tapal register-key {name} KEY` does it")
        events = [_event(line, source) for line in open_parcel(parcel, keys_of(key), self._box())]
        return Opened(agency.code, source, events)

    def pack(self, events: Sequence[Mapping[str, Any]]) -> bytes:
        """A parcel of these events, as a source of the sample region would make it. Raises Faulty."""
        uris = {str(event.get("source")) for event in events}
        if len(uris) != 1:
            raise Faulty("a parcel holds the events of one source")
        [uri] = uris
        owner = next((agency.code for agency, source in self._sources.values() if source.uri == uri), "")
        name, agency, source = self._named(Sender(owner, uri))
        key = _ed25519(self._vault.key_pair(f"source-{name.replace('/', '-')}")[0].read_bytes())
        if name not in self._vault.source_keys():
            self.register(name, key_text(key.public_key().public_bytes_raw()))
        bodies = [json.dumps(event, ensure_ascii=False).encode() for event in events]
        return pack(bodies, Sender(agency.code, source.uri), key, self.centre().box)

    async def reply(self, opened: Opened, gateway: str) -> tuple[bytes, int]:
        """What became of the events, as a file for the way back, and of how many that is known by now."""
        key = json.loads((self._vault.folder / "api-keys.json").read_text())[f"{opened.agency}/{opened.source.code}"]
        wanted = list(dict.fromkeys(str(event["id"]) for event in opened.events))
        found: dict[str, list[dict[str, Any]]] = {}
        deadline = time.monotonic() + ANSWER_SECONDS
        headers = {"authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=gateway, headers=headers, trust_env=False, timeout=30) as client:
            while (missing := [name for name in wanted if name not in found]) and time.monotonic() < deadline:
                for event_id in missing:
                    query = {"source": opened.source.uri, "id": event_id}
                    said = (await client.get("/v1/receipts", params=query)).raise_for_status().json()["receipts"]
                    if said:
                        found[event_id] = said
                await asyncio.sleep(0.2)
        receipts = [receipt for said in found.values() for receipt in said]
        return answer(receipts, Sender(opened.agency, opened.source.uri), self._sign()), len(found)

    def _named(self, sender: Sender) -> tuple[str, Agency, Source]:
        for name, (agency, source) in self._sources.items():
            if (agency.code, source.uri) == (sender.agency, sender.source):
                return name, agency, source
        raise Faulty("it names no source of this region")

    def _box(self) -> X25519PrivateKey:
        key = load_pem_private_key(self._vault.box_key_file().read_bytes(), None)
        assert isinstance(key, X25519PrivateKey)
        return key

    def _sign(self) -> Ed25519PrivateKey:
        return _ed25519(self._vault.key_pair("centre")[0].read_bytes())


def _event(line: bytes, source: Source) -> dict[str, Any]:
    try:
        event = json.loads(line)
        if event["source"] != source.uri or not isinstance(event["id"], str):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Faulty("an event in it is not its source's own") from None
    # What its source marked otherwise has already gone out by wire: the mark belongs to the event.
    return {**event, "channel": event.get("channel") or "usb"}


def _ed25519(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    return key
