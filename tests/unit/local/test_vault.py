import hashlib
import json
import stat
from pathlib import Path

import pytest

from tapal_local.commands import passwords_from
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

AGENCIES = read_agencies(Path(__file__).parents[3] / "deploy" / "agencies")


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "secrets")


def test_secrets_are_made_once_and_readable_by_the_owner_alone(vault):
    vault.password("one")
    vault.key_file("digest.key")
    vault.key_pair("statement")
    vault.accounts()
    vault.api_key_digests_file(AGENCIES)
    before = {file.name: file.read_bytes() for file in vault.folder.iterdir()}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in vault.folder.iterdir())
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    vault.password("one")
    vault.key_file("digest.key")
    vault.key_pair("statement")
    vault.accounts()
    vault.api_key_digests_file(AGENCIES)
    assert before == {file.name: file.read_bytes() for file in vault.folder.iterdir()}


def test_two_homes_share_no_secret(tmp_path):
    one, other = Vault(tmp_path / "one"), Vault(tmp_path / "other")
    assert one.password("x") != other.password("x")
    assert one.key_file("k").read_text() != other.key_file("k").read_text()
    assert {account["password"] for account in one.accounts()}.isdisjoint(
        account["password"] for account in other.accounts()
    )


def test_a_key_is_32_bytes_in_hex(vault):
    assert len(bytes.fromhex(vault.key_file("digest.key").read_text())) == 32


def test_the_gateway_sees_digests_of_the_keys_only(vault):
    keys = vault.api_keys(AGENCIES)
    text = vault.api_key_digests_file(AGENCIES).read_text()
    assert keys["phri-kh/hotel-sentarum"] not in text
    digest = hashlib.sha256(keys["phri-kh/hotel-sentarum"].encode()).hexdigest()
    assert json.loads(text)[digest] == "phri-kh/hotel-sentarum"


def test_a_source_added_later_gets_a_key_and_the_others_keep_theirs(vault):
    first = vault.api_keys(AGENCIES[:2])
    everything = vault.api_keys(AGENCIES)
    assert first.items() <= everything.items()
    assert len(everything) == sum(len(agency.sources) for agency in AGENCIES)


def test_each_account_has_a_role_and_an_agency_that_exists(vault):
    codes = {agency.code for agency in AGENCIES}
    assert {account["agency"] for account in vault.accounts()} <= codes
    assert len({account["username"] for account in vault.accounts()}) == len(vault.accounts())


def test_a_password_given_by_the_environment_wins_over_the_vault(vault):
    given = {"TAPAL_AMQP_PASSWORD_REGISTRY_SEALED": "from outside"}
    found = passwords_from(given, vault, "amqp", ["registry", "registry-sealed"])
    assert found == {"registry": vault.password("amqp-registry"), "registry-sealed": "from outside"}
