"""What the catalogue says of an entry on a visa for a limited stay (R11), by the words of domain.md."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from region.oracle_papers import valid
from region.oracle_stay import GRANTS, Finding, day_of, exit_found, stays_of
from region.places import midnight
from region.telling import Said

__all__ = ["of_itas"]

DAY = timedelta(days=1)
OUTCOMES = (*GRANTS, "refused", "application_withdrawn")


def of_itas(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """Thirty days after the entry no request was seen, and the post gave no permit."""
    for stay in stays_of(known):
        told = [one.data["itas_at_post"] for one in stay.entries if "itas_at_post" in one.data]
        if not told or True in told or stay.closed is not None or stay.opened is None:
            continue
        asked = _asked(stay.opened, known) or _held(stay.opened, known)
        if not asked and not exit_found(stay, known) and now >= midnight(stay.opened) + 31 * DAY:
            yield Finding("R11", stay.thing, stay.events)


def _asked(opened: date, known: Sequence[Said]) -> bool:
    """Asked since the entry, or before it and undecided on that day."""
    permits = [one for one in known if one.kind == "permit"]
    before = [one for one in permits if one.action in OUTCOMES and day_of(one.at) < opened]
    decided = {one.data.get("application_no") for one in before}
    return any(
        day_of(one.at) >= opened or not decided & {None, one.data["application_no"]}
        for one in permits
        if one.action in ("applied", "fee_paid")
    )


def _held(opened: date, known: Sequence[Said]) -> bool:
    """Given since the entry, or before it and valid on that day."""
    given = [one for one in known if one.kind == "permit" and one.action in GRANTS]
    return any(
        day_of(one.at) >= opened or (one.data["kind"].startswith(("E", "ITAS", "ITAP")) and valid(one, known, opened))
        for one in given
    )
