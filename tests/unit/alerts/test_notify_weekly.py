"""Which week's report is told of, to whom, and since when."""

from dataclasses import replace
from datetime import datetime

import pytest

from alerts.notify.bodies import Envelope, letter
from alerts.notify.items import Notice
from alerts.notify.subscription import Hours, Subscription
from alerts.notify.weekly import addressed
from alerts.notify.weeks import ready_since, week_of

MONDAY = datetime.fromisoformat("2026-03-02T07:00:00+07:00")


@pytest.mark.parametrize(
    ("at", "week"),
    [
        ("2026-03-02T06:59:59+07:00", "2026-W08"),
        ("2026-03-02T07:00:00+07:00", "2026-W09"),
        ("2026-03-08T23:59:59+07:00", "2026-W09"),
        ("2026-03-02T00:00:00+00:00", "2026-W09"),
        ("2027-01-04T08:00:00+07:00", "2026-W53"),
    ],
    ids=["before the morning", "in the morning", "all week", "in another zone", "over the year"],
)
def test_from_monday_morning_on_it_is_the_week_before(at, week):
    assert week_of(ready_since(datetime.fromisoformat(at))) == week


def subscription(**fields):
    made = Subscription(
        id="s1",
        revision=1,
        agency="polres",
        channel="email",
        address="kasat@polres.example",
        min_severity=1,
        rules=frozenset(),
        hours=Hours(),
        created_by="kepala",
        created_at=MONDAY.replace(day=1),
        since=MONDAY.replace(day=1),
        state="active",
        paused_for=None,
        secrets=(),
    )
    return replace(made, **fields)


def test_each_address_of_an_agency_is_told_once_and_only_people():
    all_of_them = [
        subscription(),
        subscription(id="s2"),
        subscription(id="s3", agency="imigrasi"),
        subscription(id="s4", channel="webhook", address="https://polres.example"),
        subscription(id="s5", address="b@polres.example", state="paused"),
        subscription(id="s6", address="c@polres.example", created_at=MONDAY),
    ]
    assert [[one.id for one in group] for group in addressed(all_of_them, MONDAY)] == [["s1", "s2"], ["s3"]]


def test_the_letter_says_which_week_and_where_and_nothing_else():
    notice = Notice("n1", "s1", "week", MONDAY, MONDAY)
    written = letter(notice, "kasat@polres.example", Envelope("t@k.example", "https://tapal.example/"))
    lines = [line for line in written.get_content().splitlines() if line]
    assert lines == [
        "Laporan akses minggu 2026-W09 instansi Anda siap.",
        "https://tapal.example/access",
        "Your agency's access report of week 2026-W09 is ready.",
        "https://tapal.example/access",
    ]
    assert "2026-W09" in written["Subject"]
