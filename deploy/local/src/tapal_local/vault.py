"""Secrets of one home: made once, readable by the owner alone, never logged."""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chassis.keyring import line_of_new_master
from contracts.agencies import Agency

__all__ = ["ACCOUNTS", "Vault"]

KEYS = ("digest.key", "sealed.key", "notify.key")
# Master keys, which wrap the keys of data: of each service its own.
RINGS = ("master.key", "factor.key", "texts.key", "desk-texts.key")
# The sample's rota has one shift; a real desk names its own.
ALWAYS = ("2020-01-01T00:00:00+07:00", "2100-01-01T00:00:00+07:00")
KEY_PAIRS = ("statement", "token", "checkpoint", "centre")

# username, role, agency or its one source, name
ACCOUNTS = (
    ("operator", "operator", "imigrasi", "Petugas Imigrasi (contoh)"),
    ("supervisor", "supervisor", "imigrasi", "Kepala Seksi (contoh)"),
    ("kepala", "supervisor", "imigrasi", "Kepala Kantor (contoh)"),
    ("polisi", "operator", "polres", "Petugas Polres (contoh)"),
    ("hotel", "reporter", "phri-kh/hotel-sentarum", "Resepsionis Hotel (contoh)"),
    ("desa", "reporter", "desa-badau", "Sekretaris Desa (contoh)"),
    ("pos", "reporter", "plbn-badau", "Petugas Pos (contoh)"),
    ("perlindungan", "protection_officer", "ppt", "Petugas Perlindungan (contoh)"),
    ("wakil", "protection_officer", "ppt", "Wakil Petugas Perlindungan (contoh)"),
    ("dpo", "data_protection_officer", "imigrasi", "Pejabat Pelindungan Data (contoh)"),
    ("inspektur", "inspector", "polres", "Inspektur (contoh)"),
    ("admin", "administrator", "imigrasi", "Administrator (contoh)"),
    ("admin-kedua", "administrator", "imigrasi", "Administrator Kedua (contoh)"),
)


@dataclass(frozen=True)
class Vault:
    """A folder of secrets. Asking for one that does not exist yet makes it; it never changes after."""

    folder: Path

    def password(self, name: str) -> str:
        return self._once(f"{name}.password", lambda: secrets.token_urlsafe(24))

    def passwords(self, scope: str, names: Iterable[str]) -> dict[str, str]:
        return {name: self.password(f"{scope}-{name}") for name in names}

    def key_file(self, name: str) -> Path:
        """32 random bytes in hex."""
        self._once(name, lambda: secrets.token_hex(32))
        return self.folder / name

    def ring_file(self, name: str) -> Path:
        """Master keys, a line each: the last one is in use."""
        self._once(name, line_of_new_master)
        return self.folder / name

    def master_file(self) -> Path:
        """The master keys of the registry."""
        return self.ring_file("master.key")

    def factor_file(self) -> Path:
        """The master keys of second factors."""
        return self.ring_file("factor.key")

    def add_master(self, name: str) -> None:
        """Another master key, in use from now on; the older ones are still read."""
        self._write(name, self.ring_file(name).read_text() + line_of_new_master())

    def drop_old_masters(self, name: str) -> int:
        """Keep the one in use. Returns how many there were besides."""
        *old, current = self.ring_file(name).read_text().splitlines(keepends=True)
        self._write(name, current)
        return len(old)

    def key_pair(self, name: str) -> tuple[Path, Path]:
        """An Ed25519 pair in PEM: private file, public file."""
        private, public = self.folder / f"{name}.private.pem", self.folder / f"{name}.public.pem"
        if not (private.exists() and public.exists()):
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            self._write(private.name, pem.decode())
            public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            self._write(public.name, public_pem.decode())
        return private, public

    def box_key_file(self) -> Path:
        """The centre's X25519 key in PEM: what comes on a stick is encrypted to it."""
        self._once("centre.box.pem", _box_key)
        return self.folder / "centre.box.pem"

    def source_keys(self) -> dict[str, str]:
        """`<agency>/<source>` to the public key with which it signs what comes on a stick."""
        file = self.folder / "source-keys.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return known

    def register_source_key(self, name: str, key: str) -> None:
        self._write("source-keys.json", json.dumps({**self.source_keys(), name: key}, indent=1))

    def complete(self, agencies: Sequence[Agency]) -> None:
        """Make all files that the processes read."""
        for name in KEYS:
            self.key_file(name)
        for name in RINGS:
            self.ring_file(name)
        for name in KEY_PAIRS:
            self.key_pair(name)
        self.box_key_file()
        self.accounts_file()
        self.rota_file()
        self.api_key_digests_file(agencies)

    def accounts_file(self) -> Path:
        """The sample accounts, each with a password of its own."""
        self._once("accounts.json", lambda: json.dumps([_account(row) for row in ACCOUNTS], indent=1))
        return self.folder / "accounts.json"

    def rota_file(self) -> Path:
        """Who the protection desk is: the sample's two officers, one on duty and one as deputy."""
        members = [username for username, role, *_ in ACCOUNTS if role == "protection_officer"]
        officer, deputy = members
        shift = {"begins": ALWAYS[0], "ends": ALWAYS[1], "officer": officer, "deputy": deputy}
        self._once("rota.json", lambda: json.dumps({"members": members, "shifts": [shift]}, indent=1))
        return self.folder / "rota.json"

    def accounts(self) -> list[dict[str, str]]:
        accounts: list[dict[str, str]] = json.loads(self.accounts_file().read_text())
        return accounts

    def api_keys(self, agencies: Sequence[Agency]) -> dict[str, str]:
        """`<agency>/<source>` to its key; a source added later gets one, the others keep theirs."""
        file = self.folder / "api-keys.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        names = [f"{agency.code}/{source.code}" for agency in agencies for source in agency.sources]
        keys = {name: known.get(name) or secrets.token_urlsafe(32) for name in names}
        if keys != known:
            self._write(file.name, json.dumps(keys, indent=1))
        return keys

    def api_key_digests_file(self, agencies: Sequence[Agency]) -> Path:
        """What the gateway reads: digests only."""
        digests = {hashlib.sha256(key.encode()).hexdigest(): name for name, key in self.api_keys(agencies).items()}
        self._write("api-key-digests.json", json.dumps(digests, indent=1))
        return self.folder / "api-key-digests.json"

    def _once(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / name
        if not file.exists():
            self._write(name, make())
        return file.read_text()

    def _write(self, name: str, text: str) -> None:
        """All or nothing, and private from the first byte."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.folder / f".{name}.new"
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
        temporary.replace(self.folder / name)


def _box_key() -> str:
    return X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _account(row: tuple[str, str, str, str]) -> dict[str, str]:
    username, role, place, name = row
    agency, _, source = place.partition("/")
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    told = {"username": username, "password": password, "role": role, "agency": agency, "name": name}
    return told | ({"source": source} if source else {})
