"""What must be true of deadlines, patterns and cases once a fault run is over. Each returns its figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import bson
from bson.codec_options import CodecOptions
from fault_patterns import MANY, Patterns
from fault_work import Case

Row = dict[str, Any]
Rows = Mapping[str, Row]
People = Callable[[Iterable[str]], frozenset[str]]
PACKED: CodecOptions[Any] = CodecOptions(tz_aware=True)


def of_series(alerts: Rows, series: str) -> list[Row]:
    """The alerts of a series, each with its packed fields beside the others."""
    read = [row | {"in": bson.decode(row["body"], PACKED)} for row in alerts.values()]
    return [row for row in read if row["in"]["series"] == series]


def stands(row: dict[str, Any]) -> bool:
    """Open, or decided with a case."""
    return row["state"] in ("open", "confirmed", "dismissed")


def facts(row: Row) -> dict[str, Any]:
    return dict(row["in"]["facts"])


def what_happened(row: Row) -> list[str]:
    return [line[2] for line in row["in"]["history"]]


def check_deadlines(alerts: Rows, patterns: Patterns) -> dict[str, int]:
    """Each request that fell due unanswered has one alert, raised once, not before its moment; no other has one."""
    found = of_series(alerts, "request-answer")
    standing = [row for row in found if row["state"] == "open"]
    assert sorted(facts(row)["request.due"] for row in standing) == sorted(patterns.due)
    assert {(row["revision"], *what_happened(row)) for row in standing} == {(1, "raised")}
    early = [row for row in standing if row["in"]["opened_at"] < facts(row)["request.due"]]
    assert early == []
    # A change that came after the moment takes the alert back.
    assert {row["state"] for row in found} <= {"open", "withdrawn"}
    assert set(Counter(row["subject"] for row in found).values()) == {1}
    return {"deadlines": len(standing)}


def check_patterns(alerts: Rows, shares: Rows, patterns: Patterns, people: People) -> dict[str, int]:
    """One alert for each party that is asked about, on exactly the persons who have to do with it."""
    late = _about(of_series(alerts, "lodging-report"), shares)
    assert sorted(late, key=sorted) == sorted(map(people, patterns.late), key=sorted)
    many = _about(of_series(alerts, "one-for-many"), shares)
    assert sorted(many, key=sorted) == sorted(map(people, patterns.asked_about), key=sorted)
    told = {facts(row)["guarantor.people"] for row in of_series(alerts, "one-for-many")}
    assert told == {MANY}
    return {"patterns": len(late) + len(many)}


def _about(found: list[Row], shares: Rows) -> list[frozenset[str]]:
    """The persons behind each open alert about a party. None of these is ever taken back."""
    assert {row["state"] for row in found} == {"open"}
    assert set(Counter(row["subject"] for row in found).values()) == {1}
    parties = [row["subject"] for row in found]
    return [frozenset(row["person"] for row in shares.values() if row["party"] == party) for party in parties]


def check_cases(cases: Rows, deadlines: Rows, told: Mapping[str, Case], seen: Mapping[str, Case]) -> dict[str, int]:
    """Each case is there once, as an officer was last told; it waits for a limit as long as it is open."""
    assert cases.keys() == told.keys()
    about = Counter(case["groups"][0]["id"] for case in seen.values())
    assert set(about.values()) == {1}
    for id, case in told.items():
        kept = {name: seen[id][name] for name in ("revision", "state", "agency", "history")}
        assert kept == {name: case[name] for name in kept}
    still_open = {id for id, case in told.items() if case["state"] == "open"}
    assert deadlines.keys() == still_open
    return {"cases": len(told), "closed": len(told) - len(still_open)}


def check_verdicts(alerts: Iterable[Row], seen: Mapping[str, Case]) -> None:
    """The alerts of a closed case are decided with it, once; no other is decided."""
    decided = {row["_id"]: row["in"]["decision"]["case"] for row in alerts if row["in"]["decision"]}
    closed = {id: case for id, case in seen.items() if case["state"] == "closed"}
    assert Counter(decided.values()) == Counter(dict.fromkeys(closed, 1))
    assert {row["id"] for case in closed.values() for row in case["alerts"]} == decided.keys()
