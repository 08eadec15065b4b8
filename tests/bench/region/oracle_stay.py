"""What the catalogue says of a stay and of a border pass (R01-R03, R14, R15), by the words of domain.md.

Written apart from the services, from what is known of one life at a moment: who is who is given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from region.places import WIB, ZONE, midnight
from region.telling import Said

__all__ = ["Finding", "Stay", "day_of", "exit_found", "of_passes", "of_stays", "seen", "stays_of"]

DAY = timedelta(days=1)
ZONE_DISTRICTS = {code.rsplit(".", 1)[0] for code in ZONE}
GRANTS = ("granted", "extended", "converted", "bridged")
PASS_DAYS, PASS_GRACE = 30, 3


@dataclass(frozen=True)
class Finding:
    """A rule that should have an alert now, about one thing; `events` are those that make it up."""

    rule: str
    thing: str
    events: frozenset[str]


@dataclass
class Stay:
    """A presence in the country: what opened it, what carries it on, what ended it."""

    opened: date | None
    on_pass: bool
    entries: list[Said] = field(default_factory=list)
    grants: list[Said] = field(default_factory=list)
    closed: date | None = None

    @property
    def thing(self) -> str:
        return min((*self.entries, *self.grants), key=lambda one: (one.at, one.id)).id

    @property
    def events(self) -> frozenset[str]:
        return frozenset(one.id for one in (*self.entries, *self.grants))

    def last_day(self, known: Sequence[Said]) -> date | None:
        """The printed end, the latest of several; a cancelled permit ends when its cancellation takes effect."""
        ends = [date.fromisoformat(one.data["valid_until"]) for one in self.entries if "valid_until" in one.data]
        for grant in self.grants:
            until = date.fromisoformat(grant.data["valid_until"])
            ends.append(min([until, *_cancelled(grant, known)]))
        return max(ends, default=None)


def _cancelled(grant: Said, known: Sequence[Said]) -> list[date]:
    return [
        date.fromisoformat(one.data["effective_on"])
        for one in known
        if one.kind == "permit" and one.action == "cancelled" and one.data["permit_no"] == grant.data["permit_no"]
        if one.at > grant.at
    ]


def day_of(moment: datetime) -> date:
    return moment.astimezone(WIB).date()


def stays_of(known: Sequence[Said]) -> list[Stay]:
    """The stays, in order. An entry while one is open means that an exit was missed."""
    stays: list[Stay] = []
    for said in known:
        if said.kind == "crossing" and said.action != "refused":
            _crossed(stays, said)
    for said in known:
        if said.kind == "permit" and said.action in GRANTS:
            _carried_on(stays, said, known)
    return stays


def _crossed(stays: list[Stay], said: Said) -> None:
    day = day_of(said.at)
    open_one = stays[-1] if stays and stays[-1].closed is None else None
    if said.action == "entry" and open_one and open_one.opened == day:
        open_one.entries.append(said)
        return
    if open_one:
        open_one.closed = day
    if said.action == "entry":
        stays.append(Stay(day, said.data["permit_kind"] == "PLB", [said]))


def _carried_on(stays: list[Stay], grant: Said, known: Sequence[Said]) -> None:
    issued, until = (date.fromisoformat(grant.data[name]) for name in ("issued_on", "valid_until"))
    for stay in stays:
        begun = stay.opened is None or stay.opened <= issued
        if begun and (stay.closed is None or issued <= stay.closed):
            stay.grants.append(grant)
            return
        if stay.opened is not None and issued < stay.opened <= until:
            stay.grants.append(grant)
            return
    if grant.action != "granted" or grant.data["kind"].startswith(("E", "ITAS", "ITAP")):
        exits = [day_of(one.at) for one in known if one.action == "exit" and day_of(one.at) >= issued]
        stays.append(Stay(None, False, [], [grant], min(exits, default=None)))


def of_stays(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R01, R02a, R02b, R03."""
    for stay in stays_of(known):
        last = stay.last_day(known)
        if stay.closed is not None or stay.on_pass or last is None:
            continue
        excused = _excused(last, known)
        if excused is None or _impeded(known, now) or exit_found(stay, known):
            continue
        yield from _of_end(stay, excused, known, now)


