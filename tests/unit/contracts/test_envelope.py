import json
from datetime import timedelta

import pytest

from contracts.events import MAX_EVENT_BYTES, Refused, parse_event, type_of


def refused(event, now):
    with pytest.raises(Refused) as caught:
        parse_event(event, now)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize("name", ["id", "source", "type", "time", "specversion"])
def test_the_envelope_is_complete(name, example, now):
    event = example("crossing.exit")
    del event[name]
    assert refused(event, now) == ("missing_field", name)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"specversion": "0.3"}, ("wrong_value", "specversion")),
        ({"id": ""}, ("wrong_value", "id")),
        ({"id": " "}, ("wrong_value", "id")),
        ({"id": 7}, ("wrong_value", "id")),
        ({"source": "a b"}, ("wrong_value", "source")),
        ({"type": "id.tapal.crossing.v2"}, ("unknown_type", "type")),
        ({"type": "crossing"}, ("unknown_type", "type")),
        ({"time": "2026-11-20T09:15:00"}, ("no_offset", "time")),
        ({"time": "2026-11-20"}, ("wrong_value", "time")),
        ({"time": "0001-01-01T00:00:00+14:00"}, ("wrong_value", "time")),
        ({"time": 1763600000}, ("wrong_value", "time")),
        ({"time": "2026-02-30T00:00:00Z"}, ("wrong_value", "time")),
        ({"sequence": "12a"}, ("wrong_value", "sequence")),
        ({"sequence": -1}, ("wrong_value", "sequence")),
        ({"sequence": True}, ("wrong_value", "sequence")),
        ({"sequence": 2**53}, ("wrong_value", "sequence")),
        ({"timeprecision": "hour"}, ("wrong_value", "timeprecision")),
        ({"channel": "fax"}, ("wrong_value", "channel")),
        ({"datacontenttype": "text/xml"}, ("wrong_value", "datacontenttype")),
        ({"corrects": "a", "voids": "b"}, ("not_applicable", "corrects")),
        ({"voids": "a"}, ("not_applicable", "data")),
        ({"data": None}, ("missing_field", "data")),
        ({"data": "e30="}, ("wrong_value", "data")),
        ({"data": []}, ("wrong_value", "data")),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(change, outcome, example, now):
    assert refused({**example("crossing.exit"), **change}, now) == outcome


def test_an_event_replaces_or_voids_another_never_itself(example, now):
    event = example("crossing.exit")
    assert refused({**event, "corrects": event["id"]}, now)[0] == "wrong_value"


def test_sequences_count_as_number_and_as_digits(example, now):
    event = example("crossing.exit")
    assert parse_event({**event, "sequence": "007"}, now).envelope.sequence == 7
    assert parse_event({**event, "sequence": 7}, now).envelope.sequence == 7


def test_unknown_attributes_are_dropped(example, now):
    envelope = parse_event({**example("crossing.exit"), "subject": "x", "agency": "imigrasi"}, now).envelope
    assert not hasattr(envelope, "subject")
    assert not hasattr(envelope, "agency")


@pytest.mark.parametrize(("ahead", "fits"), [(600, True), (601, False)], ids=["at the limit", "just over"])
def test_an_event_may_run_ten_minutes_ahead(ahead, fits, example, now):
    event = {**example("crossing.exit"), "time": (now + timedelta(seconds=ahead)).isoformat()}
    if fits:
        assert parse_event(event, now).data is not None
    else:
        assert refused(event, now) == ("time_in_future", "time")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b'{"id": 1, "id": 2}',
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
        b"[" * 50_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
    ],
    ids=["empty", "not utf-8", "cut", "null", "list", "text", "twice", "nan", "lone surrogate", "deep", "huge number"],
)
def test_what_is_not_one_json_object_is_unreadable(raw, now):
    assert refused(raw, now) == ("unreadable", "")


def test_an_event_has_a_largest_size(example, now):
    raw = json.dumps(example("crossing.exit")).encode()
    assert parse_event(raw + b" " * (MAX_EVENT_BYTES - len(raw)), now).kind == "crossing"
    assert refused(raw + b" " * (MAX_EVENT_BYTES - len(raw) + 1), now) == ("too_large", "")


def test_type_names():
    assert type_of("source.status") == "id.tapal.source.status.v1"


def test_events_cannot_be_changed(example, now):
    event = parse_event(example("crossing.exit"), now)
    with pytest.raises(ValueError, match="frozen"):
        event.data.post = "x"
    with pytest.raises(AttributeError):
        event.envelope = None
