"""Commands that talk to a running Tapal, and those that look after its files."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tapal_local import broker, database, guard, ports, publishing, records, state, topology
from tapal_local.home import Home
from tapal_local.parcels import Parcels
from tapal_local.provision import provision_broker, read_agencies
from tapal_local.vault import Vault

__all__ = [
    "Refused",
    "administer",
    "follow",
    "import_parcel",
    "logged_in",
    "parcels",
    "passwords_from",
    "provision",
    "publish",
    "reset",
]


Events = list[dict[str, Any]]
PROVISION_NEEDS = ("TAPAL_AGENCIES_DIR", "TAPAL_SECRETS_DIR", "TAPAL_MANAGEMENT_URL", "TAPAL_MONGO_ADMIN_URL")


class Refused(Exception):
    """The command cannot be done now; the message says why."""


def _running(home: Home) -> tuple[Vault, ports.Ports]:
    if state.running_pid(home) is None:
        raise Refused("not running; `tapal up` starts it")
    return Vault(home.secrets), ports.read(home.ports)


async def publish(home: Home, events: Events, agency: str | None, source: str | None) -> int:
    """Publish events as an agency, or as the one whose source they name; `source` replaces the events' own."""
    vault, chosen = _running(home)
    known = {found.code: found for found in read_agencies(home.agencies)}
    if agency is None:
        owners = {code for code, found in known.items() for event in events if found.source(str(event.get("source")))}
        if len(owners) != 1:
            raise Refused("name the agency with --agency: the events' sources are not those of one agency")
        agency = owners.pop()
    if agency not in known:
        raise Refused(f"no agency {agency}; there are {', '.join(sorted(known))}")
    if source is not None:
        uris = {own.code: own.uri for own in known[agency].sources}
        events = [{**event, "source": uris.get(source, source)} for event in events]
    return await publishing.publish(broker.amqp_url(vault, chosen, agency), agency, events)


def parcels(home: Home) -> Parcels:
    """The keys for what comes on a stick. Raises Refused before the first start."""
    if not home.secrets.exists():
        raise Refused("the keys are made at the first start: `tapal up`")
    return Parcels(Vault(home.secrets), read_agencies(home.agencies))


async def import_parcel(home: Home, parcel: bytes) -> tuple[int, bytes, int]:
    """Publish a parcel's events as their agency. Returns how many, the reply, and how many outcomes it tells."""
    vault, chosen = _running(home)
    opened = parcels(home).open(parcel)
    sent = await publishing.publish(broker.amqp_url(vault, chosen, opened.agency), opened.agency, opened.events)
    return (sent, *await parcels(home).reply(opened, f"http://127.0.0.1:{chosen['gateway']}"))


@asynccontextmanager
async def logged_in(home: Home, role: str) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway, as this home's first account of a role."""
    vault, chosen = _running(home)
    account = next(account for account in vault.accounts() if account["role"] == role)
    credentials = {name: account[name] for name in ("username", "password")}
    base = f"http://127.0.0.1:{chosen['gateway']}"
    async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=3600) as client:
        login = (await client.post("/v1/login", json=credentials)).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {login['token']}"
        yield client


async def administer(home: Home, step: str) -> str:
    """Reannounce or rebuild, as the administrator."""
    async with logged_in(home, "administrator") as client:
        return (await client.post(f"/v1/{step}")).raise_for_status().text


def reset(home: Home) -> None:
    """Delete the whole data folder."""
    if state.running_pid(home) is not None:
        raise Refused("still running; `tapal down` first")
    guard.sweep(home.path)
    if home.path.exists() and not (home.ports.exists() or home.lock.exists()):
        raise Refused(f"{home.path} does not look like a data folder of Tapal")
    shutil.rmtree(home.path, ignore_errors=True)


async def follow(home: Home, names: Sequence[str], heard: records.Heard) -> None:
    """Pass on what the logs say from now on, until interrupted."""
    sizes = {name: records.size(home.log(name)) for name in names}
    while True:
        await asyncio.sleep(0.3)
        for name, before in sizes.items():
            # A log that became smaller was begun anew.
            text = records.since(home.log(name), before if records.size(home.log(name)) >= before else 0)
            for line in text.decode(errors="replace").splitlines():
                heard(name, line)
            sizes[name] = records.size(home.log(name))


async def provision(environment: Mapping[str, str]) -> None:
    """Provision a broker and a database that others run, named by the environment, and make the keys."""
    if lacking := [name for name in PROVISION_NEEDS if not environment.get(name)]:
        raise Refused(f"not set: {', '.join(lacking)}")
    agencies = read_agencies(Path(environment["TAPAL_AGENCIES_DIR"]))
    vault = Vault(Path(environment["TAPAL_SECRETS_DIR"]))
    vault.complete(agencies)
    management = httpx.URL(environment["TAPAL_MANAGEMENT_URL"])
    admin = (management.username, management.password)
    passwords = passwords_from(environment, vault, "amqp", topology.users(agencies))
    await provision_broker(str(management.copy_with(userinfo=b"")), admin, agencies, passwords)
    users = passwords_from(environment, vault, "mongo", list(database.USERS))
    await database.create_users(environment["TAPAL_MONGO_ADMIN_URL"], users)


def passwords_from(environment: Mapping[str, str], vault: Vault, scope: str, names: Sequence[str]) -> dict[str, str]:
    """From TAPAL_<SCOPE>_PASSWORD_<NAME> where given, else from the vault, which makes up what it lacks."""
    variables = {name: f"TAPAL_{scope}_PASSWORD_{name}".upper().replace("-", "_") for name in names}
    return {name: environment.get(variables[name]) or vault.password(f"{scope}-{name}") for name in names}
