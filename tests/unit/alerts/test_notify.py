"""Who is told what, when: quiet hours, digests, and nothing twice."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notices import NOW, START, at, case_change, change, hash_of, item, subscription

from alerts.notify.attempts import DELIVERED, GONE, LONGEST, Outcome, next_step
from alerts.notify.items import item_of, latest
from alerts.notify.plan import FRESH, gatherings_of, ids_of, plan
from alerts.notify.subscription import OVERLAP, Hours, Secret

NIGHT = Hours(time(21), time(6))
NOON = Hours(time(12), time(13))
DIGEST = Hours(digest_hour=8)
NIGHT_DIGEST = Hours(time(21), time(6), digest_hour=5)
PATIENCE = timedelta(hours=72)


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        (Hours(), at(2, "23:00"), None),
        (NIGHT, at(2, "20:59"), None),
        (NIGHT, at(2, "21:00"), at(3, "06:00")),
        (NIGHT, at(3, "00:00"), at(3, "06:00")),
        (NIGHT, at(3, "05:59"), at(3, "06:00")),
        (NIGHT, at(3, "06:00"), None),
        (NOON, at(2, "12:30"), at(2, "13:00")),
        (NOON, at(2, "13:00"), None),
        (Hours(time(6), time(6)), at(2, "06:00"), None),
        (DIGEST, at(2, "07:59"), at(2, "08:00")),
        (DIGEST, at(2, "08:00"), at(3, "08:00")),
        (NIGHT_DIGEST, at(2, "22:00"), at(3, "06:00")),
        (NIGHT_DIGEST, at(3, "05:30"), at(4, "06:00")),
    ],
)
def test_what_is_not_urgent_waits_for_the_end_of_quiet_hours_or_the_digest(hours, now, expected):
    one = subscription(hours=hours)
    assert one.gathered_until(1, now) == one.gathered_until(2, now) == expected
    assert one.gathered_until(3, now) is one.gathered_until(4, now) is None


CLOCK = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@settings(deadline=None)
@given(CLOCK, CLOCK, st.none() | st.integers(0, 23), st.integers(0, 3 * 24 * 60 * 60))
def test_what_is_gathered_is_sent_later_within_two_days_and_never_in_quiet_hours(begin, end, digest, seconds):
    hours, now = Hours(begin, end, digest), START + timedelta(seconds=seconds)
    until = hours.gathered_until(now)
    if until is not None:
        assert now < until <= now + timedelta(days=2)
        assert replace(hours, digest_hour=None).gathered_until(until) is None


@pytest.mark.parametrize(
    ("one", "told", "wanted"),
    [
        (subscription(), item(), True),
        (subscription(agency="polres"), item(), False),
        (subscription(min_severity=4), item(), False),
        (subscription(rules=frozenset({"R04"})), item(), False),
        (subscription(rules=frozenset({"R02a"})), item(), True),
        (subscription(since=at(2, "10:01")), item(), False),
        (subscription().paused("by_hand"), item(), False),
        (subscription(), item(state="acknowledged"), True),
        (subscription(channel="email"), item(state="acknowledged"), False),
        (subscription(channel="email"), item(state="held"), True),
        (subscription(channel="email"), item(state="withdrawn"), True),
    ],
)
def test_a_subscription_is_told_of_what_it_asked_for(one, told, wanted):
    assert one.wants(told) is wanted
    assert bool(plan([one], [told], frozenset(), hash_of, NOW).notices) is wanted


def test_systems_get_one_notice_a_change_and_people_one_letter():
    news = [item("a1"), item("a2", severity=4), item("a1", revision=2)]
    system, people = subscription(), subscription(id="s2", channel="email")
    found = plan([system, people], news, frozenset(), hash_of, NOW).notices
    assert [(one.subscription, len(one.items)) for one in found] == [("s1", 1)] * 3 + [("s2", 3)]
    assert all(one.due == NOW and not one.open for one in found)


def test_what_was_told_is_not_told_again_and_ids_depend_on_nothing_else():
    one, news = subscription(), [item("a1"), item("a2")]
    first = plan([one], news, frozenset(), hash_of, NOW)
    known = frozenset(told.id for told in first.told)
    assert known == ids_of([one], news, hash_of, NOW)
    again = plan([one], [*news, item("a3")], known, hash_of, NOW + timedelta(hours=1))
    assert [[told.id for told in notice.items] for notice in again.notices] == [["a3"]]
    later = plan([one], news, frozenset(), hash_of, NOW + timedelta(hours=1))
    assert [notice.id for notice in later.notices] == [notice.id for notice in first.notices]


def test_old_changes_are_no_news():
    one, now = subscription(), at(2, "10:00") + FRESH
    assert plan([one], [item()], frozenset(), hash_of, now).notices
    assert not plan([one], [item()], frozenset(), hash_of, now + timedelta(seconds=1)).notices


def test_what_is_not_urgent_is_gathered_into_one():
    one = subscription(hours=DIGEST)
    found = plan([one], [item("a1", severity=1), item("a2", severity=2)], frozenset(), hash_of, NOW)
    (digest,) = found.gatherings.values()
    assert found.notices == []
    assert (digest.kind, digest.due, digest.open) == ("digest", at(3, "08:00"), True)
    assert {told.gathering for told in found.told} == {digest.id}


def test_where_a_digest_was_just_closed_the_next_one_takes_it():
    one = subscription(hours=DIGEST)
    first, second = sorted(gatherings_of([one], hash_of, NOW))
    found = plan([one], [item(severity=1)], frozenset({first}), hash_of, NOW)
    assert list(found.gatherings) == [second]


def test_quiet_hours_that_just_ended_make_nothing_wait():
    one = subscription(hours=NIGHT)
    night = at(2, "23:00")
    closed = frozenset(gatherings_of([one], hash_of, night))
    found = plan([one], [item(severity=1)], closed, hash_of, night)
    assert (len(found.notices), found.gatherings) == (1, {})


def test_a_digest_shows_each_alert_once_as_last_told_and_not_what_became_urgent():
    news = [
        item("a1", severity=1),
        item("a1", revision=3, severity=2, state="withdrawn"),
        item("a1", revision=2, severity=2),
        item("a2", severity=2),
        item("a2", revision=2, severity=3),
        item("a3", severity=1),
    ]
    shown = latest(news, before=3)
    assert [(one.id, one.revision, one.state) for one in shown] == [("a1", 3, "withdrawn"), ("a3", 1, "open")]


def test_an_urgent_change_is_noted_with_the_digest_that_holds_the_alert():
    one = subscription(hours=DIGEST)
    found = plan([one], [item(severity=3)], frozenset(), hash_of, NOW)
    assert len(found.notices) == 1
    assert found.gatherings == {}
    assert found.told[0].gathering in gatherings_of([one], hash_of, NOW)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 20), (3, 80), (4, 320), (9, 21600), (400, 21600)])
def test_attempts_come_ever_later(attempt, seconds):
    failed = Outcome("http_503")
    waits = [
        next_step(failed, attempt=attempt, age=timedelta(0), patience=PATIENCE, chance=chance) for chance in (0, 0.5, 1)
    ]
    assert waits == [timedelta(seconds=seconds * part) for part in (0.75, 1, 1.25)]
    assert waits[1] <= LONGEST


@pytest.mark.parametrize(
    ("outcome", "age", "step"),
    [
        (DELIVERED, timedelta(days=9), "delivered"),
        (GONE, timedelta(0), "gone"),
        (Outcome("timeout"), PATIENCE, "given_up"),
    ],
)
def test_attempts_end(outcome, age, step):
    assert next_step(outcome, attempt=3, age=age, patience=PATIENCE, chance=0.5) == step


def test_a_rotated_secret_signs_beside_the_new_one_for_a_day():
    one = subscription(secrets=(Secret("old"),)).rotated("new", NOW)
    assert one.signing(NOW) == ["new", "old"]
    assert one.signing(NOW + OVERLAP) == ["new"]
    assert one.rotated("newer", NOW).signing(NOW) == ["newer", "new"]


def test_systems_are_told_of_every_step_in_a_case_and_people_when_it_opens_rises_and_ends():
    steps = [
        case_change(revision=1),
        case_change(revision=2),
        case_change(revision=3, level="head"),
        case_change(revision=4, level="head"),
        case_change(revision=5, level="head", state="closed"),
    ]
    known: frozenset[str] = frozenset()
    told: dict[str, list[int]] = {"s1": [], "s2": []}
    for step in map(item_of, steps):
        found = plan([subscription(), subscription(id="s2", channel="email")], [step], known, hash_of, NOW)
        known |= {one.id for one in found.told}
        for made in found.notices:
            told[made.subscription] += [one.revision for one in made.items]
    assert told == {"s1": [1, 2, 3, 4, 5], "s2": [1, 3, 5]}


def test_a_case_is_of_no_rule_and_of_the_agencies_it_concerns():
    case = item_of(case_change())
    assert subscription(agency="polres").wants(case)
    assert not subscription(agency="disnaker").wants(case)
    assert not subscription(rules=frozenset({"R02a"})).wants(case)


def test_what_stands_behind_a_larger_question_concerns_nobody() -> None:
    assert item_of(change("a1").model_copy(update={"behind": "a0"})).agencies == frozenset()
