"""A reader of the live stream."""

import asyncio
import json


class Listener:
    def __init__(self, response):
        self._lines = response.aiter_lines()

    async def next(self):
        """The next event: (name, id, data)."""
        fields = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line and "event" in fields:
                    return fields["event"], fields.get("id"), json.loads(fields["data"])
                name, _, value = line.partition(": ")
                fields[name] = value
        raise AssertionError("the stream ended")


def listening(client, **headers):
    return client.stream("GET", "/v1/stream", headers={name.replace("_", "-"): text for name, text in headers.items()})
