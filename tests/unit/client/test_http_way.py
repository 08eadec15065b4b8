"""The way over HTTP beside a real server that answers what a test tells it to, in the place of the gateway."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from tapal_client.cli import app
from tapal_client.client import Client
from tapal_client.config import Config, Folder
from tapal_client.http_way import HttpWay
from tapal_client.sender import Sender
from tapal_client.watch import Watch
from tapal_client.ways import NoLink, NotAllowed

from .conftest import SOURCE, check_in

PLAIN, PROBLEM = "application/json", "application/problem+json"
TAKEN = (202, PLAIN, {"accepted": 1, "receipts": [], "problems": []})


class Place(ThreadingHTTPServer):
    """Whatever answers at the gateway's address. `got`: the batches that came while it was the gateway."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.says = TAKEN
        self.got = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.says == TAKEN:
            self.server.got.append([event["id"] for event in body])
        self.answer(*self.server.says)

    def do_GET(self):
        self.answer(*((200, PLAIN, {"receipts": []}) if self.server.says == TAKEN else self.server.says))

    def answer(self, status, kind, said, wait=""):
        body = json.dumps(said).encode()
        self.send_response(status)
        if wait:
            self.send_header("retry-after", wait)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


@pytest.fixture
def place(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Place() as found:
        serving = threading.Thread(target=found.serve_forever, args=(0.01,))
        serving.start()
        yield found
        found.shutdown()
        serving.join()


def drain(queue, clock, place):
    async def once():
        way = HttpWay(place.url, SOURCE, "key")
        watch = Watch(queue, SOURCE, clock, own_status=False)
        try:
            await Sender(queue, way, watch, lambda: 0.5, lambda line: None).drain()
        finally:
            await way.close()

    asyncio.run(once())


def problem(status, code):
    return status, PROBLEM, {"code": code, "status": status, "title": "no", "title_id": "tidak", "field": "data"}


@pytest.mark.parametrize(
    "says",
    [
        (404, PLAIN, {"detail": "Not Found"}),
        (400, PLAIN, {"code": "missing_field"}),
        (413, PLAIN, {"message": "too large"}),
        (401, PLAIN, {"detail": "log in to the hotel's network"}),
        (200, PLAIN, {}),
        (202, PLAIN, []),
        (302, "text/html", "elsewhere"),
        problem(403, "not_allowed"),
        problem(408, "http_408"),
        problem(415, "unsupported_media_type"),
        problem(429, "too_many_requests"),
        problem(400, "no_upgrade"),
        problem(422, "invalid_request"),
        problem(503, "queue_full"),
    ],
    ids=lambda says: f"{says[0]} {says[2]}",
)
def test_an_answer_that_does_not_judge_the_event_costs_nothing_but_time(queue, clock, place, says):
    queue.add(check_in("a"))
    place.says = says
    with pytest.raises(NoLink):
        drain(queue, clock, place)
    assert queue.numbers() == {"waiting": 1}
    place.says = TAKEN
    drain(queue, clock, place)
    assert place.got == [["a/check_in"]]


@pytest.mark.parametrize(
    "says", [problem(400, "missing_field"), problem(413, "too_large"), problem(422, "wrong_value")]
)
def test_an_answer_that_judges_the_event_refuses_it_with_its_reason(queue, clock, place, says):
    queue.add(check_in("a"))
    place.says = says
    with pytest.raises(NoLink):  # nothing is told of outcomes here
        drain(queue, clock, place)
    [shown] = queue.listed("refused")
    assert (shown.code, shown.field, shown.reason_id, shown.reason_en) == (says[2]["code"], "data", "tidak", "no")


def test_no_event_is_judged_by_an_answer_to_several(queue, clock, place):
    queue.add(check_in("a"))
    queue.add(check_in("b"))
    place.says = problem(400, "unreadable")
    with pytest.raises(NoLink):
        drain(queue, clock, place)
    assert queue.numbers() == {"waiting": 2}


@pytest.mark.parametrize("says", [problem(403, "unknown_source"), problem(401, "not_signed_in")])
def test_a_key_that_is_not_this_sources_is_looked_at_by_a_person(queue, clock, place, says):
    queue.add(check_in("a"))
    place.says = says
    with pytest.raises(NotAllowed):
        drain(queue, clock, place)
    assert queue.numbers() == {"waiting": 1}


def test_why_nothing_arrives_is_told_until_it_does(tmp_path, place):
    folder = Folder(tmp_path)
    folder.make(Config(agency="phri-kh", source=SOURCE, gateway=place.url))
    folder.keep_secret("api.key", "key")
    with Client(tmp_path) as client:
        client.add(check_in("a"))
    place.says = problem(403, "not_allowed")
    assert command(tmp_path, "send").exit_code == 1
    assert "the gateway answers 403 (not_allowed)" in json.loads(command(tmp_path, "status").stdout)["trouble"]
    place.says = TAKEN
    assert command(tmp_path, "send").exit_code == 0
    assert json.loads(command(tmp_path, "status").stdout)["trouble"] is None


def command(folder, *arguments):
    return CliRunner().invoke(app, [*arguments, "--folder", str(folder)])


@pytest.mark.parametrize(
    ("kind", "told", "waits"),
    [
        (PROBLEM, "30", 30),
        (PROBLEM, "31536000", 900),
        (PROBLEM, "9" * 400, 900),
        (PROBLEM, "\u00b2", 0),
        (PROBLEM, "soon", 0),
        (PLAIN, "259200", 0),
    ],
    ids=["some seconds", "a year", "no number there is", "a small two", "a word", "a hotel's portal"],
)
def test_nobody_is_made_to_wait_for_longer_than_a_while(place, kind, told, waits):
    place.says = (503, kind, {"code": "busy"}, told)

    async def send():
        way = HttpWay(place.url, SOURCE, "key")
        with pytest.raises(NoLink) as caught:
            await way.outcomes(["a"], lambda *_: None)
        await way.close()
        return caught.value.retry_after

    assert asyncio.run(send()) == waits


def test_piped_names_are_utf_8_whatever_the_system_writes(tmp_path):
    Folder(tmp_path).make(Config(agency="phri-kh", source=SOURCE))
    event = check_in("a")
    event["data"]["person"]["name"] = {"full": "J\u00dcRGEN M\u00dcLLER"}
    said = json.dumps(event, ensure_ascii=False)
    for piped in (said.encode(), said.encode("utf-8-sig")):
        done = CliRunner().invoke(app, ["add", "-", "--folder", str(tmp_path)], input=piped)
        assert done.exit_code == 0, done.output
    with Client(tmp_path) as client:
        [entry] = client.queue.listed()
    assert "J\u00dcRGEN" in entry.body.decode()
    broken = CliRunner().invoke(app, ["add", "-", "--folder", str(tmp_path)], input="J\u00dcRGEN".encode("cp1252"))
    assert broken.exit_code == 1
