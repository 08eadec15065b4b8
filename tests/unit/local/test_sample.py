import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.events import citizen_paths, parse_event, type_of
from tapal_local.provision import read_agencies
from tapal_local.sample.journal import WIB
from tapal_local.sample.people import somebody
from tapal_local.sample.week import sample_week, what_next

AGENCIES = {agency.code: agency for agency in read_agencies(Path(__file__).parents[3] / "deploy" / "agencies")}
MOMENTS = [
    datetime(2026, 11, 24, 3, 15, tzinfo=UTC),
    datetime(2026, 12, 31, 17, 30, tzinfo=UTC),  # already next year in WIB
    datetime(2028, 2, 29, 0, 1, tzinfo=UTC),
]


@pytest.fixture(params=MOMENTS, ids=str)
def now(request):
    return request.param


@pytest.fixture
def sent(now):
    """Every event of the week: agency, event as sent, event as read by the contracts."""
    week = sample_week(now)
    return [(code, event, parse_event(json.dumps(event), now)) for code, events in week.items() for event in events]


def kinds(sent, kind):
    return [event for _, _, event in sent if event.kind == kind]


def test_every_event_is_sound_and_may_be_sent_by_its_agency_from_its_source(sent):
    for code, _, event in sent:
        assert AGENCIES[code].source(event.envelope.source) is not None
        assert AGENCIES[code].allows(event.kind, event.action)


def test_ids_are_unique_within_a_source_and_sequences_have_no_gap(sent):
    keys = [(event.envelope.source, event.envelope.id) for _, _, event in sent]
    assert len(set(keys)) == len(keys)
    for source in {source for source, _ in keys}:
        numbers = [event.envelope.sequence for _, _, event in sent if event.envelope.source == source]
        open_numbers = [number for number in numbers if number is not None]
        assert open_numbers == list(range(1, len(open_numbers) + 1))


def test_a_sealed_event_leaves_no_trace_in_the_open_numbers(sent):
    [sealed] = kinds(sent, "protection")
    assert sealed.envelope.sequence is None


def test_the_same_moment_gives_the_same_week(now):
    assert sample_week(now) == sample_week(now)


def test_every_source_has_declared_what_it_covers_until_now(sent, now):
    covered = {event.envelope.source: event.data for event in kinds(sent, "source.status")}
    assert set(covered) == {source.uri for agency in AGENCIES.values() for source in agency.sources}
    assert all(now - data.covers_until < timedelta(seconds=2) for data in covered.values())
    first = min(event.envelope.time for _, _, event in sent)
    assert all(data.covers_from <= first for data in covered.values())


def ends(sent, now):
    """Days from today to the printed end, by passport number."""
    today = now.astimezone(WIB).date()
    entries = [event.data for event in kinds(sent, "crossing") if event.action == "entry" and event.data.valid_until]
    return {data.person.documents[0].number: (data.valid_until - today).days for data in entries}


def test_the_people_of_the_story_are_there(sent, now):
    found = ends(sent, now)
    assert [found[somebody(number).number] for number in (1, 2, 3)] == [-5, -4, 6]
    after_the_end = [
        event
        for event in kinds(sent, "lodging")
        if event.action == "check_in" and event.data.person.documents[0].number == somebody(1).number
    ]
    assert max(event.data.check_in_at for event in after_the_end) > now - timedelta(days=5)
    paid = [event for event in kinds(sent, "permit") if event.action == "fee_paid"]
    assert somebody(4).number in {event.data.person.documents[0].number for event in paid}
    assert found[somebody(4).number] < 0
    assert kinds(sent, "impediment")[0].data.person.documents[0].number == somebody(5).number


def test_one_number_has_two_birth_dates(sent):
    births = {}
    for _, _, event in sent:
        for _, person in event.persons():
            births.setdefault(person.documents[0].number, set()).add(person.birth_date)
    assert [number for number, dates in births.items() if len(dates) > 1] == [somebody(6).number]


def test_one_citizen_one_border_pass_and_about_25_people(sent):
    people = {person.documents[0].number for _, _, event in sent for _, person in event.persons()}
    assert 22 <= len(people) <= 30
    assert sum(1 for _, _, event in sent if citizen_paths(event)) == 1
    assert any(event.data.on_border_pass for event in kinds(sent, "crossing"))
    assert 24 <= len(kinds(sent, "crossing")) <= 60


def test_nobody_in_it_has_papers_of_a_real_state_except_the_citizen(sent):
    issuers = {d.issuer for _, _, event in sent for _, person in event.persons() for d in person.documents}
    assert issuers == {"UTO", "IDN"}


def test_what_can_be_published_by_hand_is_sound(now):
    following = what_next(now)
    for agency, event in following.values():
        read = parse_event(json.dumps(event), now)
        assert AGENCIES[agency].allows(read.kind, read.action)
        assert read.data.person.documents[0].number == somebody(2).number
        assert event["type"] in (type_of("lodging"), type_of("crossing"))


def test_events_of_an_agency_are_in_order_of_time(sent):
    for code in AGENCIES:
        times = [event.envelope.time for agency, _, event in sent if agency == code]
        assert all(one <= other for one, other in pairwise(times))
