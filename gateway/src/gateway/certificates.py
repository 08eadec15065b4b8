"""Systems that prove who they are by a certificate. The TLS door checked who made it; here, whose it is, and still."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from fastapi import Request

from chassis.log import log, place_of
from chassis.tls import TlsSettings, shown_certificate
from gateway.senders import Sender, Senders

__all__ = ["Certificates"]

SOURCE = "urn:tapal:source:"


@dataclass
class Certificates:
    """Of sources. While the authority's list of what is revoked cannot be read, no certificate opens anything."""

    senders: Senders
    settings: TlsSettings | None
    _read: tuple[int, frozenset[int]] = field(default=(0, frozenset()))

    def of(self, request: Request) -> Sender | None:
        """The sender whose certificate was shown in the handshake of this connection."""
        shown = shown_certificate(request)
        # A browser would send its certificate along whoever asks it to: systems send no such header.
        if shown is None or self.settings is None or "sec-fetch-site" in request.headers:
            return None
        try:
            return self._owner(x509.load_der_x509_certificate(shown), self.settings.revoked_file)
        except (OSError, ValueError) as error:
            log.error("certificate_unread", **place_of(error))
            return None

    def _owner(self, certificate: x509.Certificate, revoked: Path) -> Sender | None:
        # A connection may last longer than what it was opened with.
        timely = certificate.not_valid_before_utc <= self.senders.now() < certificate.not_valid_after_utc
        if not timely or certificate.serial_number in self._revoked(revoked):
            return None
        known = self.senders.known
        return next((known[name] for name in _sources(certificate) if name in known), None)

    def _revoked(self, file: Path) -> frozenset[int]:
        changed = file.stat().st_mtime_ns
        if changed != self._read[0]:
            listed = x509.load_pem_x509_crl(file.read_bytes())
            self._read = (changed, frozenset(row.serial_number for row in listed))
        return self._read[1]


def _sources(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return [uri.removeprefix(SOURCE) for uri in uris if uri.startswith(SOURCE)]
