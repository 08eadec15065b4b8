"""The table of processes: what runs on one machine, with which settings."""

import json
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec

from contracts.agencies import Agency
from tapal_local import broker, cache, database, topology
from tapal_local.home import Home
from tapal_local.part import Part, answers
from tapal_local.ports import Ports
from tapal_local.provision import provision_broker, read_agencies
from tapal_local.vault import Vault

__all__ = ["ROLES", "infrastructure", "service", "services"]

# process: (package, roles)
ROLES: dict[str, tuple[str, str]] = {
    "registry": ("registry", "api,intake,tasks"),
    "registry-sealed": ("registry", "sealed"),
    "alerts": ("alerts", "api,evaluate,timers,notify"),
    "alerts-protection": ("alerts", "protection"),
    "reports": ("reports", "api"),
    "gateway": ("gateway", "api"),
}
REAL_PARTS = ("broker", "database", "redis")


def infrastructure(home: Home, vault: Vault, ports: Ports) -> list[Part]:
    """Broker, database and Redis, provisioned for the agencies of this home."""
    agencies = read_agencies(home.agencies)

    async def provision() -> None:
        admin = (broker.ADMIN, vault.password(f"amqp-{broker.ADMIN}"))
        passwords = vault.passwords("amqp", topology.users(agencies))
        await provision_broker(broker.management_url(ports), admin, agencies, passwords)

    async def create_users() -> None:
        passwords = vault.passwords("mongo", database.USERS)
        await database.create_users(database.admin_url(vault, ports), passwords)

    return [
        broker.epmd(ports),
        broker.broker(home, vault, ports, provision),
        database.database(home, vault, ports, create_users),
        cache.redis(home, vault, ports),
    ]


def services(home: Home, vault: Vault, ports: Ports) -> list[Part]:
    """The processes of Tapal that are there to be run. The gateway opens when the others answer."""
    agencies = read_agencies(home.agencies)
    present = [name for name, (package, _) in ROLES.items() if find_spec(f"{package}.__main__")]
    behind = tuple(name for name in present if name != "gateway")
    return [
        service(
            name,
            home=home,
            ports=ports,
            environment=_settings(name, home, vault, ports, agencies),
            after=(*REAL_PARTS, *(behind if name == "gateway" else ())),
        )
        for name in present
    ]


def service(name: str, *, home: Home, ports: Ports, environment: dict[str, str], after: tuple[str, ...]) -> Part:
    package, _ = ROLES[name]
    orphans = database.admin_url(Vault(home.secrets), ports)
    url = _url(ports, name)
    return Part(
        name=name,
        command=(sys.executable, "-P", "-m", package),
        ready=answers(f"{url}/health/ready"),
        address=url,
        version=version(f"tapal-{package}"),
        environment=environment,
        after=after,
        folder=home.path,
        mourn=partial(database.end_orphans, orphans),
    )


def _url(ports: Ports, name: str) -> str:
    return f"http://127.0.0.1:{ports[name]}"


def _settings(name: str, home: Home, vault: Vault, ports: Ports, agencies: Sequence[Agency]) -> dict[str, str]:
    own, _ = database.USERS[name]
    settings = {
        "NAME": name,
        "ROLES": ROLES[name][1],
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(ports[name]),
        "LOG_LEVEL": "INFO",
        "MODE": "practice",
        "AMQP_URL": broker.amqp_url(vault, ports, name),
        "MONGO_URL": database.mongo_url(vault, ports, name),
        "MONGO_DATABASE": own,
        "REDIS_URL": cache.redis_url(vault, ports),
        "AGENCIES_DIR": str(home.agencies),
        **_keys(name, vault, agencies),
    }
    if name == "registry-sealed":
        settings["REGISTRY_MONGO_URL"] = database.mongo_url(vault, ports, name, "registry")
        settings["REGISTRY_MONGO_DATABASE"] = "registry"
    if name == "alerts":
        # Practice on one machine: webhooks may go to receivers beside it.
        settings |= {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_PLAIN_HTTP": "true"}
    if name == "gateway":
        upstream = {"REGISTRY": "registry", "SEALED": "registry-sealed", "ALERTS": "alerts"}
        upstream |= {"PROTECTION": "alerts-protection", "REPORTS": "reports"}
        settings |= {f"{variable}_URL": _url(ports, process) for variable, process in upstream.items()}
        if home.authority.exists:
            settings["TLS"] = _tls(home, ports)
    return {**{f"TAPAL_{variable}": value for variable, value in settings.items()}, **_own(home, name)}


def _tls(home: Home, ports: Ports) -> str:
    certificate, key = home.authority.server
    files = {"certificate": certificate, "key": key, "clients": home.authority.certificate}
    files |= {"revoked": home.authority.revoked}
    told = {f"{name}_file": str(file) for name, file in files.items()}
    return json.dumps({"port": ports["gateway-tls"], **told})


def _own(home: Home, name: str) -> dict[str, str]:
    """What this home's operator sets: lines `TAPAL_…=…` of `<process>.env`, over what is given otherwise."""
    file = home.path / f"{name}.env"
    lines = file.read_text().splitlines() if file.exists() else []
    pairs = (line.partition("=") for line in lines if line.startswith("TAPAL_"))
    return {variable.strip(): value.strip() for variable, _, value in pairs}


def _keys(name: str, vault: Vault, agencies: Sequence[Agency]) -> dict[str, str]:
    """Each process gets the key files it needs and no others."""
    private, public = vault.key_pair("statement")
    if name == "gateway":
        return {
            "STATEMENT_PRIVATE_KEY_FILE": str(private),
            "TOKEN_KEY_FILE": str(vault.key_pair("token")[0]),
            "CHECKPOINT_KEY_FILE": str(vault.key_pair("checkpoint")[0]),
            "FACTOR_KEY_FILE": str(vault.factor_file()),
            "ACCOUNTS_FILE": str(vault.accounts_file()),
            "API_KEYS_FILE": str(vault.api_key_digests_file(agencies)),
        }
    keys = {"STATEMENT_PUBLIC_KEY_FILE": str(public)}
    if name != "reports":
        keys["DIGEST_KEY_FILE"] = str(vault.key_file("digest.key"))
    if name == "registry":
        keys["MASTER_KEY_FILE"] = str(vault.master_file())
    if name in ("registry-sealed", "alerts-protection"):
        keys["SEALED_KEY_FILE"] = str(vault.key_file("sealed.key"))
    if name == "alerts":
        keys["NOTIFY_KEY_FILE"] = str(vault.key_file("notify.key"))
        keys["TEXTS_KEY_FILE"] = str(vault.ring_file("texts.key"))
    if name == "alerts-protection":
        keys["ROTA_FILE"] = str(vault.rota_file())
        keys["TEXTS_KEY_FILE"] = str(vault.ring_file("desk-texts.key"))
    return keys
