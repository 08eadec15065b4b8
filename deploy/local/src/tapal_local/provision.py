"""Bring broker and database to the state that the agency files describe. Safe to repeat."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import httpx

from chassis.yaml_text import read_yaml
from contracts.agencies import Agency
from tapal_local import topology

__all__ = ["provision_broker", "read_agencies"]


def read_agencies(folder: Path) -> list[Agency]:
    """All agency files of a folder, in order of code."""
    return [Agency.model_validate(read_yaml(file.read_text())) for file in sorted(folder.glob("*.yaml"))]


async def provision_broker(
    management: str, admin: tuple[str, str], agencies: Sequence[Agency], passwords: dict[str, str], vhost: str = "/"
) -> None:
    """Import the definitions and drop the users of agencies that are gone."""
    wanted = topology.definitions(agencies, passwords, salt=lambda: secrets.token_bytes(4), vhost=vhost)
    async with httpx.AsyncClient(base_url=management, auth=admin, trust_env=False, timeout=60) as client:
        (await client.post("/api/definitions", json=wanted)).raise_for_status()
        present = (await client.get("/api/users")).raise_for_status().json()
        for name in {user["name"] for user in present} - {admin[0], *topology.users(agencies)}:
            (await client.delete(f"/api/users/{name}")).raise_for_status()
