"""A parcel on a stick, and the reply to it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tapal_client.parcel import (
    MAGIC,
    Centre,
    Faulty,
    Sender,
    answer,
    key_text,
    keys_of,
    open_parcel,
    open_reply,
    pack,
    sender_of,
)

SENDER = Sender("phri-kh", "/phri-kh/hotel-kapuas")
EVENTS = [b'{"id":"a"}', b'{"id":"b"}']
SIGNING, CENTRE, CENTRE_SIGNING = (
    Ed25519PrivateKey.generate(),
    X25519PrivateKey.generate(),
    Ed25519PrivateKey.generate(),
)
PUBLIC = SIGNING.public_key().public_bytes_raw()
BOX = CENTRE.public_key().public_bytes_raw()
KEYS = Centre(BOX, CENTRE_SIGNING.public_key().public_bytes_raw())
PARCEL = pack(EVENTS, SENDER, SIGNING, BOX)


def test_the_centre_reads_what_was_put_in():
    assert sender_of(PARCEL) == SENDER
    assert open_parcel(PARCEL, PUBLIC, CENTRE) == EVENTS


def test_a_parcel_of_nothing_holds_nothing():
    assert open_parcel(pack([], SENDER, SIGNING, BOX), PUBLIC, CENTRE) == []


def test_nothing_can_be_read_on_the_way():
    assert b'"id"' not in PARCEL


@given(st.integers(0, len(PARCEL) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_refused(place, change):
    changed = bytearray(PARCEL)
    changed[place] ^= change
    with pytest.raises(Faulty):
        open_parcel(bytes(changed), PUBLIC, CENTRE)


@given(st.integers(0, len(PARCEL) - 1))
def test_a_parcel_cut_off_anywhere_is_refused(length):
    with pytest.raises(Faulty):
        open_parcel(PARCEL[:length], PUBLIC, CENTRE)


@given(st.binary(max_size=300))
def test_anything_else_is_refused(content):
    for parcel in (content, MAGIC + content):
        with pytest.raises(Faulty):
            open_parcel(parcel, PUBLIC, CENTRE)


def test_another_source_cannot_pass_for_this_one():
    forged = pack(EVENTS, SENDER, Ed25519PrivateKey.generate(), BOX)
    with pytest.raises(Faulty, match="another key"):
        open_parcel(forged, PUBLIC, CENTRE)


def test_another_centre_cannot_open_it():
    with pytest.raises(Faulty, match="another centre"):
        open_parcel(PARCEL, PUBLIC, X25519PrivateKey.generate())


def test_a_reply_is_read_by_its_source_alone_and_only_whole():
    receipt = {"id": "a", "outcome": "accepted", "code": "accepted"}
    reply = answer([receipt], SENDER, CENTRE_SIGNING)
    assert open_reply(reply, SENDER, KEYS) == [receipt]
    for faulty in (reply[:-1], reply.replace(b"accepted", b"rejected"), b"", reply + b"x"):
        with pytest.raises(Faulty):
            open_reply(faulty, SENDER, KEYS)
    with pytest.raises(Faulty, match="another source"):
        open_reply(reply, Sender("phri-kh", "/phri-kh/hotel-sentarum"), KEYS)


def test_a_reply_names_no_call_for_protection():
    receipts = [
        {"id": name, "outcome": "accepted", "code": code} for name, code in (("a", "accepted"), ("b", "received"))
    ]
    reply = answer(receipts, SENDER, CENTRE_SIGNING)
    assert reply == answer(receipts[:1], SENDER, CENTRE_SIGNING)
    assert open_reply(reply, SENDER, KEYS) == receipts[:1]


def test_keys_are_passed_on_as_text():
    assert all(keys_of(key_text(bytes([n] * 32))) == bytes([n] * 32) for n in range(256))
    assert not any(key_text(bytes([n] * 32)).startswith("-") for n in range(256))
    assert Centre.read(f" {KEYS}\n") == KEYS
    with pytest.raises(ValueError, match="not a key"):
        keys_of("abc")
