"""The samples of docs/integrating.md, run as they stand against the whole system: curl, Python, Node, Java."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from foreign import Node

pytestmark = pytest.mark.e2e
SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


@pytest.fixture
def outside(system):
    """What an agency has been given."""
    given = {"GATEWAY": system.gateway, "KEY": system.api_key("plbn-badau/pos")}
    return {**os.environ, **given, "AMQP_URL": system.amqp_url("plbn-badau")}


def said(command, folder, environment):
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_curl_judges_sends_and_reads_the_receipt(outside):
    judged, sent, _ = said(["sh", SAMPLES / "send.sh"], SAMPLES, outside)
    assert json.loads(judged)["outcomes"] == [{"index": 0, "outcome": "accepted", "code": "accepted"}]
    assert json.loads(sent)["accepted"] == 1


def test_python_sends_over_http_and_amqp(outside):
    assert said([sys.executable, SAMPLES / "send.py"], SAMPLES, outside)[-1] == "confirmed"


def test_node_sends_over_http_and_amqp(outside, tmp_path):
    Node(tmp_path)
    for name in ("send.mjs", "event.json"):
        shutil.copy(SAMPLES / name, tmp_path)
    node = Path(sys.executable).with_name("node")
    assert said([node, "send.mjs"], tmp_path, outside)[-1] == "confirmed"


def test_java_sends_over_http_and_amqp(outside):
    jars = ":".join(f"/usr/share/java/{name}.jar" for name in ("amqp-client", "slf4j-api", "slf4j-nop"))
    assert said(["java", "-cp", jars, "Send.java"], SAMPLES, outside)[-1] == "confirmed"
