"""YAML by the parser in C: the one in Python takes most of the time in which a process starts."""

from typing import Any

import yaml

__all__ = ["check_foreign_yaml", "read_yaml"]

DEEPEST = 40


def read_yaml(text: str) -> Any:
    """What a text says, of plain types alone. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def check_foreign_yaml(text: str) -> None:
    """Nothing where a text of somebody else may be read: too many levels end the process, and aliases multiply.

    Raises yaml.YAMLError.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("nested too deeply, or an alias")
