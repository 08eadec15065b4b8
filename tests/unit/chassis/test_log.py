"""What a process writes to its log by itself or by a library names nobody, also when something fails."""

import json
import subprocess
import sys

SAID = "Anna Contoh, X1234567"
FAILING = f"""
import asyncio, logging
from chassis.log import configure, log

async def fail():
    raise ValueError({SAID!r})

async def lose():
    await asyncio.wait({{asyncio.create_task(fail())}})

configure("tested", "INFO")
asyncio.run(lose())
try:
    raise ValueError({SAID!r})
except ValueError:
    log.exception("work_failed")
    logging.getLogger("library").exception("it failed")
"""


def test_errors_are_logged_without_their_texts() -> None:
    ended = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=True)
    assert SAID not in ended.stdout + ended.stderr
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(line["event"], line["error"], line["process"]) for line in lines] == [
        ("Task exception was never retrieved", "ValueError", "tested"),
        ("work_failed", "ValueError", "tested"),
        ("it failed", "ValueError", "tested"),
    ]
    assert {line["where"].partition(":")[0] for line in lines} == {"<string>"}
