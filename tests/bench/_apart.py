"""An environment of its own for what a bench is compared with, from locked packages: the product never needs them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["told_by"]

FOLDER = Path(__file__).parent


def told_by(script: str, given: str = "") -> list[dict[str, Any]]:
    """The JSON objects that a script of this folder prints there, one a line."""
    python = _python()
    done = subprocess.run([python, "-P", FOLDER / script], check=True, capture_output=True, text=True, input=given)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _python() -> Path:
    root = Path(os.environ.get("TAPAL_ROOT", FOLDER.parents[1]))
    home, lock = root / ".venv-bench", FOLDER / "requirements.lock"
    python, stamp = home / "bin" / "python", home / "lock"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        print("installing the locked packages of the bench (once)", file=sys.stderr)
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, home], check=True)
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock)]
        subprocess.run(sync, check=True)
        stamp.write_bytes(lock.read_bytes())
    return python
