"""What sources say that cannot all be so: told to both sides alike, and settled by what explains it."""

from itertools import permutations

import pytest
from synthetic import day, entry, event, extension, leaving, lines_of, moment, night, passport, permit

from registry.dossier import fold
from registry.permits import permit_table

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
VILLAGE = "61.06.14.2001"


def told(*arrivals):
    """The contradictions after these arrived, an hour after each other, in this order."""
    lines = [line for hour, incoming in enumerate(arrivals) for line in lines_of(incoming, moment(100, hour))]
    return fold(lines, permit_table(), person="p", version=1).history.contradictions


def brief(*arrivals):
    return [(c.kind, c.sides[1].says, c.resolved) for c in told(*arrivals)]


def check(on, hour=9, basis="order", **more):
    found = {"person": A, "documents_shown": "seen", "staying": "mess", "activity": "none", "activity_basis": "seen"}
    data = {"kind": "person", "basis": basis, "village": VILLAGE, "persons": [{**found, **more}]}
    data |= {"order_no": "OR-1", "screening": "done"} if basis == "order" else {}
    return event("polres", "check", data, moment(on, hour))


def moved(on):
    data = {"action": "address_changed", "person": A, "village": VILLAGE, "from": day(on)}
    return event("catatan-sipil", "residence", data, moment(on))


def leaving_night(on, arrived):
    data = {
        "action": "check_out",
        "establishment": {"kind": "lodging", "id": "H-1", "village": VILLAGE},
        "person": A,
        "stay_ref": "1",
        "check_in_at": moment(arrived, 18).isoformat(),
        "check_out_at": moment(on, 18).isoformat(),
    }
    return event("phri-kh", "lodging", data, moment(on, 18))


def missing(action, on, **more):
    document = {"kind": "passport", "number": "A100", "issuer": "UTO"}
    return event("imigrasi", "document", {"action": action, "document": document, **more}, moment(on))


IN, OUT = entry(A, 0, 29), leaving(A, 5)


@pytest.mark.parametrize(
    ("seen", "says"),
    [(night(A, 8), "lodging"), (check(8), "check"), (moved(8), "residence"), (leaving_night(8, 3), "lodging")],
    ids=["a night", "a check", "an address", "a departure from a lodging"],
)
def test_here_after_an_exit_needs_clarification(seen, says):
    assert brief(IN, OUT, seen) == [("present_after_exit", says, False)]


@pytest.mark.parametrize(
    "events",
    [
        [IN, OUT, entry(A, 7, 36), night(A, 8)],
        [IN, night(A, 4), OUT],
        [IN, OUT, check(8, basis="community_report")],
        [IN, OUT, leaving_night(5, 3)],
        [IN, OUT, entry(A, 8, 36), check(8, 8)],
    ],
    ids=[
        "an entry in between",
        "a night before the exit",
        "a community report",
        "out of the lodging on the day of the exit",
        "an entry on the same day",
    ],
)
def test_what_fits_together_is_no_contradiction(events):
    for order in permutations(events):
        assert brief(*order) == [] or all(resolved for _, _, resolved in brief(*order))
    assert brief(*events) == []


def test_both_sides_are_told_with_agencies_dates_and_events():
    (found,) = told(IN, OUT, leaving(A, 5, agency="imigrasi"), night(A, 8), night(A, 9, ref="2"))
    border, hotel = found.sides
    assert (border.agencies, hotel.agencies) == (("imigrasi", "plbn-badau"), ("phri-kh",))
    assert (border.says, hotel.says) == ("exit", "lodging")
    assert (len(border.evidence), len(hotel.evidence)) == (2, 2)
    assert (hotel.first_at, hotel.last_at) == (moment(8, 18), moment(9, 18))
    assert "Sintetis" not in found.model_dump_json()


def test_a_late_entry_settles_it_and_is_named():
    late = entry(A, 7, 36)
    (found,) = told(IN, OUT, night(A, 8), late)
    assert found.resolved
    assert len(found.explained_by) == 1


def test_a_late_entry_settles_only_what_comes_after_it():
    assert brief(IN, OUT, night(A, 6), night(A, 9), entry(A, 8, 36)) == [
        ("present_after_exit", "lodging", False),
        ("present_after_exit", "lodging", True),
    ]


@pytest.mark.parametrize("side", ["exit", "night"])
def test_a_withdrawal_settles_it(side):
    sides = {"exit": leaving(A, 5, id="x"), "night": night(A, 8, id="x")}
    agency = {"exit": "plbn-badau", "night": "phri-kh"}[side]
    kind = {"exit": "crossing", "night": "lodging"}[side]
    taken_back = event(agency, kind, None, moment(20), id="v", voids="x")
    events = [sides[side], {"exit": night(A, 8), "night": OUT}[side]]
    (found,) = told(IN, *events, taken_back)
    assert (found.resolved, len(found.explained_by)) == (True, 1)
    assert told(IN, events[0], taken_back, events[1]) == ()


def test_a_correction_settles_it():
    (found,) = told(IN, leaving(A, 5, id="x"), night(A, 8), leaving(A, 9, id="y", corrects="x"))
    assert (found.kind, found.resolved) == ("present_after_exit", True)


def test_gone_twice_with_no_entry_between():
    assert brief(IN, OUT, leaving(A, 20)) == [("exits_without_entry", "exit", False)]
    assert brief(IN, OUT, leaving(A, 5, agency="imigrasi")) == []
    assert brief(IN, OUT, leaving(A, 20), entry(A, 10, 39)) == [("exits_without_entry", "exit", True)]


def test_a_permit_that_is_extended_after_its_cancellation():
    cancelled = permit(A, "cancelled", 25, permit_no="P30", effective_on=day(25))
    assert brief(IN, cancelled, extension(A, 30, 59)) == [("extended_after_cancellation", "extended", False)]
    later = permit(A, "cancelled", 40, permit_no="P30", effective_on=day(41))
    assert brief(IN, extension(A, 30, 59), later) == []


def test_a_lost_document_that_is_shown():
    assert brief(missing("lost", 2), entry(A, 5, 29)) == [("lost_document_shown", "crossing", False)]
    assert brief(missing("lost", 2), check(5)) == [("lost_document_shown", "check", False)]
    assert brief(missing("lost", 2), check(5, documents_shown="not_shown")) == []
    assert brief(missing("lost", 2), missing("found", 4), entry(A, 5, 29)) == []
    assert brief(missing("lost", 2), entry(A, 5, 29), missing("found", 9)) == [
        ("lost_document_shown", "crossing", True)
    ]


def test_the_order_of_arrival_changes_nothing_that_is_open():
    events = [IN, OUT, night(A, 8), missing("lost", 2), leaving(A, 20)]
    expected = brief(*events)
    for order in permutations(events):
        assert brief(*order) == expected
