"""What of an hour's reads somebody should look at, whatever the order of the rows; and the weekly sums."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.breach import exposed
from gateway.watch import HOUR, anomalies, is_same_name
from gateway.watching import read_limits
from gateway.weeks import Week, last_week, summary

LIMITS = read_limits()
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
NUMBERS = st.integers(0, 99)


def row(n, at=NOON, **fields):
    found = {
        "_id": f"{n:04}",
        "at": at + timedelta(seconds=n % 3600),
        "account": "ani",
        "role": "operator",
        "agency": "polres",
        "action": "persons.read",
        "purpose": f"alert:{n}",
        "ids": [f"p{n}"],
        "outcome": "given",
        "protection": False,
    }
    return {**found, **fields}


def kinds(rows):
    return {found.kind: (found.count, found.covered) for found in anomalies(rows, LIMITS)}


def test_ordinary_work_is_no_anomaly():
    assert kinds([row(n) for n in range(LIMITS.mass_reads - 1)]) == {}
    assert kinds([row(1) for _ in range(200)]) == {}
    listed = [row(n, action="persons.names", purpose="desk", ids=[f"p{m}" for m in range(100)]) for n in range(9)]
    assert kinds(listed) == {}


def test_many_persons_in_an_hour_are_told_of():
    assert kinds([row(n) for n in range(60)]) == {"mass_reads": (60, False)}


def test_a_search_counts_as_one_however_many_it_finds():
    found = [f"p{n}" for n in range(50)]
    searches = [row(n, action="persons.search", ids=found) for n in range(60)]
    assert kinds(searches[:59]) == {}
    assert kinds(searches) == {"mass_reads": (60, False)}


def test_one_order_that_covers_them_all_says_so_and_two_do_not():
    one = [row(n, purpose="order:SP-1") for n in range(70)]
    assert kinds(one) == {"mass_reads": (70, True), "no_case": (70, True)}
    two = [*one, row(71, purpose="order:SP-2")]
    assert kinds(two) == {"mass_reads": (71, False), "no_case": (71, False)}


def test_orders_without_a_case_are_told_of_sooner():
    assert kinds([row(n, purpose=f"order:SP-{n}") for n in range(10)]) == {"no_case": (10, False)}


def test_the_hours_of_rest_are_western_indonesian():
    assert kinds([row(n, at=NIGHT) for n in range(3)]) == {"off_hours": (3, False)}
    assert kinds([row(n, at=NOON) for n in range(3)]) == {}


def test_refused_reads_and_the_own_name_are_told_of():
    rows = [row(n, outcome="refused:purpose_required", purpose="") for n in range(10)]
    assert kinds([*rows, row(11, mark="own_name")]) == {"refused": (10, False), "own_name": (1, False)}


def test_what_the_protection_desk_reads_is_no_matter_of_this_watch():
    assert kinds([row(n, protection=True, mark="own_name") for n in range(200)]) == {}


@given(st.lists(st.tuples(NUMBERS, st.sampled_from(["ani", "budi"]), st.integers(0, 2)), max_size=150), st.randoms())
def test_the_order_of_the_rows_does_not_matter_and_hours_and_accounts_stay_apart(told, chance):
    rows = [row(n, account=account, at=NOON + hour * HOUR) for n, account, hour in told]
    shuffled = [*rows]
    chance.shuffle(shuffled)
    found = anomalies(rows, LIMITS)
    assert found == anomalies(shuffled, LIMITS)
    for one in found:
        mine = [r for r in rows if r["account"] == one.account and one.starts <= r["at"] < one.until]
        assert one.count == len({id for r in mine for id in r["ids"]})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Budi Santoso (contoh)", "SANTOSO BUDI", True),
        ("Budi", "Budi Santoso", False),
        ("(contoh)", "", False),
    ],
)
def test_the_own_name_in_any_order(one, other, same):
    assert is_same_name(one, other) is same


def test_a_week_is_of_western_indonesia():
    week = Week.parse("2026-W48")
    assert (week.begin.isoformat(), str(week)) == ("2026-11-23T00:00:00+07:00", "2026-W48")
    assert str(last_week(datetime(2026, 11, 29, 16, 59, tzinfo=UTC))) == "2026-W47"
    assert str(last_week(datetime(2026, 11, 29, 17, 0, tzinfo=UTC))) == "2026-W48"
    for written in ("2026-W54", "2026-48", "x"):
        with pytest.raises(ValueError, match=r"2026|x|Invalid week"):
            Week.parse(written)


def test_the_weekly_report_names_no_person_and_no_protection_read():
    rows = [
        *(row(n, ids=["p1", f"p{n}"]) for n in range(3)),
        row(4, outcome="refused:outside_area"),
        row(5, protection=True),
        row(6, agency="imigrasi"),
    ]
    told = summary(Week.parse("2026-W48"), "polres", rows)
    assert told["accounts"] == [
        {
            "account": "ani",
            "role": "operator",
            "reads": 3,
            "persons": 3,
            "refused": 1,
            "actions": {"persons.read": 3},
            "purposes": {"alert": 3},
        }
    ]


def test_a_breach_names_whose_data_which_fields_and_when():
    rows = [
        row(2, ids=["p1"]),
        row(1, ids=["p1", "p2"], action="persons.names"),
        row(3, outcome="refused:x"),
        row(4, action="asks.read"),
    ]
    told = exposed(rows)
    assert told["reads"] == 2
    one, two = told["subjects"]
    assert (one["id"], one["times"], one["first"], one["last"]) == (
        "p1",
        2,
        (NOON + timedelta(seconds=1)).isoformat(),
        (NOON + timedelta(seconds=2)).isoformat(),
    )
    assert (two["fields"], two["accounts"]) == (["name"], ["ani"])
    assert {"name", "documents"} <= set(one["fields"])
