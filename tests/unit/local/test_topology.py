import base64
import hashlib
import re
from pathlib import Path

import pytest

from contracts.agencies import Agency
from tapal_local import topology
from tapal_local.provision import read_agencies

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def agencies():
    return read_agencies(ROOT / "deploy" / "agencies")


@pytest.fixture(scope="module")
def wanted(agencies):
    passwords = {name: f"secret of {name}" for name in topology.users(agencies)}
    return topology.definitions(agencies, passwords, salt=lambda: b"salt", vhost="test")


def agency(code: str) -> Agency:
    source = {"code": "one", "uri": f"/{code}", "names": {"id": "a", "en": "a"}, "rhythm_hours": 1}
    names = {"id": code, "en": code}
    return Agency.model_validate(
        {"code": code, "names": names, "area": [], "may_send": {}, "sources": [source], "contact": "c"}
    )


def allowed(permission: dict[str, str], operation: str, name: str) -> bool:
    """As RabbitMQ does it: the pattern may match anywhere, and an empty pattern is `^$`."""
    return re.search(permission[operation], name) is not None


def permission_of(definitions, user):
    return next(item for item in definitions["permissions"] if item["user"] == user)


@pytest.mark.parametrize(
    ("operation", "name", "expected"),
    [
        ("write", "agency.ab-c", True),
        ("write", "sealed.ab-c", True),
        ("write", "agency.ab", False),
        ("write", "agency.ab-cd", False),
        ("write", "xagency.ab-c", False),
        ("write", "agencyxab-c", False),
        ("write", "intake.ab-c", False),
        ("write", "amq.default", False),
        ("write", "registry", False),
        ("read", "to.ab-c", True),
        ("read", "to.ab", False),
        ("read", "to.ab-cd", False),
        ("read", "toxab-c", False),
        ("read", "intake.ab-c", False),
        ("read", "agency.ab-c", False),
        ("configure", "to.ab-c", False),
        ("configure", "anything", False),
    ],
)
def test_an_agency_reaches_its_own_exchanges_and_queue_only(operation, name, expected):
    codes = ["ab", "ab-c", "ab-cd"]
    people = [agency(code) for code in codes]
    passwords = dict.fromkeys(topology.users(people), "x")
    definitions = topology.definitions(people, passwords, salt=lambda: b"salt")
    assert allowed(permission_of(definitions, "ab-c"), operation, name) is expected


def test_every_pattern_is_anchored_and_nobody_may_configure(wanted):
    for permission in wanted["permissions"]:
        assert permission["configure"] == "^$"
        for pattern in (permission["read"], permission["write"]):
            assert pattern.startswith("^")
            assert pattern.endswith("$")
            # An alternative on the top level would escape the anchors.
            assert "|" not in re.sub(r"\(.*\)", "", pattern)


@pytest.mark.parametrize(
    ("user", "operation", "name", "expected"),
    [
        ("registry", "read", "intake.polres", True),
        ("registry", "read", "sealed.polres", False),
        ("registry", "read", "sealed.dead.polres", False),
        ("registry", "read", "dead.polres", True),
        ("registry", "read", "dead.internal", True),
        ("registry-sealed", "read", "sealed.polres", True),
        ("registry-sealed", "read", "sealed.dead.polres", True),
        ("registry-sealed", "read", "protection.holds", True),
        ("registry-sealed", "read", "protection.matters", False),
        ("registry-sealed", "read", "intake.polres", False),
        ("alerts", "read", "alerts.gateway", True),
        ("alerts", "write", "gateway", False),
        ("alerts", "read", "protection.matters", False),
        ("alerts-protection", "read", "protection.matters", True),
        ("alerts-protection", "read", "alerts.registry", False),
        ("gateway", "write", "agency.polres", True),
        ("gateway", "write", "registry", False),
        ("gateway", "write", "gateway", True),
        ("gateway", "read", "to.polres", False),
        ("reports", "write", "alerts", False),
        ("reports", "read", "reports.alerts", True),
    ],
)
def test_a_service_reads_and_writes_only_what_its_role_needs(wanted, user, operation, name, expected):
    assert allowed(permission_of(wanted, user), operation, name) is expected


def test_a_queue_that_dead_letters_does_so_at_least_once(wanted):
    names = {queue["name"] for queue in wanted["queues"]}
    for queue in wanted["queues"]:
        arguments = queue["arguments"]
        if "x-dead-letter-routing-key" in arguments:
            assert arguments["x-dead-letter-routing-key"] in names
            assert arguments["x-dead-letter-exchange"] == ""
            assert arguments["x-dead-letter-strategy"] == "at-least-once"
            assert arguments["x-overflow"] == "reject-publish"
            assert arguments["x-delivery-limit"] == 50
        elif arguments["x-queue-type"] == "quorum":
            assert queue["name"].startswith(("dead.", "sealed.dead."))
            assert arguments["x-delivery-limit"] == 1_000_000


def test_only_the_agencies_own_queues_have_limits(wanted):
    limited = {queue["name"] for queue in wanted["queues"] if "x-max-length" in queue["arguments"]}
    assert {name.split(".")[0] for name in limited} == {"intake", "sealed", "to"}
    assert not any(name.startswith("sealed.dead") for name in limited)


def test_every_binding_joins_an_exchange_and_a_queue_that_exist(wanted):
    exchanges = {exchange["name"] for exchange in wanted["exchanges"]}
    queues = {queue["name"] for queue in wanted["queues"]}
    for binding in wanted["bindings"]:
        assert binding["source"] in exchanges
        assert binding["destination"] in queues


def test_everything_is_in_the_one_virtual_host(wanted):
    assert wanted["vhosts"] == [{"name": "test"}]
    kinds = ("exchanges", "queues", "bindings", "permissions")
    assert {item["vhost"] for kind in kinds for item in wanted[kind]} == {"test"}


def test_passwords_are_salted_hashes(wanted):
    user = next(user for user in wanted["users"] if user["name"] == "polres")
    raw = base64.b64decode(user["password_hash"])
    assert raw[:4] == b"salt"
    assert raw[4:] == hashlib.sha256(b"salt" + b"secret of polres").digest()
    assert "secret of" not in str(wanted)
