"""Which cells a person or an alert counts in, and which of them an agency may see."""

from datetime import UTC, datetime

import pytest

from contracts.messages import AlertChanged, Subject
from reports.summaries import by_district, of_alert

AT = datetime(2026, 11, 26, tzinfo=UTC)
CELLS = [
    (["61.06.14.2001", "visit"], 2),
    (["61.06.14.2002", "visit"], 3),
    (["61.06.14", "visit"], 1),
    (["61.06.01.1001", "limited"], 4),
    (["unknown", "visit"], 5),
]


def alert(side="administrative", agencies=("imigrasi", "polres")):
    told = {"alert": "a", "revision": 1, "rule": "R02a", "series": "stay", "side": side, "severity": 2, "state": "open"}
    return AlertChanged(**told, subject=Subject(kind="person", id="p"), agencies=agencies, opened_at=AT, updated_at=AT)


@pytest.mark.parametrize("side", ["administrative", "enforcement", "quality"])
def test_an_alert_counts_once_and_for_each_agency_that_is_told(side):
    cells = of_alert(alert(side, ("polres", "imigrasi", "polres"))).cells
    assert cells == ("alerts|R02a|open", "told|imigrasi|R02a|open", "told|polres|R02a|open")


def test_protection_counts_nowhere_and_what_watches_readers_apart():
    assert of_alert(alert("protection")).cells == ()
    assert of_alert(alert("safeguard")).cells == ("readers|R02a|open",)


def test_villages_are_put_together_to_their_district():
    assert by_district(CELLS, lambda _: True) == [
        (["61.06.01", "limited"], 4),
        (["61.06.14", "visit"], 6),
        (["unknown", "visit"], 5),
    ]


def test_only_what_may_be_seen_is_counted():
    assert by_district(CELLS, lambda village: village == "61.06.14.2002") == [(["61.06.14", "visit"], 3)]
    assert by_district(CELLS, lambda _: False) == []
