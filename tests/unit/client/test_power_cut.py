"""The power is cut while events are added: real processes, killed."""

import json
import random
import threading
import time

import pytest
from client_folder import SOURCE, ClientFolder, check_in
from typer.testing import CliRunner

from tapal_client.cli import app
from tapal_client.client import Client
from tapal_client.config import Config, Folder


def add_until_killed(folder, events, seconds):
    """Adds events until the plug is pulled. Returns the numbers that the program had been given."""
    adding = folder.start_adding()

    def feed():
        try:
            for event in events:
                adding.stdin.write(json.dumps(event) + "\n")
            adding.stdin.flush()
        except (BrokenPipeError, ValueError):
            return

    feeding = threading.Thread(target=feed)
    feeding.start()
    said = [int(adding.stdout.readline())]
    time.sleep(seconds)
    adding.kill()
    said += [int(line) for line in adding.stdout.read().split()]
    adding.wait()
    feeding.join()
    return said


def test_what_was_given_a_number_is_there_after_every_power_cut_and_no_number_is_given_twice(tmp_path):
    folder = ClientFolder(tmp_path)
    events = [check_in(number) for number in range(5000)]
    done, killed_early = 0, 0
    for _ in range(4):
        said = add_until_killed(folder, events[done:], random.uniform(0.0, 0.15))
        with Client(tmp_path) as client:
            listed = {entry.sequence: entry.id for entry in client.queue.listed(most=10**6)}
        assert set(said) <= set(listed)
        assert sorted(listed) == list(range(1, len(listed) + 1))
        assert [listed[number] for number in sorted(listed)] == [event["id"] for event in events[: len(listed)]]
        # At most the one event that was on its way to the disk is there without its number having been told.
        assert len(listed) - max(said) <= 1
        done = max(0, len(listed) - 3)  # whoever was cut off adds again what he is not sure of
        killed_early += len(listed) < len(events)
    assert killed_early > 0


@pytest.mark.parametrize("left", [None, 0, 1])
def test_a_queue_that_is_gone_is_not_begun_anew_without_a_word(tmp_path, left):
    Folder(tmp_path).make(Config(agency="phri-kh", source=SOURCE))
    with Client(tmp_path) as client:
        client.add(check_in(1))
    for file in tmp_path.glob("queue.sqlite*"):
        file.unlink()
    if left is not None:
        (tmp_path / "queue.sqlite").write_bytes(b"x" * left)
    told = CliRunner().invoke(app, ["status", "--folder", str(tmp_path)])
    assert (told.exit_code, "gone or empty" in told.output) == (1, True)
    (tmp_path / "queue.made").unlink()
    (tmp_path / "queue.sqlite").unlink(missing_ok=True)
    with Client(tmp_path) as client:
        assert client.queue.numbers() == {}
