"""What others wrote and we install: no version of which a fault is known. Asks the package index for its advisories."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[2] / "requirements.lock"
COMMAND = ("-P", "-m", "pip_audit", "-r", LOCK, "--disable-pip", "--require-hashes")
PLAIN = ("--format", "json", "--progress-spinner", "off", "--timeout", "10")


def faults(report):
    """Package, version and the names of what is known of it."""
    found = [one for one in report["dependencies"] if one.get("vulns")]
    return [f"{one['name']} {one['version']}: {', '.join(fault['id'] for fault in one['vulns'])}" for one in found]


def test_every_package_is_one_version_with_the_digests_of_its_files():
    named = re.findall(r"^([a-z0-9][^ ;=]*)==\S+.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    whole = re.findall(r"^([a-z0-9][^ ;=]*)==\S+[^#]*?--hash=sha256:[0-9a-f]{64}", LOCK.read_text(), re.MULTILINE)
    assert len(named) > 100
    assert named == whole


def test_what_is_known_of_a_version_is_told():
    sound = {"name": "a", "version": "1", "vulns": []}
    unknown = {"name": "b", "skip_reason": "not found"}
    faulty = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
    assert faults({"dependencies": [sound, unknown, faulty]}) == ["c 2: PYSEC-1, PYSEC-2"]


def test_no_fault_is_known_of_what_is_installed():
    done = subprocess.run([sys.executable, *COMMAND, *PLAIN], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout) if done.stdout.startswith("{") else {"dependencies": []}
    if all("skip_reason" in one for one in report["dependencies"]):
        pytest.skip("no advisories can be asked for from here")
    assert faults(report) == []
