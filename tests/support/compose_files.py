"""The compose file, and the scripts of its containers as modules."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

__all__ = ["COMPOSE", "ROOT", "SERVICES", "hand_out", "start"]

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def script(path: str) -> ModuleType:
    """A file outside of any package, as a module."""
    name = Path(path).stem
    spec = spec_from_file_location(name, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


hand_out = script("deploy/docker/hand_out.py")
start = script("deploy/docker/start.py")
