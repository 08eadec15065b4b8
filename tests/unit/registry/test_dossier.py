from datetime import date
from itertools import permutations

import pytest
from memory import after
from synthetic import day, entry, event, extension, leaving, moment, night, passport, permit

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")


def stay(*events):
    stays = after(*events).only().stays
    assert len(stays) == 1
    return stays[0]


def test_an_entry_opens_a_stay_that_ends_as_printed():
    found = stay(entry(A, 0, 29))
    assert (found.opened_on, found.ends, found.ends_basis) == (date(2026, 1, 1), date(2026, 1, 30), "printed")
    assert found.closed_on is None


def test_an_exit_closes_the_stay():
    assert stay(entry(A, 0, 29), leaving(A, 5)).closed_by == "exit"


def test_two_agencies_reporting_one_entry_open_one_stay_with_two_keys():
    assert len(stay(entry(A, 0, 29), entry(A, 0, 29, agency="imigrasi")).keys) == 2


def test_an_entry_while_a_stay_is_open_means_that_an_exit_was_missed():
    stays = after(entry(A, 0, 29), entry(A, 10, 39)).only().stays
    assert [s.closed_by for s in stays] == ["later_entry", None]


def test_an_extension_moves_the_end():
    found = stay(entry(A, 0, 29), extension(A, 20, 59))
    assert (found.ends, found.extended) == (date(2026, 3, 1), True)


def test_a_permit_that_comes_before_the_entry_belongs_to_its_stay():
    granted = permit(
        A, "granted", 0, permit_no="P1", issued_on=day(0), valid_from=day(0), valid_until=day(80), sponsor_exempt=True
    )
    found = stay(granted, entry(A, 10, 39))
    assert (found.opened_by, found.ends, len(found.keys)) == ("entry", date(2026, 3, 22), 2)


def test_a_residence_permit_without_an_entry_opens_a_stay():
    granted = event(
        "imigrasi",
        "permit",
        {
            "action": "granted",
            "person": A,
            "kind": "E23",
            "permit_no": "P1",
            "issued_on": day(0),
            "valid_from": day(0),
            "valid_until": day(300),
            "village": "61.06.14.2001",
            "sponsor_exempt": True,
        },
        moment(0),
    )
    found = stay(granted)
    assert (found.opened_by, found.opened_on, found.permit_family) == ("permit", None, "limited")
    assert found.village == "61.06.14.2001"


def test_a_visit_permit_without_an_entry_opens_none():
    granted = permit(
        A, "granted", 0, permit_no="P1", issued_on=day(0), valid_from=day(0), valid_until=day(80), sponsor_exempt=True
    )
    assert after(granted).only().stays == ()


def test_a_cancelled_permit_ends_on_its_effective_day():
    cancelled = permit(A, "cancelled", 30, permit_no="P20", effective_on=day(31))
    found = stay(entry(A, 0, 29), extension(A, 20, 59), cancelled)
    assert (found.ends, found.ends_basis) == (date(2026, 2, 1), "cancelled")


@pytest.mark.parametrize(
    ("paid_on", "pending"), [(29, True), (30, False)], ids=["paid on the last day", "paid a day late"]
)
def test_an_application_counts_when_paid_before_the_end(paid_on, pending):
    applied = permit(A, "applied", 25, application_no="N1")
    paid = permit(A, "fee_paid", paid_on, application_no="N1")
    assert stay(entry(A, 0, 29), applied, paid).application_pending is pending


def test_a_refused_application_excuses_up_to_its_refusal():
    applied = permit(A, "applied", 25, application_no="N1")
    paid = permit(A, "fee_paid", 26, application_no="N1")
    refused = permit(A, "refused", 40, application_no="N1")
    found = stay(entry(A, 0, 29), applied, paid, refused)
    assert (found.application_pending, found.excused_until) == (False, date(2026, 2, 10))


def test_an_outcome_without_a_number_closes_the_earlier_application():
    applied = permit(A, "applied", 25, application_no="N1")
    paid = permit(A, "fee_paid", 26, application_no="N1")
    assert stay(entry(A, 0, 29), applied, paid, extension(A, 28, 59)).application_pending is False


def impediment(begins: int, until: int):
    data = {"kind": "illness", "person": A, "from": day(begins), "until": day(until)}
    return event("imigrasi", "impediment", data, moment(begins))


@pytest.mark.parametrize(
    ("begins", "excused"),
    [(28, date(2026, 2, 20)), (30, date(2026, 2, 20)), (32, None)],
    ids=["before the end", "the day after", "days after the end"],
)
def test_an_impediment_excuses_when_it_begins_before_the_end(begins, excused):
    assert stay(entry(A, 0, 29), impediment(begins, 50)).excused_until == excused


def test_a_border_pass_stay_has_no_end():
    holder = {"documents": [{"kind": "plb", "number": "K 1", "issuer": "MYS"}], "name": {"full": "Bujang Sintetis"}}
    data = {"action": "entry", "person": holder, "post": "BADAU", "permit_kind": "PLB"}
    found = stay(event("plbn-badau", "crossing", data, moment(0)))
    assert (found.border_pass, found.ends, found.permit_family) == (True, None, "border_pass")


def test_a_night_at_a_lodging_places_the_person_here():
    history = after(entry(A, 0, 29), night(A, 33)).only()
    assert [(p.kind, p.village) for p in history.presences] == [("lodging", "61.06.14.2001")]
    assert history.stays[0].village == "61.06.14.2001"


def test_a_community_report_places_nobody():
    found = {
        "person": A,
        "documents_shown": "not_asked",
        "staying": "unknown",
        "activity": "none",
        "activity_basis": "told",
    }
    data = {"kind": "person", "basis": "community_report", "village": "61.06.14.2001", "persons": [found]}
    assert after(entry(A, 0, 29), event("polres", "check", data, moment(40))).only().presences == ()


def test_a_snapshot_carries_no_name_and_no_number():
    history = after(entry(A, 0, 29), extension(A, 20, 59), night(A, 33)).only().model_dump_json()
    assert not any(secret in history for secret in ("A100", "Amir", "1990", "P20", "G-77", "Sponsor", "H-1"))


def test_a_corrected_event_counts_and_the_first_does_not():
    history = after(entry(A, 0, 29, id="1"), entry(A, 0, 59, id="2", corrects="1")).only()
    assert [s.ends for s in history.stays] == [date(2026, 3, 1)]


def test_a_correction_to_another_person_leaves_nothing_with_the_first():
    b = passport("B200", name={"full": "Budi Sintetis"})
    people = after(entry(A, 0, 29, id="1"), entry(b, 0, 29, id="2", corrects="1")).people()
    assert sorted(len(bare[0]["stays"]) for bare in people) == [0, 1]


def test_a_withdrawal_may_come_before_what_it_takes_back():
    taken_back = event("plbn-badau", "crossing", None, moment(1), id="2", voids="1")
    assert after(taken_back, entry(A, 0, 29, id="1")).only().stays == ()


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_two_corrections_of_one_event_agree_on_which_counts(order):
    b = passport("B200", name={"full": "Budi Sintetis"})
    chain = [
        entry(A, 0, 29, id="1"),
        entry(b, 0, 29, id="2", corrects="1"),
        entry(A, 0, 59, id="3", corrects="1"),
        entry(b, 0, 89, id="4", corrects="3"),
    ]
    people = after(*(chain[place] for place in order)).people()
    assert sum(len(bare[0]["stays"]) for bare in people) == 1
