"""What leaves the system in one piece, with names: by an order, once, when a second person has agreed."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from gateway.audit import Audit, Read
from gateway.consents import Consents
from gateway.desk import Desk
from gateway.policy import Action, require
from gateway.purpose import OPEN_STATES, Kind, Purpose
from gateway.visits import Visit

__all__ = ["ALERTS", "Exports", "table"]

ALERTS = "alerts"
"""The open alerts of the own agency, with the names of persons: what a coordination meeting goes through."""
COLUMNS = ("id", "rule", "title", "name", "state", "severity", "village", "opened_at", "updated_at")
PAGE, MOST = 200, 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Exports:
    """Exports for a viewer."""

    desk: Desk
    consents: Consents
    audit: Audit
    now: Callable[[], datetime]

    async def take(self, visit: Visit, consent: str) -> str:
        """The export as CSV, once. One row of the access log lists everybody in it. Raises Problem 403, 404 or 409."""
        require(visit.role, Action.EXPORT, visit.purpose.kind)
        allowed = await self.consents.allowed(visit, "export", consent)
        visit = visit.under(Purpose(Kind.ORDER, allowed["order_no"]))
        # An alert that was taken up meanwhile is on two lists.
        rows = [*{row["id"]: row async for row in self._open(visit)}.values()]
        people = {row["subject"]["id"] for row in rows if row["subject_name"]}
        await self.audit.record(Read(visit, Action.EXPORT, [consent, *sorted(people)]), self.now())
        await self.consents.use(consent)
        return table(rows)

    async def _open(self, visit: Visit) -> Any:
        for state in sorted(OPEN_STATES):
            query: dict[str, str | int] = {"state": state, "limit": PAGE}
            for _ in range(MOST // PAGE):
                page = await self.desk.page(visit, query, Action.EXPORT)
                for row in page["items"]:
                    yield row
                if not page["next"]:
                    break
                query["after"] = page["next"]
            else:
                raise Problem(
                    409,
                    "too_many",
                    id="Terlalu banyak peringatan terbuka untuk satu berkas.",
                    en="There are more open alerts than one file takes.",
                )


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of alerts as CSV. No cell can be read as a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        told = {**row, "title": row["title"].get("id"), "name": row.get("subject_name")}
        writer.writerow([_cell(told.get(name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
