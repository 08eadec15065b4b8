"""Applications for a permit, and up to when a delay is lawful."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts import papers
from contracts.message import Evidence
from registry.lines import Line, day_of

__all__ = ["Application", "build_applications", "excused_until"]

OUTCOMES = ("granted", "extended", "converted", "bridged", "refused", "application_withdrawn")


@dataclass
class Application:
    """One application; `closed_on` is the day of its outcome."""

    ref: str
    kind: str
    applied_on: date
    paid_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    evidence: Evidence = ()

    def pending(self, until: date) -> bool:
        """Undecided, and paid for in time: on or before `until`."""
        return self.closed_on is None and self.paid_on is not None and self.paid_on <= until

    def stated(self) -> papers.Application:
        """The same, as it goes out."""
        return papers.Application(**vars(self))


def build_applications(lines: Iterable[Line]) -> list[Application]:
    """The applications of one person. An outcome without an application number closes all earlier open ones."""
    found: dict[str, Application] = {}
    for line in sorted(lines, key=_in_turn):
        if line.kind != "permit":
            continue
        number, day = line.data.get("application_no"), day_of(line.at)
        if line.action in ("applied", "fee_paid") and number:
            # A payment may be reported before the application it belongs to.
            application = found.setdefault(number, Application(line.key, line.data["kind"], day))
            application.evidence += (line.key,)
            if line.action == "fee_paid":
                application.paid_on = min(day, application.paid_on or day)
        elif line.action in OUTCOMES:
            for application in _closed_by(number, found):
                if application.closed_on is None:
                    application.closed_on, application.outcome = day, line.action
                application.evidence += (line.key,)
    return list(found.values())


def _in_turn(line: Line) -> tuple[date, bool, datetime, bool]:
    """In order of time; of one moment, or of a day whose hour is not known, what was decided comes last."""
    decided = line.action in OUTCOMES
    return (day_of(line.at), decided and line.by_day, line.at, decided)


def _closed_by(number: str | None, found: dict[str, Application]) -> list[Application]:
    if number is None:
        return [application for application in found.values() if application.closed_on is None]
    return [found[number]] if number in found else []


def excused_until(ends: date, applications: Sequence[Application], impediments: Iterable[tuple[date, date]]) -> date:
    """The last day up to which staying is lawful or excused: the end, moved by what was begun before it passed.

    A paid application excuses until its outcome, an impediment until its end. While an application is pending the
    caller asks `Application.pending`.
    """
    # Paid on the last day at the latest, while an impediment may begin on the day after it.
    periods = [
        (item.paid_on + timedelta(days=1), item.closed_on)
        for item in applications
        if item.paid_on is not None and item.closed_on is not None
    ]
    excused = ends
    for begins, until in sorted([*periods, *impediments]):
        if begins <= excused + timedelta(days=1):
            excused = max(excused, until)
    return excused
