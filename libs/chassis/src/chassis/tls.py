"""A door with TLS beside the plain one: the application learns which certificate a caller showed, and by no header."""

import asyncio
import ssl
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chassis.run import Work, server_of

__all__ = ["TlsSettings", "shown_certificate", "tls_door"]


class TlsSettings(BaseModel):
    """Where TLS is served, and whose certificates are believed."""

    port: int = Field(ge=1, le=65535)
    certificate_file: Path
    key_file: Path
    clients_file: Path = Field(description="The authority of callers' certificates (PEM)")
    revoked_file: Path = Field(description="What that authority revoked (a CRL in PEM)")


class _Showing(HttpToolsProtocol):
    """Tells the application which certificate the handshake proved, as a fact of the connection."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._shown: bytes | None = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"tls": {"client_certificate": self._shown}}


def shown_certificate(request: Request) -> bytes | None:
    """The certificate (DER) that the caller proved to own; none on the plain door."""
    shown: bytes | None = request.scope.get("extensions", {}).get("tls", {}).get("client_certificate")
    return shown


def tls_door(app: FastAPI, host: str, settings: TlsSettings) -> Work:
    """Serve the application there until stopped. A certificate may be shown; one of another authority ends the call."""
    return partial(_serve, app, host, settings)


async def _serve(app: FastAPI, host: str, settings: TlsSettings) -> None:
    server = server_of(
        app,
        host=host,
        port=settings.port,
        http=_Showing,
        ssl_certfile=settings.certificate_file,
        ssl_keyfile=settings.key_file,
        ssl_ca_certs=str(settings.clients_file),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
