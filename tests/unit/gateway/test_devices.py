from datetime import UTC, datetime, timedelta

from joserfc.jwk import OKPKey

from gateway.devices import KNOWN_FOR, Devices
from gateway.tokens import LIFETIME, Tokens
from gateway.viewers import Role, Viewer

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519")
DEVICES = Devices(KEY)


def test_a_device_is_known_to_the_account_that_logged_in_there():
    cookie = DEVICES.issue("operator", NOW)
    assert DEVICES.read(cookie, "operator", NOW)
    assert DEVICES.read(cookie, "polisi", NOW) is None
    assert DEVICES.read(cookie, "operator", NOW + KNOWN_FOR + timedelta(seconds=1)) is None
    assert DEVICES.cookie("operator") != DEVICES.cookie("polisi")


def test_two_logins_are_two_devices():
    first, second = [DEVICES.read(DEVICES.issue("operator", NOW), "operator", NOW) for _ in range(2)]
    assert first != second


def test_a_device_is_no_login_and_a_login_no_device():
    viewer = Viewer("operator", "Contoh", Role.OPERATOR, "imigrasi", NOW + LIFETIME, "s")
    assert Tokens(KEY).read(DEVICES.issue("operator", NOW), NOW) is None
    assert DEVICES.read(Tokens(KEY).issue(viewer, NOW), "operator", NOW) is None
    assert Devices(OKPKey.generate_key("Ed25519")).read(DEVICES.issue("operator", NOW), "operator", NOW) is None
    assert DEVICES.read("x.y.z", "operator", NOW) is None
