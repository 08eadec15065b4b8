"""The alerts as a process of its own, to be killed."""

import os
import subprocess
import sys
from contextlib import contextmanager

import httpx


@contextmanager
def process(stand, port):
    settings = stand.settings.model_dump(mode="json") | {"http_port": port, "roles": "api,evaluate,timers"}
    settings |= {name: getattr(stand.settings, name).get_secret_value() for name in ("amqp_url", "mongo_url")}
    given = {f"TAPAL_{name.upper()}": str(value) for name, value in settings.items() if value is not None}
    command = [sys.executable, "-P", "-m", "alerts"]
    with subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL) as child:
        try:
            yield child
        finally:
            child.kill()


async def ready(port):
    try:
        async with httpx.AsyncClient(verify=False) as client:
            return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False
