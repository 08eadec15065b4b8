"""Debian's RabbitMQ in a folder and on ports of its own, without Debian's wrappers."""

import asyncio
import shutil
from pathlib import Path

from tapal_local.authority import Authority
from tapal_local.home import Home
from tapal_local.part import Hook, Part, Probe, answers
from tapal_local.ports import Ports
from tapal_local.vault import Vault

__all__ = [
    "ADMIN",
    "NOTHING_MORE",
    "SILENT",
    "admin_url",
    "advanced",
    "amqp_url",
    "broker",
    "epmd",
    "find_epmd",
    "find_server",
    "management_url",
]

ADMIN = "admin"
NOTHING_MORE = "[].\n"
"""An advanced.config that adds nothing."""
SILENT = """[{kernel, [{logger, [
  {filters, log, [{without_content, {fun logger_filters:domain/2, {stop, sub, [otp]}}}]}
]}]}].
"""
"""Settings of Erlang itself (its option -config). A process that ends badly, which may happen whenever a client
dies, would otherwise write down all that it held: the messages on their way to that client, names and all."""
ERLANG = Path("/usr/lib/erlang")
SERVERS = Path("/usr/lib/rabbitmq/lib")


def find_server() -> Path | None:
    """The newest installed server script. Not /usr/sbin's: that one changes user and folder."""
    found = sorted(SERVERS.glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    return found[-1] if found else None


def find_epmd() -> str | None:
    return shutil.which("epmd") or next(map(str, ERLANG.glob("erts-*/bin/epmd")), None)


def amqp_url(vault: Vault, ports: Ports, user: str) -> str:
    # No slash at the end: to Java's client that is a virtual host without a name.
    return f"amqp://{user}:{vault.password(f'amqp-{user}')}@127.0.0.1:{ports['amqp']}"


def management_url(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports['management']}"


def admin_url(vault: Vault, ports: Ports) -> str:
    """The same, with the administrator's name and password."""
    return management_url(ports).replace("://", f"://{ADMIN}:{vault.password(f'amqp-{ADMIN}')}@")


def epmd(ports: Ports) -> Part:
    """Erlang's name server, in the foreground: left to itself the broker would start one that outlives it."""
    return Part(
        name="epmd",
        command=(find_epmd() or "epmd", "-port", str(ports["epmd"]), "-address", "127.0.0.1"),
        ready=_names(ports["epmd"]),
        address=f"127.0.0.1:{ports['epmd']}",
        version=next((f"Erlang {folder.name}" for folder in sorted(ERLANG.glob("erts-*"))), ""),
    )


def _names(port: int) -> Probe:
    """Ready once it answers the question which nodes it knows; an empty connection would be logged as a fault."""

    async def probe() -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x00\x01n")
            answer = await reader.read(4)
            writer.close()
        except OSError:
            return False
        return len(answer) == 4

    return probe


def broker(home: Home, vault: Vault, ports: Ports, settle: Hook) -> Part:
    server = find_server()
    if server is None:
        raise FileNotFoundError("rabbitmq-server")
    listener = f"{management_url(ports)}/api/health/checks/port-listener/{ports['amqp']}"

    async def prepare() -> None:
        _write_configuration(home.data("broker"), vault, ports)
        _write_tls(home.data("broker"), home.authority, ports)

    return Part(
        name="broker",
        command=(str(server),),
        ready=answers(listener, auth=(ADMIN, vault.password(f"amqp-{ADMIN}"))),
        address=f"amqp://127.0.0.1:{ports['amqp']}",
        version=f"RabbitMQ {server.parents[1].name.removeprefix('rabbitmq_server-')}",
        environment=_environment(home.data("broker"), ports),
        after=("epmd",),
        folder=home.data("broker"),
        prepare=prepare,
        settle=settle,
        grace=30.0,
    )


def _environment(folder: Path, ports: Ports) -> dict[str, str]:
    return {
        "HOME": str(folder),  # where the Erlang cookie is made
        "RABBITMQ_NODENAME": "tapal@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_PID_FILE": str(folder / "rabbit.pid"),
        "RABBITMQ_DIST_PORT": str(ports["erlang"]),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        # Otherwise a dump of all that was in memory: the same.
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-config erlang -start_epmd false "
        "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        # The script then becomes the Erlang machine instead of waiting for it: our child's pid is the broker's.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _write_configuration(folder: Path, vault: Vault, ports: Ports) -> None:
    for name in ("mnesia", "log"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "rabbitmq-env.conf").touch()
    (folder / "erlang.config").write_text(SILENT)
    file = folder / "rabbitmq.conf"
    file.touch(mode=0o600)
    file.write_text(
        f"listeners.tcp.default = 127.0.0.1:{ports['amqp']}\n"
        "management.tcp.ip = 127.0.0.1\n"
        f"management.tcp.port = {ports['management']}\n"
        "prometheus.tcp.ip = 127.0.0.1\n"
        f"prometheus.tcp.port = {ports['broker-metrics']}\n"
        f"default_user = {ADMIN}\n"
        f"default_pass = {vault.password(f'amqp-{ADMIN}')}\n"
        "log.console = true\n"
        "log.console.level = warning\n"
        "log.file = false\n"
        "vm_memory_high_watermark.absolute = 2GB\n"
        "disk_free_limit.absolute = 500MB\n"
    )


def _write_tls(folder: Path, authority: Authority, ports: Ports) -> None:
    plugins = ["rabbitmq_management", "rabbitmq_prometheus"]
    plugins += ["rabbitmq_auth_mechanism_ssl"] if authority.exists else []
    (folder / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
    listener = ("127.0.0.1", ports["amqp-tls"])
    (folder / "advanced.config").write_text(advanced(authority, listener) if authority.exists else NOTHING_MORE)


def advanced(authority: Authority, listener: tuple[str, int]) -> str:
    """With an authority: a second port, for whoever shows a certificate of it; the name in it is the user."""
    certificate, key = authority.server
    host, port = listener
    # Lists of what is revoked have no word in rabbitmq.conf. The folder is read anew for each connection.
    return f"""[{{rabbit, [
  {{ssl_listeners, [{{"{host}", {port}}}]}},
  {{ssl_cert_login_from, common_name}},
  {{auth_mechanisms, ['EXTERNAL', 'PLAIN', 'AMQPLAIN']}},
  {{ssl_options, [
    {{cacertfile, "{authority.certificate}"}}, {{certfile, "{certificate}"}}, {{keyfile, "{key}"}},
    {{verify, verify_peer}}, {{fail_if_no_peer_cert, true}}, {{versions, ['tlsv1.3', 'tlsv1.2']}},
    {{crl_check, peer}}, {{crl_cache, {{ssl_crl_hash_dir, {{internal, [{{dir, "{authority.lists}"}}]}}}}}}
  ]}}
]}}].
"""
