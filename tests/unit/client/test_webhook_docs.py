"""What docs/notifications.md tells receivers to run does what it says, in Node and in a shell."""

import base64
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alerts.notify.signing import headers, written

DOCS = (Path(__file__).parents[3] / "docs" / "notifications.md").read_text()
SECRET = bytes(range(32))
BODY = b'{"id":"n1","text":"\xc3\xa9"}'


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    assert found
    return found[1]


def in_node(folder: Path, sent: dict[str, str], body: bytes) -> "subprocess.CompletedProcess[str]":
    call = 'import { readFileSync } from "node:fs";\nconst given = JSON.parse(readFileSync("given.json"));\n'
    call += "console.log(verify(given.secret, given.headers, Buffer.from(given.body, 'base64')));\n"
    (folder / "verify.mjs").write_text(example("js") + call)
    given = {"secret": written(SECRET), "headers": sent, "body": base64.b64encode(body).decode()}
    (folder / "given.json").write_text(json.dumps(given))
    node = Path(sys.executable).with_name("node")
    return subprocess.run([node, "verify.mjs"], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("age", "body", "genuine"),
    [(0, BODY, True), (0, BODY + b" ", False), (400, BODY, False)],
    ids=["genuine", "changed", "old"],
)
def test_node(tmp_path, age, body, genuine):
    done = in_node(tmp_path, headers("n1", int(time.time()) - age, BODY, [b"o" * 32, SECRET]), body)
    assert (done.returncode == 0, done.stdout) == (genuine, "n1\n" if genuine else ""), done.stderr


def test_shell(tmp_path):
    sent = headers("n1", 1_772_400_000, BODY, [SECRET])
    (tmp_path / "body").write_bytes(BODY)
    given = {"ID": "n1", "TIMESTAMP": sent["webhook-timestamp"], "SECRET": written(SECRET), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["sh", "-c", example("sh")], cwd=tmp_path, env=given, capture_output=True, text=True, check=True
    )
    assert f"v1,{done.stdout.strip()}" == sent["webhook-signature"]
