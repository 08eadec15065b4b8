import pytest
from registry_stand import registry_stood


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def stand(mongo_admin_url):
    async with registry_stood(mongo_admin_url) as stood:
        yield stood
