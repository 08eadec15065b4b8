"""A case: who holds it, what its tasks need, what its history says."""

from datetime import date, timedelta

import pytest
from casework import START, STEP, by, case, do
from pydantic import ValidationError

from alerts.cases.case import Case
from alerts.cases.record import CaseRefused
from alerts.cases.seats import may, seats, steps_of

CONFERENCE = {"held_on": "2026-03-01", "number": "BA-7/2026", "decided_by": "Kepala Kantor"}
ORDER = {"order_no": "SP-12/2026"}
FOUND = {"ground": "wanted", "approved_by": "Kasi Inteldakim"}


def planned(kind, **fields):
    due = START + timedelta(days=3)
    return do(case(), "plan", id="t1", kind=kind, what="Periksa.", due=due, **fields)


def refused(found, name, *args, **fields):
    with pytest.raises(CaseRefused) as error:
        do(found, name, *args, **fields)
    return error.value.code


def test_history_tells_each_step_with_before_and_after():
    found = do(do(case(), "take_up", by("budi")), "assign", officer="citra")
    assert [(entry.what, entry.by, entry.revision) for entry in found.history] == [
        ("opened", "ani", 1),
        ("taken_up", "budi", 2),
        ("assigned", "ani", 3),
    ]
    changed = {change.name: (change.before, change.after) for change in found.history[-1].changed}
    assert changed["officer"] == ("budi", "citra")
    assert changed["taken_up_at"] == (START, None)
    again = Case.model_validate_json(found.model_dump_json(exclude_defaults=True))
    assert again.model_dump(exclude={"history"}) == found.model_dump(exclude={"history"})


def test_a_case_changes_hands_only_when_the_other_side_accepts():
    offered = do(case(), "offer", agency="polres", reason="Wewenang polisi.")
    assert (offered.agency, seats(offered, "polres")) == ("imigrasi", {"offered"})
    assert refused(offered, "accept", by(agency="disnaker")) == "no_offer"
    assert refused(offered, "offer", agency="disnaker", reason="Juga.") == "offer_pending"
    assert refused(offered, "close", outcome="no_issue", reason="Selesai.") == "offer_pending"
    taken = do(offered, "accept", by("dedi", "polres", 5), officer="dedi")
    assert (taken.agency, taken.officer, taken.taken_up_at, taken.offered) == ("polres", "dedi", None, None)
    assert taken.waiting_since == START + timedelta(hours=5)
    assert seats(taken, "imigrasi") == frozenset()


@pytest.mark.parametrize(("agency", "what"), [("polres", "returned"), ("imigrasi", "taken_back")])
def test_an_offer_comes_back_with_a_reason(agency, what):
    offered = do(case(), "offer", agency="polres", reason="Wewenang polisi.")
    back = do(offered, "return", by(agency=agency), reason="Bukan wewenang kami.")
    assert (back.agency, back.offered, back.history[-1].what) == ("imigrasi", None, what)
    assert back.history[-1].reason == "Bukan wewenang kami."


@pytest.mark.parametrize("kind", ["lookup", "interview", "letter"])
def test_what_touches_nobody_needs_nothing(kind):
    done = do(planned(kind), "finish", task="t1", result="Tidak ditemukan.")
    assert (done.tasks[0].state, done.tasks[0].closed_by) == ("done", "ani")


def test_a_field_check_needs_its_basis_before_it_begins():
    assert refused(planned("field_check"), "begin", task="t1") == "basis_required"
    assert refused(planned("field_check"), "finish", task="t1", result="Sudah.") == "wrong_task_state"
    ordered = do(planned("field_check"), "amend", task="t1", basis=ORDER)
    assert do(do(ordered, "begin", task="t1"), "finish", task="t1", result="Ada.").tasks[0].state == "done"


def test_after_a_direct_find_the_order_follows():
    begun = do(planned("field_check", basis=FOUND), "begin", task="t1")
    assert refused(begun, "finish", task="t1", result="Ada.") == "order_must_follow"
    followed = do(begun, "amend", task="t1", basis={**FOUND, **ORDER})
    assert do(followed, "finish", task="t1", result="Ada.").tasks[0].state == "done"


