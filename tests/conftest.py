"""Addresses of the real broker, database and Redis that `./tapal test` starts for a run."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from scanned import scanned_system
from whole_system import ROOT, WholeSystem, run

from tapal_local.home import Home

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("tapal", deadline=None)
hypothesis.settings.load_profile("tapal")


def _address(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: run this test by `./tapal test tests/…`, which starts the real services")
    return value


@pytest.fixture(scope="session")
def amqp_admin_url() -> str:
    """AMQP as the administrator, virtual host `/`, provisioned from deploy/agencies."""
    return _address("TAPAL_TEST_AMQP_ADMIN_URL")


@pytest.fixture(scope="session")
def management_url() -> str:
    """The broker's management API, with credentials."""
    return _address("TAPAL_TEST_MANAGEMENT_URL")


@pytest.fixture(scope="session")
def mongo_admin_url() -> str:
    """The database as the administrator, who may use any database."""
    return _address("TAPAL_TEST_MONGO_ADMIN_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    return _address("TAPAL_TEST_REDIS_URL")


@pytest.fixture(autouse=True)
def _real_services_are_there(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("integration"):
        _address("TAPAL_TEST_HOME")


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSystem]:
    """One whole system, without the sample, for the end-to-end tests that do not break it.

    When all of them are through, what it left behind is looked through for names.
    """
    # Ten thousand hostile messages and what other tests send meanwhile: nobody is to wait for a share here.
    unshared = {"TAPAL_SHARE": "1"}
    folder = tmp_path_factory.mktemp("tapal")
    assert run(Home(path=folder, root=ROOT), "certificates", "begin", "localhost", "127.0.0.1").returncode == 0
    with scanned_system(folder, registry=unshared) as running:
        yield running
