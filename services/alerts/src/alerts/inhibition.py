"""The larger question first: an alert stands behind another one about the same subject that its rule names. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.alert import LIVE, Alert
from alerts.ruleset import Ruleset

__all__ = ["ranked"]


def ranked(alerts: Sequence[Alert], stored: Iterable[Alert], rules: Ruleset, now: datetime) -> list[Alert]:
    """These alerts, each behind the one that asks the larger question of its subject, or in front again.

    What is on hold hides nothing: its own question is not being asked.
    """
    newest = {alert.id: alert for alert in [*stored, *alerts]}
    asked = sorted(
        (one for one in newest.values() if one.stage in LIVE and one.state != "held"), key=lambda one: one.id
    )
    return [_placed(alert, asked, rules, now) for alert in alerts]


def _placed(alert: Alert, asked: Sequence[Alert], rules: Ruleset, now: datetime) -> Alert:
    rule = rules.rule(alert.rule)
    if alert.stage not in LIVE or rule is None or not (rule.behind or alert.behind):
        return alert
    larger = (one.id for one in asked if one.series in rule.behind and one.subject == alert.subject)
    behind = next(larger, "")
    if behind == alert.behind:
        return alert
    changed = replace(alert, behind=behind)
    return changed.became("put_behind" if behind else "in_front", now)
