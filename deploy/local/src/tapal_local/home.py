"""Where one copy of Tapal keeps everything it writes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tapal_local.authority import Authority

__all__ = ["Home", "home_from"]


@dataclass(frozen=True)
class Home:
    """One data folder: two of them never share a file or a port."""

    path: Path
    root: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def authority(self) -> Authority:
        """Of certificates; it may not be there."""
        return Authority(self.secrets / "authority")

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    @property
    def state(self) -> Path:
        return self.path / "run" / "state.json"

    @property
    def lock(self) -> Path:
        return self.path / "run" / "supervisor.lock"

    @property
    def first_start_done(self) -> Path:
        return self.path / "first-start-done"

    @property
    def agencies(self) -> Path:
        return self.root / "deploy" / "agencies"

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def data(self, part: str) -> Path:
        """The folder of one real part, made private on first use."""
        folder = self.path / part
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def make(self) -> None:
        """Create the folders. Nobody but the owner may look inside."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        for folder in (self.logs, self.secrets, self.state.parent):
            folder.mkdir(exist_ok=True, mode=0o700)


def home_from(environment: Mapping[str, str]) -> Home:
    """The home that TAPAL_HOME names, or `.data` beside the code."""
    here = Path(__file__).resolve().parents[4]
    root = Path(environment.get("TAPAL_ROOT", here)).resolve()
    return Home(path=Path(os.path.abspath(environment.get("TAPAL_HOME") or root / ".data")), root=root)
