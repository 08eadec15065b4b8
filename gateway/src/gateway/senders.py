"""Systems that send events: known by their API key, of which only the digest is kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.agencies import Agency, Source

__all__ = ["Sender", "Senders"]


@dataclass(frozen=True)
class Sender:
    """One source of one agency. Who it is comes from the key, never from what it sends."""

    owner: Agency
    source: Source

    @property
    def agency(self) -> str:
        """The code of its agency."""
        return self.owner.code


class Senders:
    """The keys of all sources."""

    def __init__(self, digests: Mapping[str, str], agencies: Sequence[Agency]) -> None:
        known = {f"{a.code}/{s.code}": Sender(a, s) for a in agencies for s in a.sources}
        self._by_digest = {digest: known[name] for digest, name in digests.items() if name in known}

    @classmethod
    def read(cls, path: Path, agencies: Sequence[Agency]) -> "Senders":
        """The keys of a JSON file."""
        return cls(json.loads(path.read_text()), agencies)

    def of_key(self, key: str) -> Sender | None:
        """The sender with this key."""
        return self._by_digest.get(hashlib.sha256(key.encode(errors="replace")).hexdigest())
