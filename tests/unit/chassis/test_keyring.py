"""Keys at rest: what is sealed opens with its key, in its place, under any master that is still in the file."""

import os

import pytest

from chassis.cipher import OtherKey, decrypt, encrypt, new_key
from chassis.keyring import Keyring, line_of_new_master


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "master.key"
    file.write_text(line_of_new_master())
    return file


def test_what_is_sealed_opens_in_its_place_only_and_never_looks_the_same_twice():
    key = new_key()
    sealed = encrypt(key, b"said", "log", "e1", "person")
    assert decrypt(key, sealed, "log", "e1", "person") == b"said"
    assert encrypt(key, b"said", "log", "e1", "person") != sealed
    for place in (("log", "e2", "person"), ("log", "e1", "persons.0"), ("log", "e1p", "erson")):
        with pytest.raises(ValueError, match="place"):
            decrypt(key, sealed, *place)
    with pytest.raises(ValueError, match="place"):
        decrypt(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "log", "e1", "person")
    with pytest.raises(OtherKey):
        decrypt(new_key(), sealed, "log", "e1", "person")


def test_a_new_master_wraps_from_now_on_and_the_old_one_still_reads(file):
    keyring, key = Keyring(file), new_key()
    old = keyring.current
    wrapped = keyring.wrap(old, key, "persons", "p1", "")
    file.write_text(file.read_text() + line_of_new_master())
    os.utime(file, ns=(1, 1))
    new = keyring.current
    assert new != old
    assert keyring.unwrap(old, wrapped, "persons", "p1", "") == key
    again = keyring.wrap(new, key, "persons", "p1", "")
    assert Keyring(file).unwrap(new, again, "persons", "p1", "") == key
    for place in (("persons", "p2", ""), ("log", "p1", "")):
        with pytest.raises(ValueError, match="place"):
            keyring.unwrap(new, again, *place)


def test_a_master_that_is_gone_reads_nothing(file):
    keyring = Keyring(file)
    wrapped = keyring.wrap(keyring.current, new_key(), "log", "e1", "")
    gone = keyring.current
    file.write_text(line_of_new_master())
    with pytest.raises(ValueError, match=gone):
        Keyring(file).unwrap(gone, wrapped, "log", "e1", "")


@pytest.mark.parametrize("text", ["", "one 00ff\n"])
def test_a_file_without_a_sound_key_is_refused(file, text):
    file.write_text(text)
    with pytest.raises(ValueError, match="master key"):
        Keyring(file)
