"""Dated tables that nobody answers for yet: `signed_by` or `signed_off_by` is empty in their file."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["unsigned"]

OPEN = re.compile(r"^signed(_off)?_by: *(null|~)? *$", re.MULTILINE)


def unsigned(package: str) -> list[str]:
    """The files (`folder/name.yaml`) of an installed package that nobody signed, in order of name."""
    return sorted(name for name, text in _tables(files(package)) if OPEN.search(text))


def _tables(folder: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _tables(item, f"{above}{item.name}/")
        elif item.name.endswith(".yaml"):
            yield above + item.name, item.read_text(encoding="utf-8")
