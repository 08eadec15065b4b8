"""Make the keys and passwords once, and give each container its own: a folder that no other container mounts.

Safe to repeat: what exists stays, and a new agency gets what it lacks.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from contracts.agencies import Agency
from tapal_local import broker, database, topology
from tapal_local.authority import Authority
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

__all__ = ["hand_out", "parcels"]

Chown = Callable[[Path, int, int], None]

TAPAL = 10001  # the user of our own images
GIVEN, LISTENER = Authority(Path("/run/tapal/authority")), ("0.0.0.0", 5671)  # where the broker's container has them
OTHERS = 999  # the user that the images of RabbitMQ, MongoDB and Redis each run as
KEYS: dict[str, tuple[str, ...]] = {
    "registry": ("statement.public.pem", "digest.key", "master.key"),
    "registry-sealed": ("statement.public.pem", "digest.key", "sealed.key"),
    "alerts": ("statement.public.pem", "digest.key", "notify.key", "texts.key"),
    "alerts-protection": ("statement.public.pem", "digest.key", "sealed.key", "desk-texts.key", "rota.json"),
    "reports": ("statement.public.pem",),
    "gateway": (
        "statement.private.pem",
        "token.private.pem",
        "checkpoint.private.pem",
        "factor.key",
        "accounts.json",
        "api-key-digests.json",
    ),
}


def parcels(vault: Vault) -> dict[str, dict[str, str]]:
    """For each container, its files: name to text."""
    redis = vault.password("redis")
    found = {
        "broker": {"rabbitmq.conf": f"default_user = admin\ndefault_pass = {vault.password('amqp-admin')}\n"},
        "database": {
            "admin.password": vault.password("mongo-admin"),
            "mongo.key": vault.key_file("mongo.key").read_text(),
        },
        "redis": {"redis.conf": f'requirepass {redis}\ndir /data\nappendonly yes\nappendfsync everysec\nsave ""\n'},
    }
    begun = Authority(vault.folder / "authority").exists
    found["broker"]["advanced.config"] = broker.advanced(GIVEN, LISTENER) if begun else broker.NOTHING_MORE
    found["broker"]["erlang.config"] = broker.SILENT
    found["broker"] |= _of_authority(vault, ("authority.pem", "server.pem", "server.key.pem", "lists/*"))
    for name, keys in KEYS.items():
        found[name] = {f"{way}.password": vault.password(f"{way}-{name}") for way in ("amqp", "mongo")}
        found[name] |= {key: (vault.folder / key).read_text() for key in keys}
    found["gateway"]["redis.password"] = redis
    found["gateway"] |= _of_authority(vault, ("authority.pem", "server.pem", "server.key.pem", "revoked.pem"))
    return found


def _of_authority(vault: Vault, wanted: Sequence[str]) -> dict[str, str]:
    """What there is of these; nothing before `certificates begin`."""
    files = [file for pattern in wanted for file in (vault.folder / "authority").glob(pattern)]
    return {str(file.relative_to(vault.folder)): file.read_text() for file in files}


def hand_out(vault: Vault, agencies: Sequence[Agency], hands: Path, chown: Chown) -> None:
    """Fill the vault, then the folder of each container below `hands`, readable by its user alone."""
    vault.complete(agencies)
    vault.passwords("amqp", topology.users(agencies))
    vault.passwords("mongo", database.USERS)
    for name, files in parcels(vault).items():
        owner = OTHERS if name in ("broker", "database", "redis") else TAPAL
        for file, text in files.items():
            _put(hands / name / file, text, owner, chown)
        for folder in {hands / name, *((hands / name / file).parent for file in files)}:
            chown(folder, owner, owner)
    for path in (vault.folder, *vault.folder.rglob("*")):
        chown(path, TAPAL, TAPAL)


def _put(file: Path, text: str, owner: int, chown: Chown) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.parent.chmod(0o700)
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as out:
        out.write(text)
    chown(fresh, owner, owner)
    fresh.replace(file)


if __name__ == "__main__":
    agencies_dir, vault_dir, hands_dir = map(Path, sys.argv[1:])
    hand_out(Vault(vault_dir), read_agencies(agencies_dir), hands_dir, os.chown)
