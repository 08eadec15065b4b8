"""How many alerts of one rule an agency can look at in a week, and who is warned when there are more. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.facts.budget import Budget

__all__ = ["WEEK", "Overdrawn", "overdrawn"]

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Overdrawn:
    """A rule that asks more of an agency than it can look at."""

    rule: str
    agency: str
    raised: int
    budget: int


def overdrawn(alerts: Iterable[Alert], budget: Budget, now: datetime) -> list[Overdrawn]:
    """What seven days raised, by rule and told agency, where that is more than the agency's budget."""
    recent = [alert for alert in alerts if now - WEEK < alert.opened_at <= now]
    raised = Counter((alert.rule, agency) for alert in recent for agency in alert.agencies)
    found = (Overdrawn(rule, agency, count, budget.of(agency)) for (rule, agency), count in sorted(raised.items()))
    return [one for one in found if one.raised > one.budget]
