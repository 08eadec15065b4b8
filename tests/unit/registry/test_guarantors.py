"""Who answers for the holder of a permit, and from when on nobody does."""

from datetime import date

import pytest
from memory import after
from synthetic import SPONSOR, day, event, moment, passport, permit

WHO = passport("A100")
NEXT = {"kind": "company", "id": "G-88", "name": "PT Sintetis"}
PLACE = "61.06.14.2001"


def granted(number="T1", on=10, action="granted", **more):
    days = {"issued_on": day(on), "valid_from": day(on), "valid_until": day(374)}
    said = {"kind": "E31", "sponsor": SPONSOR, **more}
    return permit(WHO, action, on, permit_no=number, village=PLACE, **days, **said)


def guarantor(action, who, at, effective=35):
    said = {"action": action, "person": WHO, "kind": "E31", "permit_no": "T1", "village": PLACE}
    return event("imigrasi", "permit", {**said, "sponsor": who, "effective_on": day(effective)}, at)


def permits(*told):
    return after(*told).only().permits


@pytest.mark.parametrize("at", [moment(35, 10), moment(40)], ids=["within the hour", "days later"])
def test_a_former_guarantor_takes_nothing_from_the_new_one(at):
    changed, withdrew = guarantor("sponsor_changed", NEXT, moment(35)), guarantor("sponsor_withdrew", SPONSOR, at)
    [before] = permits(granted(), changed)
    for told in ([changed, withdrew], [withdrew, changed]):
        [one] = permits(granted(), *told)
        assert (one.sponsor is not None, one.sponsor_withdrew_on) == (True, None)
        assert len(one.evidence) == 3
    assert before.sponsor is not None


def test_the_present_guarantor_withdraws():
    changed, withdrew = guarantor("sponsor_changed", NEXT, moment(35)), guarantor("sponsor_withdrew", NEXT, moment(40))
    [one] = permits(granted(), changed, withdrew)
    assert (one.sponsor, one.sponsor_withdrew_on) == (None, date.fromisoformat(day(35)))


def test_a_former_guarantor_does_not_put_off_the_day_on_which_the_present_one_goes():
    changed, withdrew = guarantor("sponsor_changed", NEXT, moment(35)), guarantor("sponsor_withdrew", NEXT, moment(40))
    late = guarantor("sponsor_withdrew", SPONSOR, moment(41), effective=200)
    [one] = permits(granted(), changed, withdrew, late)
    assert (one.sponsor, one.sponsor_withdrew_on) == (None, date.fromisoformat(day(35)))


def test_a_conversion_puts_another_permit_in_the_place_of_the_first():
    to_exempt = granted("T2", 60, "converted", kind="ITAP", sponsor=None, sponsor_exempt=True)
    assert [one.replaced_on for one in permits(granted(), to_exempt)] == [date.fromisoformat(day(60)), None]
    again = granted("T1", 90, "extended")
    assert [one.replaced_on for one in permits(granted(), to_exempt, again)] == [None, None]
