"""What can be known of docker-compose.tls.yml without an engine."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_files import COMPOSE, ROOT, SERVICES, hand_out, start

from chassis.tls import TlsSettings
from tapal_local.authority import Authority
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

TLS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.tls.yml").read_text())["services"]
NOW = datetime.now(UTC)
INSIDE = Path("/run/tapal")


@pytest.fixture
def hands(tmp_path: Path) -> Path:
    return tmp_path


def given_out(hands: Path) -> Authority:
    """As `secrets` does at a start, and `certificates` after each of its commands."""
    owners: dict[Path, int] = {}

    def chown(at: Path, user: int, _: int) -> None:
        # A file gets its owner before its name.
        owners[at.with_name(at.name.removeprefix(".").removesuffix(".new"))] = user

    hand_out.hand_out(Vault(hands / "vault"), read_agencies(ROOT / "deploy" / "agencies"), hands, chown)
    assert {owners[path] for path in (hands / "broker").rglob("*")} == {hand_out.OTHERS}
    assert {owners[path] for path in (hands / "gateway").rglob("*")} == {hand_out.TAPAL}
    return Authority(hands / "vault" / "authority")


def test_without_an_authority_the_broker_opens_no_second_door(hands: Path) -> None:
    given_out(hands)
    assert (hands / "broker" / "advanced.config").read_text() == "[].\n"


def test_broker_and_gateway_get_what_their_doors_need_and_not_the_authoritys_key(hands: Path) -> None:
    given_out(hands).begin(["tapal.example"], NOW)
    given_out(hands)
    config = (hands / "broker" / "advanced.config").read_text()
    for named in re.findall(r'"(/run/tapal/[^"]+)"', config):
        assert (hands / "broker" / Path(named).relative_to(INSIDE)).exists(), named
    assert TLS["broker"]["ports"] == [f"{hand_out.LISTENER[1]}:{hand_out.LISTENER[1]}"]
    tls = TlsSettings.model_validate_json(TLS["gateway"]["environment"]["TAPAL_TLS"])
    for named in (tls.certificate_file, tls.key_file, tls.clients_file, tls.revoked_file):
        assert (hands / "gateway" / named.relative_to(INSIDE)).is_file(), named
    assert TLS["gateway"]["ports"] == [f"{tls.port}:{tls.port}"]
    assert not list(hands.glob("[bg]*/**/authority.key.pem"))


def test_what_is_revoked_reaches_both_without_a_restart(hands: Path) -> None:
    authority = given_out(hands)
    authority.begin(["tapal.example"], NOW)
    issued = authority.issue("plbn-badau/pos", 30, NOW)
    given_out(hands)
    before = {path: path.read_bytes() for path in hands.glob("[bg]*/authority/**/*") if path.is_file()}
    authority.revoke(issued.serial, NOW)
    given_out(hands)
    changed = {path.name for path, text in before.items() if path.read_bytes() != text}
    assert changed == {"revoked.pem", next(authority.lists.iterdir()).name}


def test_the_certificates_service_runs_the_command_on_the_vault(hands: Path) -> None:
    service = TLS["certificates"]
    for source, place in (volume.split(":")[:2] for volume in service["volumes"]):
        assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], place
    assert set(service["depends_on"]) <= set(SERVICES)
    given_out(hands)
    environment = start.filled(service["environment"], hands / "vault")
    assert "{" not in environment["TAPAL_MANAGEMENT_URL"]
    command, then = service["entrypoint"][-2].replace("$$", "$").split(" && exec ")
    assert then.split()[2:] == ["/opt/tapal/docker/hand_out.py", "/etc/tapal/agencies", "/tapal/secrets", "/hands"]
    # What the container's shell runs, in a home whose secrets are the vault.
    (hands / "home").mkdir()
    (hands / "home" / "secrets").symlink_to(hands / "vault")
    here = {"TAPAL_HOME": str(hands / "home"), "TAPAL_ROOT": str(ROOT)}
    here["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    told = ["sh", "-c", command, "certificates", "begin", "tapal.example"]
    done = subprocess.run(told, env={**os.environ, **here}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    given_out(hands)
    assert (hands / "broker" / "authority" / "server.pem").is_file()
