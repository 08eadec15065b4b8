"""Checks of a guarantor: whether the last one found it. A community report is no evidence (G10)."""

from datetime import datetime

from contracts.dealings import SponsorCheck
from contracts.messages import PartyChanged

__all__ = ["CONFIRMED", "FAILED", "last_check"]

CONFIRMED = "ok"
FAILED = frozenset({"not_found", "closed", "unable", "denies"})


def last_check(party: PartyChanged, before: datetime | None = None) -> SponsorCheck | None:
    """The last check that an officer made, before a moment where one is given."""
    made = (one for one in party.sponsor_checks if one.basis != "community_report")
    return max((one for one in made if before is None or one.at < before), key=_order, default=None)


def _order(check: SponsorCheck) -> tuple[object, ...]:
    # At one moment what confirms counts last.
    return check.at, check.result == CONFIRMED, check.evidence
