"""The centre's own authority: certificates by which systems of agencies prove who they are, to broker and gateway.

A certificate names the agency (CN: the broker's user) and the source (a URI: whose events the gateway takes).
"""

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["SOURCE", "Authority", "Faulty", "Issued"]

SOURCE = "urn:tapal:source:"
YEARS = timedelta(days=3650)
EARLY = timedelta(minutes=5)
OTHER_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "encipher_only", "decipher_only"),
)
Row = dict[str, Any]


class Faulty(ValueError):
    """What was asked for cannot be done; the message says why."""


@dataclass(frozen=True)
class Issued:
    """A certificate (PEM), and its key unless the source made it itself."""

    serial: str
    certificate: bytes
    key: bytes | None


@dataclass(frozen=True)
class Authority:
    """A folder of the home's secrets. `begin` makes it; broker and gateway serve TLS once it is there."""

    folder: Path

    @property
    def exists(self) -> bool:
        return self.certificate.exists()

    @property
    def certificate(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def server(self) -> tuple[Path, Path]:
        """Certificate and key of broker and gateway."""
        return self.folder / "server.pem", self.folder / "server.key.pem"

    @property
    def revoked(self) -> Path:
        """What is revoked, as the gateway reads it (a CRL in PEM)."""
        return self.folder / "revoked.pem"

    @property
    def lists(self) -> Path:
        """The same as the broker reads it: a folder of lists by the hash of who made them."""
        return self.folder / "lists"

    def begin(self, hosts: Sequence[str], now: datetime) -> None:
        """The authority, where there is none yet, and a new certificate of the servers for these names."""
        self.lists.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.exists:
            self._found(now)
        self._publish(now)
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        key = generate_private_key(SECP256R1())
        made = self._signed(_named(hosts[0]), key, names, (now, now + timedelta(days=825)))
        self._write("server.key.pem", _pem(key))
        self._write("server.pem", made.public_bytes(Encoding.PEM))

    def issue(self, source: str, days: int, now: datetime, request: bytes | None = None) -> Issued:
        """A certificate of `<agency>/<source>`; with a request (CSR) for the key that made it. Raises Faulty."""
        key = generate_private_key(SECP256R1()) if request is None else None
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(SOURCE + source)])
        until = now + timedelta(days=days)
        made = self._signed(_named(source.partition("/")[0]), key or _requested(request or b""), names, (now, until))
        serial = f"{made.serial_number:x}"
        row = {"serial": serial, "source": source, "at": now.isoformat(), "until": until.isoformat()}
        self._keep([*self.rows(), {**row, "revoked_at": None}])
        return Issued(serial, made.public_bytes(Encoding.PEM), _pem(key) if key else None)

    def revoke(self, serial: str, now: datetime) -> Row:
        """It opens nothing any more. Raises Faulty for one that was not issued here."""
        rows = self.rows()
        found = next((row for row in rows if row["serial"] == serial.lower()), None)
        if found is None:
            raise Faulty("no such certificate was issued here")
        found["revoked_at"] = found["revoked_at"] or now.isoformat()
        self._keep(rows)
        self._publish(now)
        return found

    def rows(self) -> list[Row]:
        """All that were issued to sources, the oldest first."""
        file = self.folder / "issued.json"
        found: list[Row] = json.loads(file.read_text()) if file.exists() else []
        return found

    def _found(self, now: datetime) -> None:
        key = generate_private_key(SECP256R1())
        # In small letters, as the hash of a name is taken: see _publish.
        name = _named(f"tapal authority {secrets.token_hex(4)}")
        usage = dict.fromkeys(OTHER_USES, False) | {"key_cert_sign": True, "crl_sign": True}
        made = (
            _begun(name, name, key, (now, now + YEARS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .sign(key, SHA256())
        )
        self._write("authority.key.pem", _pem(key))
        self._write("authority.pem", made.public_bytes(Encoding.PEM))

    def _signed(
        self,
        name: x509.Name,
        key: Any,
        names: x509.SubjectAlternativeName,
        times: tuple[datetime, datetime],
    ) -> x509.Certificate:
        client = isinstance(names[0], x509.UniformResourceIdentifier)
        use = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        own, secret = self._own()
        return (
            _begun(name, own.subject, key, times)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(names, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(secret.public_key()), critical=False)
            .sign(secret, SHA256())
        )

    def _publish(self, now: datetime) -> None:
        own, secret = self._own()
        made = x509.CertificateRevocationListBuilder().issuer_name(own.subject)
        made = made.last_update(now - EARLY).next_update(now + YEARS)
        for row in self.rows():
            if row["revoked_at"]:
                one = x509.RevokedCertificateBuilder().serial_number(int(row["serial"], 16))
                made = made.add_revoked_certificate(
                    one.revocation_date(datetime.fromisoformat(row["revoked_at"])).build()
                )
        text = made.sign(secret, SHA256()).public_bytes(Encoding.PEM)
        # OpenSSL's hash of a name, over the name without the two bytes that say how long it is.
        digest = hashlib.sha1(own.subject.public_bytes()[2:], usedforsecurity=False).digest()
        self._write(f"lists/{int.from_bytes(digest[:4], 'little'):08x}.r0", text)
        self._write("revoked.pem", text)

    def _own(self) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
        secret = load_pem_private_key((self.folder / "authority.key.pem").read_bytes(), None)
        assert isinstance(secret, EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()), secret

    def _keep(self, rows: Sequence[Row]) -> None:
        self._write("issued.json", json.dumps(rows, indent=1).encode())

    def _write(self, name: str, text: bytes) -> None:
        """All or nothing, and private from the first byte."""
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text)
        fresh.replace(self.folder / name)


def _begun(name: x509.Name, issuer: x509.Name, key: Any, times: tuple[datetime, datetime]) -> x509.CertificateBuilder:
    public = key.public_key()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number()).not_valid_before(times[0] - EARLY).not_valid_after(times[1])
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _requested(request: bytes) -> x509.CertificateSigningRequest:
    """Of a request its key alone is taken, not its names."""
    try:
        read = x509.load_pem_x509_csr(request)
    except ValueError as error:
        raise Faulty("no certificate request (PEM)") from error
    if not read.is_signature_valid:
        raise Faulty("the request is not signed with its key")
    return read


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
