"""A gateway for all tests of a folder: started once, because making its accounts takes seconds."""

import pytest
from gateway_stand import stood


@pytest.fixture(scope="package")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="package")
async def standing(tmp_path_factory, amqp_admin_url, management_url, mongo_admin_url, redis_url):
    addresses = {"amqp": amqp_admin_url, "management": management_url, "mongo": mongo_admin_url, "redis": redis_url}
    async with stood(tmp_path_factory.mktemp("gateway"), addresses) as found:
        yield found


@pytest.fixture
async def stand(standing):
    """The gateway, as if nothing had happened yet."""
    await standing.clear()
    return standing