def _of_end(stay: Stay, last: date, known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    over, left = midnight(last) + DAY, (last - day_of(now)).days
    here = _placed(known, over) or _no_record(known, over)
    if 0 <= left <= 14:
        yield Finding("R01", stay.thing, stay.events)
    if here and day_of(now) > last + 60 * DAY:
        yield Finding("R03", stay.thing, stay.events)
    elif here and now >= over + 2 * DAY:
        yield Finding("R02b", stay.thing, stay.events)
    elif now >= over + DAY:
        yield Finding("R02a", stay.thing, stay.events)


def _excused(last: date, known: Sequence[Said]) -> date | None:
    """The last day that counts: moved by a fee paid in time until its outcome; none while that is undecided."""
    spans = []
    for paid in (one for one in known if one.action == "fee_paid"):
        outcomes = [
            day_of(one.at)
            for one in known
            if one.kind == "permit" and one.action in (*GRANTS, "refused", "application_withdrawn")
            if one.data.get("application_no") == paid.data["application_no"]
        ]
        if outcomes:
            spans.append((day_of(paid.at), min(outcomes)))
        elif day_of(paid.at) <= last:
            return None
    spans += [(date.fromisoformat(one.data["from"]) - DAY, _until(one)) for one in known if one.kind == "impediment"]
    for begins, until in sorted(spans):
        if begins <= last:
            last = max(last, until)
    return last


def _until(impediment: Said) -> date:
    return date.fromisoformat(impediment.data.get("until") or impediment.data["review_by"])


def _impeded(known: Sequence[Said], now: datetime) -> bool:
    spans = [(date.fromisoformat(one.data["from"]), _until(one)) for one in known if one.kind == "impediment"]
    return any(begins <= day_of(now) <= until for begins, until in spans)


def _lookups(known: Sequence[Said], looked_for: str, result: str) -> list[Said]:
    return [
        one
        for one in known
        if one.kind == "document" and one.data.get("looked_for") == looked_for and one.data["result"] == result
    ]


def exit_found(stay: Stay, known: Sequence[Said]) -> bool:
    found = _lookups(known, "exit", "found")
    return any(stay.opened is None or day_of(one.at) >= stay.opened for one in found)


def _no_record(known: Sequence[Said], over: datetime) -> bool:
    return any(one.at > over for one in _lookups(known, "exit", "no_record"))


def seen(said: Said) -> list[datetime]:
    """When this event places the person here: a community report never does."""
    if said.kind == "lodging":
        found = [said.data.get("check_in_at"), said.data.get("check_out_at")]
        return [datetime.fromisoformat(one) for one in found if one]
    if said.kind == "check" and said.data["basis"] == "community_report":
        return []
    placing = said.kind == "check" or (said.kind == "residence" and said.action != "temporary_absence")
    return [said.at] if placing or said.kind == "work" else []


def _placed(known: Sequence[Said], over: datetime) -> bool:
    return any(moment > over for said in known for moment in seen(said))


def of_passes(known: Sequence[Said], now: datetime) -> Iterator[Finding]:
    """R14, R15."""
    for stay in (one for one in stays_of(known) if one.on_pass and one.opened is not None):
        outside = [one for one in known if _within(stay, one) and _outside(one) and not _gone(stay, one, known)]
        if outside and not _explained(stay, known) and not _other_paper(known, outside):
            yield Finding("R14", stay.thing, stay.events | {one.id for one in outside})
        limit = midnight(stay.opened) + (PASS_DAYS + PASS_GRACE) * DAY
        if stay.closed is None and now >= limit and not _impeded(known, now) and not exit_found(stay, known):
            yield Finding("R15", stay.thing, stay.events)


def _gone(stay: Stay, said: Said, known: Sequence[Said]) -> bool:
    """Whether an exit had been found by the day of this."""
    return exit_found(stay, [one for one in known if day_of(one.at) < day_of(said.at)])


def _within(stay: Stay, said: Said) -> bool:
    day = day_of(said.at)
    return stay.opened <= day and (stay.closed is None or day <= stay.closed)


def _outside(said: Said) -> bool:
    village = said.data.get("village") or said.data.get("establishment", {}).get("village")
    met = said.kind == "check" and said.data["basis"] != "community_report"
    slept = said.kind == "lodging" and said.action in ("check_in", "check_out")
    return (met or slept) and village is not None and village.rsplit(".", 1)[0] not in ZONE_DISTRICTS


def _explained(stay: Stay, known: Sequence[Said]) -> bool:
    checks = (said for said in known if said.kind == "check" and _within(stay, said))
    reasons = {one.get("reason") for said in checks for one in said.data["persons"]}
    return bool(reasons & {"medical", "funeral", "family"}) or any(
        date.fromisoformat(said.data["from"]) <= (stay.closed or date.max) and _until(said) >= stay.opened
        for said in known
        if said.kind == "impediment"
    )


def _other_paper(known: Sequence[Said], outside: Sequence[Said]) -> bool:
    """Somebody with a permit on every such day was not there on the pass."""
    permits = [one for one in known if one.kind == "permit" and one.action in GRANTS]
    spans = [tuple(date.fromisoformat(one.data[name]) for name in ("valid_from", "valid_until")) for one in permits]
    return all(any(begins <= day_of(one.at) <= until for begins, until in spans) for one in outside)
