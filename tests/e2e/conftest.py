"""One whole system for the end-to-end tests that do not break it."""

import pytest
from whole_system import whole_system


@pytest.fixture(scope="session")
def system(tmp_path_factory):
    with whole_system(tmp_path_factory.mktemp("tapal")) as running:
        yield running
