"""The scan of what a whole system leaves behind finds who is named there, and is quiet otherwise."""

import asyncio
import http.server
import threading
from contextlib import contextmanager

import httpx
import pytest
from scanned import find, witnessed

SECRETS = {"Siti Sintetis", "X1234567"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"event": "stored", "name": "SITI SINTETIS"}', ["siti sintetis"]),
        ("/v1/persons?number=x1234567", ["x1234567"]),
        ("Siti and Sintetis are apart", []),
        ("x12345678 and siti sintetisa are others", []),
        ("", []),
    ],
    ids=["in a log", "in an address", "word by word", "parts of words", "nothing"],
)
def test_whole_names_and_numbers_are_found(text, found):
    assert find(SECRETS, {"gateway.log": text}) == [("gateway.log", one) for one in found]


class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404 if "missing" in self.path else 303)
        self.send_header("location", "/persons/siti-sintetis")
        self.end_headers()
        self.wfile.write(b"unknown: X1234567")

    def log_message(self, *_):
        pass


@contextmanager
def door():
    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def asked(address):
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(address)


def test_addresses_where_they_lead_and_refusals_are_noted():
    with door() as address:
        with witnessed(address) as heard:
            httpx.get(f"{address}/find?name=A+B", trust_env=False)
            asyncio.run(asked(f"{address}/missing"))
            httpx.get(f"{address}/found", trust_env=False)
        httpx.get(f"{address}/later", trust_env=False)
    leads = "/persons/siti-sintetis"
    assert heard == [f"/find?name=A+B {leads}", f"/missing {leads}", "unknown: X1234567", f"/found {leads}"]
