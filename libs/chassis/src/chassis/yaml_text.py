"""YAML by the parser in C: the one in Python takes most of the time in which a process starts."""

from typing import Any

import yaml

__all__ = ["read_yaml"]


def read_yaml(text: str) -> Any:
    """What a text says, of plain types alone. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=yaml.CSafeLoader)
