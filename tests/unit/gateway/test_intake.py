import json

import pytest

from contracts.agencies import Agency, Names, Source
from contracts.events import Refused
from gateway.intake import MAX_EVENTS, sort, split
from gateway.senders import Sender

NAMES = Names(id="H", en="H")
SOURCE = Source(code="h", uri="/phri-kh/h", names=NAMES, rhythm_hours=24)
OWNER = Agency(code="phri-kh", names=NAMES, area=(), may_send={"lodging": "*"}, sources=(SOURCE,), contact="H")
HOTEL = Sender(OWNER, SOURCE)


def event(**changed):
    return {"id": "1", "source": "/phri-kh/h", "type": "id.tapal.lodging.v1", "data": {"n": 1.0}, **changed}


def test_each_event_of_a_batch_keeps_its_own_bytes():
    body = b'[ {"a": 1.0, "t": "],{"}\n , {"b":[2,{}]} ,3]'
    assert split(body, batch=True) == [b'{"a": 1.0, "t": "],{"}', b'{"b":[2,{}]}', b"3"]


def test_a_single_event_is_left_as_it_is():
    assert split(b"\xff no json", batch=False) == [b"\xff no json"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable"),
        (b"{}", "unreadable"),
        (b"[1,", "unreadable"),
        (b'[{"a":1,"a":2}]', "unreadable"),
        (json.dumps([1] * (MAX_EVENTS + 1)).encode(), "too_large"),
    ],
)
def test_a_batch_that_is_none_is_refused(body, code):
    with pytest.raises(Refused) as caught:
        split(body, batch=True)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        (b"no json", "unreadable", ""),
        (b"3", "unreadable", ""),
        (event(id=""), "missing_field", "id"),
        (event(id=7), "missing_field", "id"),
        ({"id": "1", "source": "/phri-kh/h"}, "missing_field", "type"),
        (event(source="/phri-kh/other"), "unknown_source", "source"),
        (event(note="x" * 70_000), "too_large", ""),
    ],
)
def test_what_is_not_this_senders_event_is_refused_with_its_field(sent, code, field):
    raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    found = sort(4, raw, HOTEL)
    assert found.refused is not None
    assert (found.index, found.refused.code, found.refused.field) == (4, code, field)


@pytest.mark.parametrize(
    ("kind", "sealed"),
    [
        ("id.tapal.lodging.v1", False),
        ("id.tapal.protection.v1", True),
        ("id.tapal.protection.v2", True),
        ("ID.TAPAL.PROTECTION.V1", True),
        ("nonsense", False),
    ],
)
def test_anything_that_speaks_of_protection_takes_the_sealed_way(kind, sealed):
    found = sort(0, json.dumps(event(type=kind)).encode(), HOTEL)
    assert found.refused is None
    assert found.sealed is sealed
