"""YAML by the parser in C: the one in Python takes most of the time in which a process starts."""

from typing import Any

import yaml

__all__ = ["check_foreign_yaml", "read_yaml"]

DEEPEST = 40
# Nodes, those that an alias stands for counted each time.
LARGEST = 50_000


def read_yaml(text: str) -> Any:
    """What a text says, of plain types alone. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def check_foreign_yaml(text: str) -> None:
    """Nothing where a text of somebody else may be read: too many levels end the process, and aliases multiply.

    Raises yaml.YAMLError.
    """
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor, size = getattr(event, "anchor", None), 0
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((anchor, 1))
        elif isinstance(event, yaml.AliasEvent):
            # Of a node that refers to itself there is no size yet.
            size = sizes.get(anchor or "", LARGEST)
        else:
            anchor, size = open_nodes.pop() if isinstance(event, yaml.CollectionEndEvent) else (anchor, 1)
            sizes |= {anchor: size} if anchor else {}
        anchor, so_far = open_nodes[-1]
        open_nodes[-1] = (anchor, so_far + size)
        if len(open_nodes) > DEEPEST or so_far + size > LARGEST:
            raise yaml.YAMLError("too deep, or too large")
