"""Reads of persons that are out of the ordinary: what of an hour's access log somebody should look at. Pure.

It accuses nobody: a joint operation makes many reads, and one order that covers them all says so (rule Q3).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HOUR", "OWN_NAME", "Anomaly", "Limits", "anomalies", "hour_of", "is_same_name"]

WIB = timezone(timedelta(hours=7))
HOUR = timedelta(hours=1)
OWN_NAME = "own_name"
SEARCH = "persons.search"
OPENED = frozenset({"persons.read", "persons.event", "parties.read", SEARCH})
Row = Mapping[str, Any]


class Limits(BaseModel):
    """From how many on somebody is told, in an hour of the clock (WIB). Dated, to be signed by the office."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: date
    source: str
    signed_off_by: str | None
    mass_reads: int = Field(gt=0, description="Persons opened")
    no_case: int = Field(gt=0, description="Persons opened for orders, without an alert or a case")
    off_hours: int = Field(gt=0, description="Persons opened in the hours of rest")
    refused: int = Field(gt=0, description="Reads that were refused")
    rest_from: int = Field(ge=0, le=23, description="Hour, WIB")
    rest_until: int = Field(ge=0, le=23)

    def is_rest(self, hour: int) -> bool:
        """Whether nobody is expected to work at this hour; the time of rest may go over midnight."""
        if self.rest_from <= self.rest_until:
            return self.rest_from <= hour < self.rest_until
        return hour >= self.rest_from or hour < self.rest_until


@dataclass(frozen=True)
class Anomaly:
    """What was out of the ordinary with an account in an hour."""

    account: str
    kind: str
    starts: datetime
    count: int
    covered: bool = False

    @property
    def until(self) -> datetime:
        return self.starts + HOUR


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def anomalies(rows: Iterable[Row], limits: Limits) -> list[Anomaly]:
    """Those of these rows, whatever their order. What the protection desk reads is watched by its own officers."""
    groups: dict[tuple[str, datetime], list[Row]] = defaultdict(list)
    for row in rows:
        if not row["protection"]:
            groups[row["account"], hour_of(row["at"])].append(row)
    return [found for key, group in sorted(groups.items()) for found in _of_hour(*key, group, limits)]


def _of_hour(account: str, starts: datetime, rows: list[Row], limits: Limits) -> Iterator[Anomaly]:
    given = [row for row in rows if row["outcome"] == "given" and row["action"] in OPENED]
    by_order = [row for row in given if row["purpose"].startswith("order:")]
    counts = {"mass_reads": _persons(given), "no_case": _persons(by_order)}
    if limits.is_rest(starts.astimezone(WIB).hour):
        counts["off_hours"] = _persons(given)
    covered = len({row["purpose"] for row in given}) == 1 and len(by_order) == len(given)
    for kind, count in counts.items():
        if count >= getattr(limits, kind):
            yield Anomaly(account, kind, starts, count, covered)
    refused = sum(row["outcome"].startswith("refused") for row in rows)
    if refused >= limits.refused:
        yield Anomaly(account, "refused", starts, refused)
    if own := sum(row.get("mark") == OWN_NAME for row in rows):
        yield Anomaly(account, OWN_NAME, starts, own)


def _persons(rows: Iterable[Row]) -> int:
    # A search shows a name of many and opens nobody: it counts as one.
    return len({id for row in rows for id in ([row["_id"]] if row["action"] == SEARCH else row["ids"])})


def is_same_name(one: str, other: str) -> bool:
    """Whether two names have the same words, in any order, whatever stands in brackets."""
    words = [set(re.sub(r"\(.*?\)", " ", name).casefold().split()) for name in (one, other)]
    return bool(words[0]) and words[0] == words[1]
