"""What is kept in the repository: no secret, no address of this machine or of a package registry."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}",
    "a cloud key": rb"\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b|\bgh[pousr]_[0-9A-Za-z]{36}\b",
    "a password in an address": rb"\b(amqp|mongodb|redis)://[a-z-]+:[0-9A-Za-z_-]{12,}@",
    "a token": rb"\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}",
    "a package registry": rb"(files\.pythonhosted|pypi\.org/simple|registry\.npmjs)\b",
}


def kept():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_repository_holds_none(what):
    pattern = re.compile(FORBIDDEN[what])
    here = Path(__file__)
    assert [str(path.relative_to(ROOT)) for path in kept() if path != here and pattern.search(path.read_bytes())] == []
