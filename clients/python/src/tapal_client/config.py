"""The folder of one source: how it reaches Tapal, its key, its queue."""

import os
import ssl
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict

__all__ = ["Config", "Folder", "QueueLost"]

# Less is no file of SQLite's.
LEAST_BYTES = 512
AUTHORITY, CERTIFICATE, KEY = "authority.pem", "certificate.pem", "certificate.key.pem"


class Config(BaseModel):
    """What the client has to know; one JSON file without secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    source: str
    gateway: str | None = None
    amqp: bool = False
    takes_receipts: bool = False
    certificate: bool = False
    centre_key: str | None = None
    status: Literal["daily", "by_hand"] = "daily"


class QueueLost(Exception):
    """The queue is gone, or nothing is left in its file: begun anew it would give its numbers to other events."""


class Folder:
    """Everything of one source lies in one folder, which nobody else may read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def queue(self) -> Path:
        return self.path / "queue.sqlite"

    def known_queue(self) -> Path:
        """The queue, which there may not be yet. Raises QueueLost where there was one."""
        file = self.queue
        if self._queue_made.exists() and not (file.exists() and file.stat().st_size >= LEAST_BYTES):
            made = self._queue_made
            raise QueueLost(f"{file} is gone or empty, and what waited with it; to begin anew, remove {made}")
        return file

    def note_queue(self) -> None:
        """There is a queue from now on."""
        if not self._queue_made.exists():
            self._write(self._queue_made.name, b"")

    @property
    def _queue_made(self) -> Path:
        return self.path / "queue.made"

    @property
    def lock(self) -> Path:
        return self.path / "sending.sqlite"

    def make(self, config: Config) -> None:
        """Create the folder and its signing key, where they are not there yet, and write the configuration."""
        self._write("config.json", config.model_dump_json(indent=1).encode())
        if not (self.path / "signing.pem").exists():
            key = Ed25519PrivateKey.generate()
            self._write("signing.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def config(self) -> Config:
        """Raises FileNotFoundError, ValueError."""
        return Config.model_validate_json((self.path / "config.json").read_bytes())

    def signing_key(self) -> Ed25519PrivateKey:
        """Raises ValueError for a file that holds another kind of key."""
        key = load_pem_private_key((self.path / "signing.pem").read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("signing.pem is not an Ed25519 key")
        return key

    def keep_secret(self, name: str, value: str) -> None:
        """Keep an API key or the broker's address with its password, apart from the configuration."""
        self._write(name, value.strip().encode())

    def secret(self, name: str) -> str:
        """Raises FileNotFoundError."""
        return (self.path / name).read_text(encoding="utf-8").strip()

    def keep_certificate(self, certificate: Path) -> None:
        """Keep a certificate (PEM) with what lies beside it: its key `….key.pem`, and `authority.pem` of the centre.

        Raises FileNotFoundError; ssl.SSLError, and then nothing was kept.
        """
        beside = {CERTIFICATE: certificate, KEY: certificate.with_suffix(".key.pem")}
        beside[AUTHORITY] = certificate.with_name(AUTHORITY)
        _context(*(str(beside[name]) for name in (AUTHORITY, CERTIFICATE, KEY)))
        for name, file in beside.items():
            self._write(name, file.read_bytes())

    def trust(self) -> ssl.SSLContext:
        """Connections by which the kept certificate proves who this is, to servers of that authority alone."""
        return _context(*(str(self.path / name) for name in (AUTHORITY, CERTIFICATE, KEY)))

    def _write(self, name: str, content: bytes) -> None:
        """All or nothing, and private from the first byte where the system knows that."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.path / f".{name}.new"
        temporary.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # Windows would change line ends
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(self.path / name)


def _context(authority: str, certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.load_cert_chain(certificate, key)
    return context
