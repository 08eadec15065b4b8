"""Who of the protection desk is told that there is something to do."""

from datetime import timedelta

import pytest
from notices import at
from pydantic import ValidationError

from alerts.protection.rota import Rota
from alerts.protection.summons import summoned

SHIFTS = [
    {"begins": at(2, "08:00"), "ends": at(2, "16:00"), "officer": "ani", "deputy": "budi"},
    {"begins": at(2, "16:00"), "ends": at(3, "08:00"), "officer": "citra", "deputy": "ani"},
]
ROTA = {
    "members": ["ani", "budi", "citra"],
    "shifts": SHIFTS,
    "addresses": {"ani": "ani@ppt.example", "budi": "b@ppt.example"},
}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2, "10:00"), {"ani": ["t1", "t2"]}),
        (at(2, "10:15"), {"budi": ["t1"], "ani": ["t2"]}),
        (at(2, "15:00"), {"budi": ["t1", "t2"]}),
        (at(2, "17:00"), {"ani": ["t1", "t2"]}),
        (at(3, "09:00"), {}),
    ],
)
def test_the_officer_on_duty_and_after_half_an_hour_the_deputy(now, expected):
    waiting = [("t2", at(2, "09:50")), ("t1", at(2, "09:40"))]
    assert summoned(waiting, Rota.model_validate(ROTA), now) == expected


def test_a_member_without_an_address_is_told_in_the_console_alone():
    now = at(2, "16:10")
    assert summoned([("t1", now - timedelta(minutes=1))], Rota.model_validate(ROTA), now) == {}


@pytest.mark.parametrize("addresses", [{"dedi": "dedi@ppt.example"}, {"ani": "Ani <ani@ppt.example>"}, {"ani": "ani"}])
def test_only_members_have_an_address_and_a_plain_one(addresses):
    with pytest.raises(ValidationError):
        Rota.model_validate({**ROTA, "addresses": addresses})
