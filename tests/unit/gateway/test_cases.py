"""A case is a reason to look at its persons while it is open, and at nobody else."""

import pytest

from gateway.cases import STEPS, leads_to
from gateway.policy import Action

GROUPS = [{"kind": "person", "id": "p1"}, {"kind": "party", "id": "x"}]
CASE = {"state": "open", "seats": ["holder"], "groups": GROUPS, "persons": ["p2"]}


@pytest.mark.parametrize(
    ("fields", "person", "leads"),
    [
        ({}, "p1", True),
        ({}, "p2", True),
        ({}, None, True),
        ({}, "x", False),
        ({}, "p3", False),
        ({"state": "closed"}, "p1", False),
        ({"state": "merged"}, None, False),
        ({"persons": None}, "p2", False),
        ({"seats": ["tasked"]}, "p1", True),
        ({"seats": ["offered", "tasked"]}, None, True),
        ({"seats": ["offered"]}, "p1", False),
        ({"seats": ["offered"]}, None, False),
    ],
)
def test_it_leads_to_its_persons_while_it_is_open(fields, person, leads):
    assert leads_to(CASE | fields, person) is leads


def test_what_ends_a_case_or_joins_two_is_no_daily_work():
    assert {name for name, action in STEPS.items() if action in (Action.CLOSE_CASE, Action.MERGE_CASES)} == {
        "close",
        "reopen",
        "merge",
        "unmerge",
    }
