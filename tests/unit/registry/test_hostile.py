"""Whatever arrives is read or refused with a reason of its own, and the refusal can be stored."""

import json
from datetime import UTC, datetime

import pytest
from hostile import hostile, sound
from synthetic import AGENCIES, HASHER, MATCHER, NOW, entry, passport

from chassis.bus import Incoming
from contracts.events import Refused
from registry.drafts import Reader
from registry.refused import of_message

READER = Reader(AGENCIES, HASHER, MATCHER, lambda: datetime.now(UTC))
MESSAGES = [*sound(7, "zq7", 30), *hostile(7, "zq7", 2000)]


def read(body: bytes) -> Refused | None:
    """The refusal; any other fault fails the test."""
    try:
        READER.read(Incoming("intake.plbn-badau", body))
    except Refused as refused:
        return refused
    return None


@pytest.mark.parametrize("label", sorted({message.label for message in MESSAGES}))
def test_hostile_messages_are_refused_with_a_reason(label):
    for message in (one for one in MESSAGES if one.label == label):
        refused = read(message.body)
        if message.fate != "any":
            assert (refused is None) == (message.fate == "accepted"), message.body[:500]
        if refused is not None:
            record = of_message("plbn-badau", message.body, refused, HASHER, NOW).document()
            assert record["code"] != "internal"


@pytest.mark.parametrize("depth", [33, 900, 960, 990, 20_000])
def test_what_is_nested_too_deep_is_refused_and_can_be_kept(depth):
    body = json.loads(entry(passport(), 0, 29).body)
    text = f'{json.dumps(body)[:-1]}, "comexamplex": {"[" * depth}{"]" * depth}}}'.encode()
    refused = read(text)
    assert refused is not None
    assert refused.code == "unreadable"
    assert of_message("plbn-badau", text, refused, HASHER, NOW).raw == text


@pytest.mark.parametrize("number", ["1e400", "9007199254740993", "9" * 400])
def test_a_number_that_cannot_be_said_exactly_is_unreadable_not_our_fault(number):
    body = json.loads(entry(passport(), 0, 29).body)
    refused = read(f'{json.dumps(body)[:-1]}, "comexamplen": {number}}}'.encode())
    assert refused is not None
    assert refused.code == "unreadable"
