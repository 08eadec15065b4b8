"""SecantusDB, which speaks MongoDB's protocol, as a process of its own with users and synced commits."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from motor.motor_asyncio import AsyncIOMotorClient

from tapal_local import guard
from tapal_local.ending import end
from tapal_local.home import Home
from tapal_local.part import Hook, Part, listens
from tapal_local.ports import Ports
from tapal_local.vault import Vault

__all__ = ["ADMIN", "USERS", "admin_url", "create_users", "database", "end_orphans", "mongo_url"]

ADMIN = "admin"
# Retryable writes grow a table that is scanned on every write; without journal an acknowledged write can be lost.
OPTIONS = "retryWrites=false&journal=true&maxPoolSize=20"

# user: (its database, other databases it may write)
USERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "registry": ("registry", ("registry_keys",)),
    "registry-sealed": ("sealed", ("registry",)),
    "alerts": ("alerts", ("alerts_keys",)),
    "alerts-protection": ("protection", ("protection_keys",)),
    "reports": ("reports", ()),
    "gateway": ("gateway", ("gateway_keys",)),
}


def mongo_url(vault: Vault, ports: Ports, user: str, database: str | None = None) -> str:
    home = USERS[user][0]
    password = vault.password(f"mongo-{user}")
    return f"mongodb://{user}:{password}@127.0.0.1:{ports['database']}/{database or home}?authSource={home}&{OPTIONS}"


def admin_url(vault: Vault, ports: Ports) -> str:
    password = vault.password(f"mongo-{ADMIN}")
    return f"mongodb://{ADMIN}:{password}@127.0.0.1:{ports['database']}/admin?authSource=admin&{OPTIONS}"


def database(home: Home, vault: Vault, ports: Ports, settle: Hook) -> Part:
    folder = home.data("database")
    command = _command(folder, ports["database"])

    async def prepare() -> None:
        if not (folder / "has-admin").exists():
            async with _without_users(home, command, ports["database"]):
                await _create_admin(ports["database"], vault.password(f"mongo-{ADMIN}"))
            (folder / "has-admin").touch()

    return Part(
        name="database",
        command=(*command, "--auth"),
        ready=listens(ports["database"]),
        address=f"mongodb://127.0.0.1:{ports['database']}",
        version=f"SecantusDB {version('secantusdb')}",
        folder=folder,
        prepare=prepare,
        settle=settle,
    )


def _command(folder: Path, port: int) -> tuple[str, ...]:
    program = Path(sys.executable).with_name("secantusd-py")
    where = ("--host", "127.0.0.1", "--port", str(port), "--storage-path", str(folder / "store"))
    # As a replica set it would write everything down once more, for change streams, which nobody here listens to.
    return (sys.executable, str(program), *where, "--standalone", "--sync-on-commit", "--log-level", "WARNING")


@asynccontextmanager
async def _without_users(home: Home, command: Sequence[str], port: int) -> AsyncIterator[None]:
    """Users can only be made by somebody, so the very first start is without --auth and ends at once."""
    with home.log("database").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=guard.environment(home.path), start_new_session=True
        )
    try:
        ready = listens(port)
        while process.returncode is None:
            if await ready():
                break
            await asyncio.sleep(0.05)
        yield
    finally:
        await end(process, grace=6)


async def _create_admin(port: int, password: str) -> None:
    url = f"mongodb://127.0.0.1:{port}/admin?{OPTIONS}"
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(url, serverSelectionTimeoutMS=10_000)
    try:
        await client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
    finally:
        client.close()


async def end_orphans(url: str) -> None:
    """Give up the transactions of a client that died. Left alone they keep their rows locked, at worst for good:

    SecantusDB looks for transactions past their time only when another transaction moves. Those of living clients end
    too, and are repeated.
    """
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(url, serverSelectionTimeoutMS=2000)
    try:
        await client.admin.command({"killAllSessions": []})
    finally:
        client.close()


async def create_users(url: str, passwords: dict[str, str]) -> None:
    """Give every service its user on its own database. Doing it again brings password and roles up to date."""
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(url, serverSelectionTimeoutMS=10_000)
    try:
        for user, (own, others) in USERS.items():
            roles = [{"role": "readWrite", "db": name} for name in (own, *others)]
            known = await client[own].command("usersInfo", user)
            verb = "updateUser" if known["users"] else "createUser"
            await client[own].command(verb, user, pwd=passwords[user], roles=roles)
    finally:
        client.close()
