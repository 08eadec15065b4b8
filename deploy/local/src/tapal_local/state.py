"""What the supervisor tells other commands: a file with the state of its parts."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tapal_local import lock
from tapal_local.home import Home
from tapal_local.keeper import Status

__all__ = ["read", "running_pid", "write"]

State = dict[str, Any]


def running_pid(home: Home) -> int | None:
    """The living supervisor of this home."""
    return lock.holder(home.lock)


def write(home: Home, phase: str, statuses: Sequence[Status], message: str = "") -> None:
    _replace(home.state, {"phase": phase, "message": message, "parts": [asdict(status) for status in statuses]})


def read(home: Home) -> State:
    """The last written state; nothing in it is ready when no supervisor lives."""
    state: State = json.loads(home.state.read_text()) if home.state.exists() else {"message": "", "parts": []}
    if running_pid(home) is None:
        parts = [{**part, "ready": False, "pid": None} for part in state["parts"]]
        phase = "failed" if state.get("phase") == "failed" else "stopped"
        state = {**state, "phase": phase, "parts": parts}
    return state


def _replace(file: Path, content: State) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(content, indent=1))
    temporary.replace(file)
