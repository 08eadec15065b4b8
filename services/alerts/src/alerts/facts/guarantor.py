"""The facts of a guarantor, a host or a phone that many have in common. Only counts: never where persons come from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from alerts.facts.around import Around
from alerts.facts.shares import BY_PHONE, Share, Sponsored
from alerts.facts.sponsors import CONFIRMED, FAILED, last_check
from alerts.facts.table import DAY, Item, day_of, fact, midnight, table
from contracts.dealings import SponsorCheck
from contracts.messages import PartyChanged, Subject

__all__ = ["GUARANTOR", "guarantors"]

GUARANTOR = table(
    fact(
        "guarantor.people: int",
        "Persons with a valid permit and this guarantor or phone, or found staying with this host; a family on one "
        "permit is one.",
        "Jumlah orang",
        "Persons",
    ),
    fact(
        "guarantor.expected: int",
        "As many as nobody needs to ask about: the office's number, or the approved headcount if higher.",
        "Jumlah yang wajar",
        "Expected",
    ),
    fact(
        "guarantor.known: bool",
        "On the list of known institutions, and not past the day of review.",
        "Lembaga yang dikenal",
        "Known institution",
    ),
    fact(
        "guarantor.goes_on: bool",
        "A permit was given with this guarantor although the check before had failed, and none has confirmed it since.",
        "Menjamin lagi setelah pemeriksaan gagal",
        "Stood again after a failed check",
    ),
)


def guarantors(told: PartyChanged, around: Around) -> Iterator[Item]:
    """Every party as one who stands for others. A phone is about the guarantor whom most of its persons have."""
    by_phone = told.party.startswith(BY_PHONE)
    subject = _most_named(around.shares) if by_phone else told.party
    known_until = around.tables.institutions.review_of(told.refs)
    live = [share for share in around.shares if any(_valid(one, around.now) for one in share.permits)]
    hosted = () if told.kind == "lodging" else _hosted(around)
    people = max(_families(live), len(hosted)) if not by_phone or _several(live, around.now) else 0
    yield Item(
        anchor="guarantor",
        keys=(told.party,),
        subjects={"party": Subject(kind="party", id=subject)} if subject else {},
        facts={
            "now": around.now,
            "guarantor.people": people,
            "guarantor.expected": max(around.tables.limits.sponsor_persons, _headcount(told, around.now)),
            "guarantor.known": known_until is not None and day_of(around.now) <= known_until,
            "guarantor.goes_on": any(_against(told, one) for share in live for one in share.permits),
        },
        evidence=_evidence(told, live, hosted),
        village=told.village,
        moments=tuple(_moments(told, around)),
        on_hold=any(share.on_hold for share in around.shares),
    )


def _valid(permit: Sponsored, now: datetime) -> bool:
    return permit.valid_until is not None and day_of(now) <= permit.valid_until


def _several(live: Iterable[Share], now: datetime) -> bool:
    """Whether those with one phone have several guarantors; one alone is asked as a guarantor."""
    return len({one.sponsor for share in live for one in share.permits if _valid(one, now) and one.sponsor}) > 1


def _hosted(around: Around) -> list[Share]:
    since = around.now - timedelta(days=around.tables.limits.lodging_window_days)
    return [share for share in around.shares if any(since < one.at <= around.now for one in share.hosted)]


def _families(live: Sequence[Share]) -> int:
    """How many they are, those counted once who depend on one permit, directly or by another person's."""
    family: dict[str, str] = {}

    def head(name: str) -> str:
        while family.setdefault(name, name) != name:
            name = family[name]
        return name

    for share in live:
        for permit in share.permits:
            if permit.principal:
                family[head(f"permit {permit.principal}")] = head(f"person {share.person}")
    return len({head(f"person {share.person}") for share in live})


def _headcount(told: PartyChanged, now: datetime) -> int:
    valid = (
        one.headcount or 0
        for one in told.approvals
        if (one.ended_on is None or day_of(now) <= one.ended_on)
        and (one.valid_until is None or day_of(now) <= one.valid_until)
    )
    return sum(valid)


def _against(told: PartyChanged, permit: Sponsored) -> bool:
    check = last_check(told, midnight(permit.issued_on)) if permit.issued_on else None
    return check is not None and check.result in FAILED and not _confirmed_since(told, check)


def _confirmed_since(told: PartyChanged, failed: SponsorCheck) -> bool:
    """Whether a later check found the guarantor: on the day of issue, at whatever hour, or after it."""
    officers = (one for one in told.sponsor_checks if one.basis != "community_report")
    return any(one.result == CONFIRMED and one.at >= failed.at for one in officers)


def _most_named(shares: Iterable[Share]) -> str | None:
    named = Counter(one.sponsor for share in shares for one in share.permits if one.sponsor)
    return min(named, key=lambda party: (-named[party], party), default=None)


def _evidence(told: PartyChanged, live: Sequence[Share], hosted: Sequence[Share]) -> tuple[str, ...]:
    keys = [key for share in live for one in share.permits for key in one.evidence]
    keys += [key for share in hosted for one in share.hosted for key in one.evidence]
    keys += [key for one in told.sponsor_checks if one.result in FAILED for key in one.evidence]
    return tuple(dict.fromkeys(keys))


def _moments(told: PartyChanged, around: Around) -> Iterator[datetime]:
    window = timedelta(days=around.tables.limits.lodging_window_days)
    days = [one.valid_until for share in around.shares for one in share.permits]
    days += [day for one in told.approvals for day in (one.valid_until, one.ended_on)]
    days.append(around.tables.institutions.review_of(told.refs))
    yield from (midnight(day) + DAY for day in days if day)
    yield from (one.at + window for share in around.shares for one in share.hosted)
