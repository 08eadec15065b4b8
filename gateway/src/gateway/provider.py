"""The office's identity provider (OpenID Connect): what it says of itself, its keys, and codes redeemed for tokens.

Any provider that speaks OpenID Connect Discovery 1.0. Nothing is asked of it before somebody wants to sign in by it.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from ssl import create_default_context
from typing import Annotated, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chassis.errors import Problem
from chassis.log import log
from contracts.agencies import Names
from gateway.id_tokens import Claims, Expected, Refused, UnknownKey, keys_of, verified

__all__ = ["OidcSettings", "Provider"]

KEPT = timedelta(hours=1)
# Whoever sends tokens under keys that nobody knows must not make us ask for the keys each time.
ASKED_AGAIN = timedelta(seconds=30)
MOST_BYTES = 1_000_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
RETURN = "/sign-in/return"


def _safe(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise ValueError("https, or http on this machine")


Address = Annotated[str, AfterValidator(_safe)]


class OidcSettings(BaseModel):
    """Sign-in by an identity provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Address = Field(description="As the provider writes it, to the letter")
    client_id: str = Field(min_length=1)
    client_secret_file: Path | None = Field(None, description="None for a public client: PKCE alone")
    public_url: Address = Field(description=f"Where browsers reach the gateway; the provider returns to {RETURN} there")
    label: Names = Field(description="What the button says")
    single_sign_on: bool = Field(False, description="Take an earlier sign-in of the browser: never on a shared PC")
    second_factor_acr: frozenset[str] = Field(frozenset(), description="`acr` values that count as a second factor")
    second_factor_amr: frozenset[str] = Field(frozenset(), description="`amr` values that count as one")
    ca_file: Path | None = Field(None, description="The office's own authority (PEM), instead of the public ones")
    seconds: float = Field(5.0, gt=0, le=30, description="How long the provider may take")

    @property
    def redirect(self) -> str:
        """Where the provider sends the browser back to."""
        return self.public_url.rstrip("/") + RETURN


class Metadata(BaseModel):
    """What of the discovery document is used."""

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    jwks_uri: Address
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """Asks the provider. Its methods raise Problem 503 `provider_unavailable` while it is away, or Refused."""

    def __init__(self, settings: OidcSettings, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self._now = now
        self._read: dict[str, tuple[datetime, Any]] = {}
        trusted = create_default_context(cafile=settings.ca_file) if settings.ca_file else True
        self._client = httpx.AsyncClient(timeout=settings.seconds, trust_env=False, verify=trusted)

    async def close(self) -> None:
        """Leave its connections."""
        await self._client.aclose()

    async def address(self, asked: dict[str, str]) -> str:
        """Where the browser goes to be asked who it is."""
        fields = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect,
            **asked,
            **({} if self.settings.single_sign_on else {"prompt": "login", "max_age": "0"}),
        }
        if self.settings.second_factor_acr:
            fields["acr_values"] = " ".join(sorted(self.settings.second_factor_acr))
        endpoint = (await self._metadata()).authorization_endpoint
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(fields)}"

    async def check_sender(self, issuer: str | None) -> None:
        """The answer is of this provider (RFC 9207), as far as it says."""
        promised = (await self._metadata()).authorization_response_iss_parameter_supported
        if issuer != self.settings.issuer and (promised or issuer is not None):
            raise Refused("sender")

    async def redeem(self, code: str, verifier: str) -> str:
        """The ID token for a code."""
        metadata = await self._metadata()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.settings.redirect}
        fields |= {"code_verifier": verifier, "client_id": self.settings.client_id}
        status, told = await self._ask("POST", metadata.token_endpoint, **self._proving(metadata, fields))
        if status == 400 and isinstance(told, dict) and told.get("error") == "invalid_grant":
            raise Refused("code")
        token = told.get("id_token") if isinstance(told, dict) else None
        if status != 200 or not isinstance(token, str):
            raise _away("token", status)
        return token

    async def claims(self, token: str, expected: Expected) -> Claims:
        """What the token says, once it was found to be good. New keys of the provider are fetched, now and then."""
        try:
            return verified(token, await self._keys(KEPT), expected, self._now())
        except UnknownKey:
            return verified(token, await self._keys(ASKED_AGAIN), expected, self._now())

    def _proving(self, metadata: Metadata, fields: dict[str, str]) -> dict[str, Any]:
        """The request with our secret, in the way the provider takes it."""
        file = self.settings.client_secret_file
        if file is None:
            return {"data": fields}
        secret = file.read_text().strip()
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            return {"data": fields, "auth": (quote_plus(self.settings.client_id), quote_plus(secret))}
        return {"data": {**fields, "client_secret": secret}}

    async def _metadata(self) -> Metadata:
        address = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found: Metadata = await self._known(address, KEPT, self._described)
        return found

    async def _keys(self, age: timedelta) -> KeySet:
        found: KeySet = await self._known((await self._metadata()).jwks_uri, age, keys_of)
        return found

    def _described(self, document: Any) -> Metadata:
        metadata = Metadata.model_validate(document)
        if metadata.issuer != self.settings.issuer:
            raise ValueError("of another issuer")
        return metadata

    async def _known(self, address: str, age: timedelta, understand: Callable[[Any], Any]) -> Any:
        read_at, known = self._read.get(address, (None, None))
        if read_at is not None and self._now() - read_at < age:
            return known
        status, told = await self._ask("GET", address)
        try:
            found = understand(told if status == 200 else None)
        except (ValidationError, ValueError) as error:
            raise _away("document", status) from error
        self._read[address] = (self._now(), found)
        return found

    async def _ask(self, method: str, address: str, **more: Any) -> tuple[int, Any]:
        try:
            async with (
                asyncio.timeout(self.settings.seconds),
                self._client.stream(method, address, headers={"accept": "application/json"}, **more) as response,
            ):
                return response.status_code, json.loads(await _body(response))
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise _away(type(error).__name__) from error


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    return bytes(body)


def _away(what: str, status: int | None = None) -> Problem:
    log.warning("provider_unavailable", what=what, status=status)
    return Problem(
        503,
        "provider_unavailable",
        id="Penyedia identitas sedang tidak tersedia; masuklah dengan kata sandi.",
        en="The identity provider is away at the moment; log in with your password.",
        retry_after=30,
    )
