"""What is sent of a case: to all readers on the exchange, and a notice to each agency that it concerns. Ids only."""

from collections.abc import Iterator

from alerts.announce import EXCHANGE, letter
from alerts.cases.case import Case
from alerts.cases.clock import CaseLimits
from alerts.cases.seats import seats
from chassis.bus import Letter
from contracts.case_messages import CaseChanged, CaseNotice

__all__ = ["case_letters"]


def case_letters(before: Case | None, case: Case, limits: CaseLimits) -> Iterator[Letter]:
    """The letters of a case as it stands. Readers drop revisions that they have."""
    yield letter(EXCHANGE, CaseChanged.TYPE, _changed(case), None)
    told: dict[str, list[str]] = {agency: [*sorted(seats(case, agency))] for agency in case.concerned}
    for agency in before.concerned if before else ():
        told.setdefault(agency, ["none"])
    if case.level == "province" and (before is None or before.level != "province"):
        told[limits.province] = [*told.get(limits.province, []), "province"]
    for agency in sorted(told):
        yield letter("", f"to.{agency}", _notice(case, tuple(told[agency])), None)


def _changed(case: Case) -> CaseChanged:
    return CaseChanged(
        case=case.id,
        revision=case.revision,
        state=case.state,
        severity=case.severity,
        level=case.level,
        agency=case.agency,
        agencies=tuple(sorted(case.concerned)),
        outcome=case.closing.outcome if case.closing else None,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
    )


def _notice(case: Case, seats: tuple[str, ...]) -> CaseNotice:
    return CaseNotice(
        case=case.id,
        revision=case.revision,
        state=case.state,
        severity=case.severity,
        level=case.level,
        seats=seats,
        updated_at=case.updated_at,
    )
