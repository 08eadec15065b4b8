"""What rules need to be told: who of those met a check is about, and whether a stay allows work."""

from memory import after
from synthetic import entry, event, moment, passport

A, B = passport("A100"), passport("B200")


def found(person):
    said = {"documents_shown": "seen", "staying": "mess", "activity": "work", "activity_basis": "seen"}
    return {"person": person, **said}


def test_everyone_met_at_one_check_has_a_ref_of_their_own():
    data = {"kind": "premises", "basis": "order", "order_no": "OR-1", "village": "61.06.14.2001", "screening": "done"}
    memory = after(event("polres", "check", {**data, "persons": [found(A), found(B)]}, moment(1)))
    told = [check for state in memory.living() for check in memory.settler.dossier(state).history.checks]
    assert len({check.ref for check in told}) == len({check.evidence for check in told}) + 1 == 2


def test_a_stay_says_whether_its_permit_allows_work():
    assert after(entry(A, 1, 30)).only().stays[0].work_allowed is False
