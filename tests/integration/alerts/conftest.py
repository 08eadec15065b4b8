import socket

import pytest
from alerts_stand import EXIT_SOURCES, covers, days, eventually, person, stay, stood


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def stand(tmp_path, amqp_admin_url, management_url, mongo_admin_url):
    """A virtual host and a database of its own; the service is not started yet."""
    addresses = {"amqp": amqp_admin_url, "management": management_url, "mongo": mongo_admin_url}
    async with stood(tmp_path, addresses) as found:
        yield found


@pytest.fixture
async def running(stand):
    """The service, all exit sources heard and covering a year ahead."""
    async with stand.serving():
        await stand.send(*(covers(1, days(365), *source) for source in EXIT_SOURCES))
        yield stand


@pytest.fixture
def unused_tcp_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
async def two(running):
    """Two persons with one alert each."""
    running.now = days(1)
    await running.send(person(1), person(1, stay(keys=("k2",)), person="p2"))

    async def both():
        return len(await running.live()) == 2

    await eventually(both)
    return running
