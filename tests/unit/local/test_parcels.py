"""The centre's side of a stick."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tapal_client import parcel
from tapal_client.parcel import Faulty, Sender, key_text
from tapal_local.parcels import Parcels
from tapal_local.provision import read_agencies
from tapal_local.vault import Vault

ROOT = Path(__file__).parents[3]
HOTEL = "/phri-kh/hotel-kapuas"
KEY = Ed25519PrivateKey.generate()
SENDER = Sender("phri-kh", HOTEL)


def event(source=HOTEL, **more):
    return {"id": "a", "source": source, **more}


@pytest.fixture
def parcels(tmp_path):
    found = Parcels(Vault(tmp_path / "secrets"), read_agencies(ROOT / "deploy" / "agencies"))
    found.register("phri-kh/hotel-kapuas", key_text(KEY.public_key().public_bytes_raw()))
    return found


def packed(parcels, *events, sender=SENDER, key=KEY):
    return parcel.pack([json.dumps(e).encode() for e in events], sender, key, parcels.centre().box)


def test_what_comes_on_a_stick_says_so_and_what_its_source_marked_keeps_its_mark(parcels):
    opened = parcels.open(packed(parcels, event(), event(channel="system")))
    assert (opened.agency, opened.source.code) == ("phri-kh", "hotel-kapuas")
    assert [e["channel"] for e in opened.events] == ["usb", "system"]


def test_a_source_puts_nothing_into_the_mouth_of_another(parcels):
    with pytest.raises(Faulty, match="not its source's own"):
        parcels.open(packed(parcels, event(), event("/phri-kh/hotel-sentarum")))
    with pytest.raises(Faulty, match="not registered"):
        parcels.open(packed(parcels, event(), sender=Sender("phri-kh", "/phri-kh/hotel-sentarum")))
    with pytest.raises(Faulty, match="no source"):
        parcels.open(packed(parcels, event(), sender=Sender("polres", HOTEL)))
    with pytest.raises(Faulty, match="another key"):
        parcels.open(packed(parcels, event(), key=Ed25519PrivateKey.generate()))


def test_the_keys_of_the_centre_stay_the_same(parcels, tmp_path):
    again = Parcels(Vault(tmp_path / "secrets"), read_agencies(ROOT / "deploy" / "agencies"))
    assert again.centre() == parcels.centre()
    assert (tmp_path / "secrets" / "centre.box.pem").stat().st_mode & 0o777 == 0o600


def test_a_parcel_of_the_sample_region_can_be_taken_in_again(parcels):
    opened = parcels.open(parcels.pack([event("/polres/spkt"), event("/polres/spkt", id="b")]))
    assert [e["id"] for e in opened.events] == ["a", "b"]
    with pytest.raises(Faulty, match="one source"):
        parcels.pack([event(), event("/polres/spkt")])


@pytest.mark.parametrize("key", ["", "abc", "!" * 43, "A" * 44])
def test_only_a_whole_key_of_a_known_source_is_registered(parcels, key):
    with pytest.raises(Faulty):
        parcels.register("phri-kh/hotel-kapuas", key)
    with pytest.raises(Faulty):
        parcels.register("phri-kh/hotel-nowhere", "A" * 43)
