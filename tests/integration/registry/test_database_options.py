"""What a service says of the options of its database's address."""

import pytest
from structlog.testing import capture_logs

from chassis.mongo import connect, warn_of_retryable_writes

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.mark.parametrize(("asked", "warned"), [("false", []), ("true", ["retry_writes_on_secantus"])])
async def test_retryable_writes_are_warned_of_where_they_slow_down_everything(mongo_admin_url, asked, warned):
    url = mongo_admin_url.replace("retryWrites=false", f"retryWrites={asked}")
    async with connect(url) as client:
        # On MongoDB they are as they should be.
        known = "secantusVersion" in await client.admin.command("buildInfo")
        with capture_logs() as said:
            await warn_of_retryable_writes(client)
    assert [one["event"] for one in said] == (warned if known else [])
