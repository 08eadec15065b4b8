"""YAML of somebody else: read as before where it is honest, refused before it is read where it is not."""

import pytest
import yaml

from chassis.yaml_text import check_foreign_yaml

LETTERS = zip("abcdefgh", "bcdefghi", strict=True)
LAUGHS = "a: &a [1, 1]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in LETTERS)


@pytest.mark.parametrize(
    "text",
    ["a: &a [1, 1]\nb: [*a, *a]\n", "x: &x {a: 1}\ny: *x\n", "a: &s text\nb: *s\n", "[" * 30 + "]" * 30, "", "a: 1\n"],
)
def test_an_honest_text_may_be_read(text: str) -> None:
    check_foreign_yaml(text)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "- " * 50_000, "? " * 50_000, "{a: " * 1000, LAUGHS, "&a [*a]", "[*nobody]", "'", "[1, " * 60],
    ids=["flow", "block", "keys", "maps", "laughs", "itself", "unknown", "open quote", "sixty"],
)
def test_what_would_end_the_process_or_never_end_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        check_foreign_yaml(text)