@pytest.mark.parametrize("basis", [{}, {"ground": "wanted"}, {"ground": "tip", "approved_by": "x"}])
def test_a_basis_is_an_order_or_an_approved_ground(basis):
    with pytest.raises(ValidationError):
        planned("field_check", basis=basis)


def test_administrative_action_needs_conference_and_answer_at_begin_and_at_end():
    assert refused(planned("administrative_action"), "begin", task="t1") == "conference_required"
    later = {**CONFERENCE, "held_on": date(2026, 3, 3)}
    assert refused(planned("administrative_action", conference=later), "begin", task="t1") == "conference_not_held_yet"
    ready = planned("administrative_action", conference=CONFERENCE)
    assert refused(ready, "begin", task="t1", unanswered=("p1",)) == "ask_required"
    begun = do(ready, "begin", task="t1")
    assert refused(begun, "finish", task="t1", result="Dilakukan.", unanswered=("p1",)) == "ask_required"
    assert do(begun, "finish", task="t1", result="Dilakukan.").tasks[0].state == "done"


def test_nobody_is_deported_or_charged_past_the_question():
    for outcome in ("deported", "charged"):
        assert refused(case(), "close", outcome=outcome, reason="Selesai.") == "action_required"
    begun = do(planned("administrative_action", conference=CONFERENCE), "begin", task="t1")
    acted = do(begun, "finish", task="t1", result="Dilakukan.")
    assert do(acted, "close", outcome="deported", reason="Selesai.").state == "closed"


def test_a_case_with_open_tasks_is_not_closed_and_a_closed_one_is_reopened_with_a_reason():
    assert refused(planned("lookup"), "close", outcome="left", reason="Keluar.") == "tasks_open"
    closed = do(
        do(planned("lookup"), "cancel", task="t1", reason="Tidak perlu."), "close", outcome="left", reason="Ya.2"
    )
    assert refused(closed, "note", text="Terlambat.") == "wrong_case_state"
    again = do(closed, "reopen", by(hours=9), reason="Bukti baru.")
    assert (again.state, again.closing, again.running_since) == ("open", None, START + timedelta(hours=9))
    assert again.history[-1].reason == "Bukti baru."
    outcomes = {change.name: (change.before, change.after) for change in again.history[-1].changed}
    assert outcomes["outcome"] == ("left", None)


def test_only_the_agency_of_a_task_works_on_it_and_only_while_it_is_open():
    found = planned("lookup", agency="polres")
    begin = STEP.validate_python({"step": "begin", "task": "t1"})
    assert (may(found, "polres", begin), may(found, "imigrasi", begin)) == (True, False)
    assert seats(found, "polres") == {"tasked"}
    assert "close" not in steps_of(found, "polres")
    over = do(found, "finish", by(agency="polres"), task="t1", result="Selesai.")
    assert seats(over, "polres") == frozenset()


def test_a_case_is_never_about_nothing():
    group = {"kind": "person", "id": "p1"}
    assert refused(case(), "group", remove=[group]) == "about_nothing"
    other = do(case(), "group", add=[{"kind": "place", "id": "61.06.14.2001"}], remove=[group], severity=3)
    assert (len(other.groups), other.severity) == (1, 3)


def test_an_assessment_is_graded_and_has_an_end_ahead():
    fields = {"text": "Dikatakan tinggal di Badau.", "reliability": "B", "credibility": 3}
    assert refused(case(), "assess", **fields, expires_at=START) == "already_over"
    with pytest.raises(ValidationError):
        do(case(), "assess", **fields | {"reliability": "G"}, expires_at=START + timedelta(days=1))
    found = do(case(), "assess", **fields, expires_at=START + timedelta(days=1))
    assert (found.assessments[0].reliability, found.assessments[0].by) == ("B", "ani")
