"""Debian's Redis in a folder and on a port of its own, with a password."""

import asyncio
import shutil
import subprocess

from tapal_local.home import Home
from tapal_local.part import Part, Probe
from tapal_local.ports import Ports
from tapal_local.vault import Vault

__all__ = ["find_server", "redis", "redis_url"]


def find_server() -> str | None:
    return shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/local/bin")


def redis_url(vault: Vault, ports: Ports) -> str:
    return f"redis://:{vault.password('redis')}@127.0.0.1:{ports['redis']}/0"


def redis(home: Home, vault: Vault, ports: Ports) -> Part:
    folder = home.data("redis")

    async def prepare() -> None:
        file = folder / "redis.conf"
        file.touch(mode=0o600)
        file.write_text(_configuration(vault.password("redis"), ports["redis"]))

    return Part(
        name="redis",
        command=(find_server() or "redis-server", str(folder / "redis.conf")),
        ready=_pongs(ports["redis"], vault.password("redis")),
        address=f"redis://127.0.0.1:{ports['redis']}",
        version=f"Redis {_version()}",
        folder=folder,
        prepare=prepare,
    )


def _version() -> str:
    said = subprocess.run([find_server() or "redis-server", "--version"], capture_output=True, text=True, check=False)
    return next((word[2:] for word in said.stdout.split() if word.startswith("v=")), "")


def _configuration(password: str, port: int) -> str:
    return (
        # The process title is written over the environment, by which guard and supervisor know their processes.
        "set-proc-title no\n"
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir .\ndaemonize no\n"
        'appendonly yes\nappendfsync everysec\nsave ""\nloglevel warning\n'
    )


def _pongs(port: int, password: str) -> Probe:
    async def probe() -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"AUTH {password}\r\nPING\r\n".encode())
            lines = [await reader.readline(), await reader.readline()]
            writer.close()
        except OSError:
            return False
        return lines[-1].startswith(b"+PONG")

    return probe
