from datetime import UTC, datetime

import pytest

from gateway.rows import grouped, is_visible, named_persons, visible, with_names
from gateway.viewers import Role, Viewer

WATCHERS = {Role.DATA_PROTECTION_OFFICER, Role.INSPECTOR}
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def viewer(role=Role.OPERATOR, agency="imigrasi"):
    return Viewer("a", "A", role, agency, LATER)


def row(side="administrative", agencies=("imigrasi",), state="open", subject=("person", "p1")):
    return {"side": side, "agencies": list(agencies), "state": state, "subject": {"kind": subject[0], "id": subject[1]}}


@pytest.mark.parametrize(
    ("who", "alert", "seen"),
    [
        (viewer(), row(), True),
        (viewer(Role.SUPERVISOR), row("enforcement"), True),
        (viewer(agency="polres"), row(), False),
        (viewer(agency="polres"), row(agencies=("imigrasi", "polres")), True),
        (viewer(), row("protection"), False),
        (viewer(), {"agencies": ["imigrasi"]}, False),
        (viewer(agency=""), row(agencies=()), False),
        (viewer(Role.ADMINISTRATOR), row(), False),
        (viewer(Role.DATA_PROTECTION_OFFICER), row(), False),
        (viewer(Role.PROTECTION_OFFICER), row("protection"), False),
        (viewer(Role.INSPECTOR), row(), False),
        *((viewer(role), row("safeguard", agencies=()), True) for role in WATCHERS),
        *((viewer(role), row("safeguard"), False) for role in set(Role) - WATCHERS),
    ],
)
def test_an_alert_is_seen_by_the_agencies_it_concerns(who, alert, seen):
    assert is_visible(who, alert) is seen
    assert bool(visible(who, [alert])) is seen


def test_names_are_asked_once_for_persons_of_open_rows():
    rows = [row(), row(), row(state="withdrawn", subject=("person", "p2")), row(subject=("source", "s"))]
    assert named_persons(rows) == ["p1"]


def test_a_closed_row_shows_no_name_even_beside_an_open_one():
    named = with_names([row(), row(state="dismissed")], {"p1": "SAMPLE"})
    assert [item["subject_name"] for item in named] == ["SAMPLE", None]


def test_the_rows_of_one_subject_stand_together_and_what_waits_behind_comes_last():
    first, other, waits, last = (row(subject=("person", id)) for id in ("p1", "p2", "p1", "p1"))
    waits |= {"behind": "alert-x"}
    assert grouped([first, other, waits, last]) == [first, last, waits, other]
