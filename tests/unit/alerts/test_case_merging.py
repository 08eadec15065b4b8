"""Merging and un-merging: whatever was merged in whatever order, both come back exactly."""

from datetime import timedelta

import pytest
from casework import STEP, by, do
from hypothesis import given
from hypothesis import strategies as st

from alerts.cases.case import opened
from alerts.cases.merging import merged, unmerged
from alerts.cases.record import CaseRefused
from contracts.casework import OpenCase

PERSONS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True)
WORK = st.lists(st.sampled_from(["note", "plan", "pin", "group"]), max_size=4)
OUTSIDE = {"revision", "history", "updated_at", "waiting_since", "running_since"}


def made(id, persons, work=()):
    wanted = OpenCase.model_validate({"groups": [{"kind": "person", "id": one} for one in persons]})
    found = opened(id, wanted, 1 + len(persons), by())
    return worked_on(found, work, f"{id}-own")


def worked_on(found, work, prefix):
    for number, name in enumerate(work):
        fields = {
            "note": {"text": f"Catatan {number}"},
            "plan": {"kind": "lookup", "what": "Cari.", "due": by(hours=90).at},
            "pin": {"add": [f"{prefix}-{number}"]},
            "group": {"add": [{"kind": "party", "id": f"{prefix}-{number}"}]},
        }[name]
        found = do(found, name, id=f"{prefix}-{number}", **fields)
    return found


def bare(found):
    return found.model_dump(exclude=OUTSIDE)


@given(PERSONS, PERSONS, WORK, WORK)
def test_un_merging_restores_both_exactly(first, second, mine, theirs):
    a, b = made("c1", first, mine), made("c2", second, theirs)
    joined, away = merged(a, b, by(hours=5))
    assert set(joined.groups) == set(a.groups) | set(b.groups)
    assert joined.severity == max(a.severity, b.severity)
    back, given_back = unmerged(joined, away, (), by(hours=25))
    assert bare(back) == bare(a)
    assert bare(given_back) == bare(b)
    # Its clocks stood still for those twenty hours.
    assert given_back.waiting_since == b.waiting_since + timedelta(hours=20)


@given(PERSONS, PERSONS, PERSONS, st.booleans())
def test_in_whatever_order_several_come_back(first, second, third, last_first):
    a, b, c = made("c1", first), made("c2", second), made("c3", third)
    joined, b_away = merged(a, b, by())
    joined, c_away = merged(joined, c, by())
    order = [(c_away, c), (b_away, b)] if last_first else [(b_away, b), (c_away, c)]
    for away, before in order:
        joined, back = unmerged(joined, away, (), by())
        assert bare(back) == bare(before)
    assert bare(joined) == bare(a)


@given(PERSONS, PERSONS, PERSONS)
def test_what_was_merged_into_a_merged_case_goes_with_it(first, second, third):
    a, b, c = made("c1", first), made("c2", second), made("c3", third)
    b, c_away = merged(b, c, by())
    joined, b_away = merged(a, b, by())
    with pytest.raises(CaseRefused, match="not_merged"):
        unmerged(joined, c_away, (), by())
    joined, b_back = unmerged(joined, b_away, (), by())
    assert (bare(joined), bare(b_back)) == (bare(a), bare(b))
    b_alone, c_back = unmerged(b_back, c_away, (), by())
    assert bare(c_back) == bare(c)
    assert bare(b_alone) == bare(made("c2", second))


@given(WORK.filter(bool), st.data())
def test_what_came_since_stays_with_the_survivor_or_goes_where_a_human_says(work, data):
    a, b = made("c1", ["a"]), made("c2", ["b"])
    joined, away = merged(a, b, by())
    joined = worked_on(joined, work, "since")
    names = [
        {"note": f"since-{n}", "plan": f"since-{n}", "pin": f"alert:since-{n}", "group": f"party:since-{n}"}[name]
        for n, name in enumerate(work)
    ]
    move = data.draw(st.lists(st.sampled_from(names), unique=True))
    back, given_back = unmerged(joined, away, move, by())
    for name in names:
        assert (held(given_back, name), held(back, name)) == (name in move, name not in move)


def held(found, name):
    part = found.parts[0]
    groups = {f"{group.kind}:{group.id}" for group in part.groups}
    items = {one.id for field in ("tasks", "notes") for one in getattr(part, field)}
    return name in groups | items | {f"alert:{id}" for id in part.pinned}


def test_work_done_on_a_part_meanwhile_goes_back_with_it():
    a, b = made("c1", ["a"]), made("c2", ["b"], ["plan"])
    joined, away = merged(a, b, by())
    joined = do(joined, "finish", task="c2-own-0", result="Ditemukan.")
    back, given_back = unmerged(joined, away, (), by())
    assert (back.tasks, [task.result for task in given_back.tasks]) == ((), ["Ditemukan."])


def test_what_cannot_be_merged_is_refused():
    a, b = made("c1", ["a"]), made("c2", ["b"])
    offered = do(b, "offer", agency="polres", reason="Wewenang.")
    taken = do(offered, "accept", by(agency="polres"))
    closed = do(b, "close", outcome="left", reason="Keluar.")
    for other, code in ((a, "same_case"), (offered, "offer_pending"), (taken, "other_holder"), (closed, "wrong_case")):
        with pytest.raises(CaseRefused, match=code):
            merged(a, other, by())
    joined, away = merged(a, b, by())
    for case, other, move in ((a, b, ()), (b, away, ()), (joined, away, ("nothing",))):
        with pytest.raises(CaseRefused):
            unmerged(case, other, move, by())
    assert STEP.validate_python({"step": "merge", "other": "c2", "other_revision": 1}).other == "c2"
