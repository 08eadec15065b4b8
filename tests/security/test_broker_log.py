"""A process of the broker that ends badly leaves nothing of what it held in the log: messages, with names in them.

It happens by itself, now and then, when a client dies while it is sent much; here it is made to happen.
"""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tapal_local import ports
from tapal_local.broker import broker, find_server
from tapal_local.home import Home
from tapal_local.part import Part
from tapal_local.vault import Vault

pytestmark = pytest.mark.integration
SAID = "Anna Contoh"
DIES = f'proc_lib:spawn(fun() -> self() ! <<"{SAID}">>, erlang:error(made_to_die) end), timer:sleep(500)'
TELLS = 'rabbit_log:error("the broker itself still tells")'


async def _nothing() -> None: ...


@pytest.fixture
def home() -> Home:
    return Home(path=Path(os.environ["TAPAL_TEST_HOME"]), root=Path(os.environ["TAPAL_ROOT"]))


@pytest.fixture
def part(home: Home) -> Part:
    return broker(home, Vault(home.secrets), ports.read(home.ports), _nothing)


def erlang(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> int:
    ended = subprocess.run(
        command, check=False, env={**os.environ, **environment}, cwd=folder, timeout=60, capture_output=True
    )
    return ended.returncode


def test_a_dying_process_of_the_broker_does_not_write_down_what_it_held(home: Home, part: Part) -> None:
    server, log = find_server(), home.logs / "broker.log"
    assert server is not None
    assert erlang([server.with_name("rabbitmqctl"), "eval", f"{DIES}, {TELLS}."], part.environment, home.path) == 0
    until = time.monotonic() + 10
    while "the broker itself still tells" not in log.read_text():
        assert time.monotonic() < until
        time.sleep(0.1)
    assert SAID not in log.read_text()


def test_a_broker_that_ends_badly_leaves_no_dump_of_its_memory(part: Part, tmp_path: Path) -> None:
    dies = ["erl", "-noshell", "-eval", 'erlang:halt("made to die").']
    setting = {"ERL_CRASH_DUMP_SECONDS": part.environment["ERL_CRASH_DUMP_SECONDS"]}
    assert erlang(dies, setting, tmp_path) != 0
    assert list(tmp_path.iterdir()) == []
    assert erlang(dies, {}, tmp_path) != 0
    assert [file.name for file in tmp_path.iterdir()] == ["erl_crash.dump"], "there was nothing to prevent"
