"""The weekly report on access to the head of an agency. Pure: the same rows give the same report."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gateway.texts import WIB

__all__ = ["Week", "last_week", "summary"]

WRITTEN = re.compile(r"(\d{4})-W(\d{2})")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Week:
    """A week of ISO 8601, from Monday 00:00 to Monday 00:00 WIB."""

    monday: date

    @classmethod
    def parse(cls, written: str) -> "Week":
        """`2026-W47`. Raises ValueError."""
        match = WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError(written)
        return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.monday, datetime.min.time(), WIB)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(weeks=1)

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"


def last_week(now: datetime) -> Week:
    """The last week that is over."""
    today = now.astimezone(WIB).date()
    return Week(today - timedelta(days=today.weekday() + 7))


def summary(week: Week, agency: str, rows: Iterable[Row]) -> dict[str, Any]:
    """What the accounts of an agency read in a week: in sums, without protection reads and without naming a person."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["agency"] == agency and not row["protection"]:
            groups[row["account"]].append(row)
    return {
        "week": str(week),
        "agency": agency,
        "begin": week.begin.isoformat(),
        "end": week.end.isoformat(),
        "accounts": [_account(name, group) for name, group in sorted(groups.items())],
    }


def _account(name: str, rows: list[Row]) -> dict[str, Any]:
    given = [row for row in rows if row["outcome"] == "given"]
    return {
        "account": name,
        "role": rows[-1]["role"],
        "reads": len(given),
        "persons": len({id for row in given if row["action"].startswith("persons.") for id in row["ids"]}),
        "refused": len(rows) - len(given),
        "actions": dict(sorted(Counter(row["action"] for row in given).items())),
        "purposes": dict(sorted(Counter(row["purpose"].partition(":")[0] or "none" for row in given).items())),
    }
