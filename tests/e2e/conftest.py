import pytest
from browsing import browsing
from gateway_stand import PASSWORD, stood


@pytest.fixture(scope="package")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="package")
async def standing(tmp_path_factory, amqp_admin_url, management_url, mongo_admin_url, redis_url):
    addresses = {"amqp": amqp_admin_url, "management": management_url, "mongo": mongo_admin_url, "redis": redis_url}
    async with stood(tmp_path_factory.mktemp("console"), addresses) as found:
        yield found


@pytest.fixture
async def stand(standing):
    """The gateway for the console's tests, as if nothing had happened yet."""
    await standing.clear()
    return standing


@pytest.fixture
async def people(stand):
    """Opens a browser for somebody who logs in by the form."""
    async with browsing(stand.url, lambda account: PASSWORD) as enter:
        yield enter
