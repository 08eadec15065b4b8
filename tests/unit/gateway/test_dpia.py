"""The tables of the impact assessment are those of the code.

After a wanted change: `TAPAL_GOLDEN=write ./tapal test tests/unit/gateway/test_dpia.py`; read the diff, and whether the
words around the tables still hold.
"""

import os
from pathlib import Path

import pytest
from dpia_tables import filled, tables

PAGE = Path(__file__).parents[3] / "docs" / "dpia.md"


def test_the_tables_are_those_of_the_code():
    if os.environ.get("TAPAL_GOLDEN") == "write":
        PAGE.write_text(filled(PAGE.read_text()))
    assert PAGE.read_text() == filled(PAGE.read_text()), "changed: see the head of this file"


def test_a_page_without_a_table_does_not_pass():
    name = next(iter(tables()))
    with pytest.raises(ValueError, match=name):
        filled(PAGE.read_text().replace(f"<!-- {name}: end -->", ""))


def test_a_changed_value_does_not_pass():
    page = PAGE.read_text().replace("| 3 years |", "| 30 years |")
    assert page != filled(page)


def test_whoever_administers_or_watches_reads_nobody_alone():
    rows = tables()["roles"].splitlines()
    for role in ("administrator", "inspector", "reporter", "agency_system"):
        assert f"| `{role}` | nothing | – |" in rows
    officer = [row for row in rows if row.startswith("| `data_protection_officer`")]
    assert officer == ["| `data_protection_officer` | `persons.everything` | by consent of two people |"]
