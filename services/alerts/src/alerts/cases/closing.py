"""What becomes of a case's alerts when it is closed: each undecided one gets the verdict that a person gave. Pure."""

from collections.abc import Iterable, Sequence

from alerts.alert import Alert, Decision
from alerts.cases.case import Case
from alerts.cases.record import By, CaseRefused
from contracts.case_terms import Code
from contracts.casework import Close

__all__ = ["UNDECIDED", "decided"]

UNDECIDED = frozenset({"open", "acknowledged", "in_review"})
"""States that a closing decides. `held` is not among them, whatever the cause: such an alert is left as it is."""


def decided(case: Case, alerts: Iterable[Alert], step: Close, by: By) -> Sequence[tuple[Alert, Alert]]:
    """Each alert that is decided, before and after. Raises CaseRefused where verdicts and alerts do not match."""
    waiting = {alert.id: alert for alert in alerts if alert.state in UNDECIDED}
    given = {verdict.alert: verdict for verdict in step.verdicts}
    if missing := waiting.keys() - given.keys():
        raise CaseRefused("verdicts_missing", alerts=sorted(missing))
    if needless := given.keys() - waiting.keys():
        raise CaseRefused("verdict_not_due", alerts=sorted(needless))
    if old := [id for id, alert in waiting.items() if alert.revision != given[id].revision]:
        raise CaseRefused("old_alert", alerts=sorted(old))
    return [(alert, _decided(alert, given[id].code, case, step, by)) for id, alert in waiting.items()]


def _decided(alert: Alert, code: Code, case: Case, step: Close, by: By) -> Alert:
    seen = alert.commanded("review", by.name, by.at) if alert.stage == "open" else alert
    outcome = "confirmed" if code == "fact_stands" else "dismissed"
    return seen.decided(Decision(outcome, step.reason, by.name, by.at, code=code, case=case.id))
