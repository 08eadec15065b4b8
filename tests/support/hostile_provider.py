"""A provider in the hands of an attacker: it says whatever a test wants it to say, under whatever key."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Form, Response
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from chassis.run import Process, running
from chassis.settings import Settings

CLIENT = "tapal"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Hostile:
    """What it says. `token` makes the ID token of claims that would be good."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    token: Callable[["Hostile", dict[str, Any]], str] = lambda self, claims: self.signed(claims)
    nonce: str = ""
    keys_asked: int = 0

    def claims(self) -> dict[str, Any]:
        at = int(time.time())
        times = {"iat": at, "exp": at + 300, "auth_time": at}
        return {"iss": self.issuer, "sub": "sari", "aud": CLIENT, "nonce": self.nonce, **times}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None, **header: Any) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """alg none."""
        return ".".join([_part({"alg": "none", "kid": "first"}), _part(claims), ""])

    def confused(self, claims: dict[str, Any]) -> str:
        """HS256 with the public key for a secret."""
        text = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims)}"
        digest = hmac.digest(self.key.as_pem(private=False), text.encode(), "sha256")
        return f"{text}.{urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def embedded(self, claims: dict[str, Any]) -> str:
        """Signed with the attacker's own key, which stands in the token."""
        own = new_key("first")
        header = {"alg": "RS256", "kid": "first", "typ": "JWT", "jwk": own.as_dict(private=False)}
        text = f"{_part(header)}.{_part(claims)}"
        signature = jwt.encode({"alg": "RS256", "kid": "first"}, claims, own).split(".")[2]
        return f"{text}.{signature}"

    def of_another_kind(self, claims: dict[str, Any]) -> str:
        """ES256, under the name of an RSA key."""
        return jwt.encode({"alg": "ES256", "kid": "first"}, claims, ECKey.generate_key("P-256"))


def _part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _app(hostile: Hostile) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def document() -> dict[str, str]:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": hostile.issuer, **{name: f"{hostile.issuer}/{path}" for name, path in named.items()}}

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        hostile.keys_asked += 1
        # A secret key and things that are no keys are passed over.
        others = [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}, {"kty": "new"}, "x", {"kty": "RSA", "n": "?"}]
        return {"keys": [*others, hostile.key.as_dict(private=False)]}

    @app.post("/token")
    async def token(code: str = Form()) -> Response:
        told = hostile.token(hostile, hostile.claims())
        body = told if code == "raw" else json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": told})
        return Response(body, 200, media_type="application/json")

    return app


@asynccontextmanager
async def hostile_provider(folder: Path):
    """Runs it."""
    hostile = Hostile()
    named = {"name": "hostile", "amqp_url": "amqp://unused", "mongo_url": "unused", "mongo_database": "x"}

    async def assemble(_: Settings, __: AsyncExitStack) -> Process:
        return Process(_app(hostile))

    async with running(Settings(**named, http_port=0, agencies_dir=folder), assemble) as (address, _):
        hostile.issuer = address
        yield hostile
