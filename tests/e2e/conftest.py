import pytest
from browsing import browsing
from gateway_fixtures import anyio_backend, stand, standing
from gateway_stand import PASSWORD

__all__ = ["anyio_backend", "people", "stand", "standing"]


@pytest.fixture
async def people(stand):
    """Opens a browser for somebody who logs in by the form."""
    async with browsing(stand.url, lambda account: PASSWORD) as enter:
        yield enter
