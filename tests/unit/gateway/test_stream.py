from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.stream import is_gone, shown
from gateway.viewers import Role, Viewer

OFFICER = Viewer("a", "A", Role.OPERATOR, "imigrasi", datetime(2027, 1, 1, tzinfo=UTC))
FIELDS = {"alert": "a1", "revision": "3", "rule": "R02a", "side": "administrative", "state": "open", "severity": "1"}


@pytest.mark.parametrize(
    ("position", "first", "last", "gone"),
    [
        ("5-0", "5-0", "9-0", False),
        ("9-0", "5-0", "9-0", False),
        ("4-9", "5-0", "9-0", True),
        ("9-1", "5-0", "9-0", True),
        ("10-0", "5-0", "9-0", True),
        ("0-0", None, None, False),
        ("3-0", None, None, True),
    ],
)
def test_a_position_is_gone_when_entries_after_it_may_be_missing(position, first, last, gone):
    assert is_gone(position, first, last) is gone


@pytest.mark.parametrize(
    ("agencies", "side", "told"),
    [
        ("imigrasi,polres", "administrative", True),
        ("polres", "administrative", False),
        ("imigrasi", "protection", False),
        ("imigrasi", "safeguard", False),
        ("", "administrative", False),
    ],
)
def test_a_viewer_is_told_of_the_alerts_of_the_own_agency(agencies, side, told):
    assert (shown(("1-0", {**FIELDS, "agencies": agencies, "side": side}), OFFICER) is not None) is told


@pytest.mark.parametrize(("agencies", "told"), [("imigrasi,polres", True), ("polres", False), ("", False)])
def test_a_viewer_is_told_of_the_cases_that_concern_the_own_agency(agencies, told):
    fields = {"case": "c1", "revision": "2", "state": "open", "level": "head", "agencies": agencies}
    change = shown(("1-0", fields), OFFICER)
    assert (change is not None) is told
    if change is not None:
        assert change.data == {"case": "c1", "revision": 2, "state": "open", "level": "head"}
    assert shown(("1-0", fields), replace(OFFICER, role=Role.REPORTER)) is None


def test_a_change_tells_no_more_than_what_the_list_shows():
    change = shown(("1-0", {**FIELDS, "agencies": "imigrasi"}), OFFICER)
    assert change is not None
    assert change.data == {"alert": "a1", "rule": "R02a", "state": "open", "revision": 3, "severity": 1}
