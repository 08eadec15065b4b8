"""What the receiver checks fits what the sender signs."""

import base64

import pytest

from alerts.notify.signing import headers, written
from tapal_client.webhooks import NotGenuine, verify

SECRET, OTHER = b"k" * 32, b"o" * 32
BODY = b'{"id":"n1"}'
NOW = 1_772_400_000


def signed(*secrets: bytes) -> dict[str, str]:
    return headers("n1", NOW, BODY, secrets or (SECRET,))


def test_a_genuine_webhook_is_known_by_its_id():
    assert verify([written(SECRET)], signed(), BODY, now=NOW + 300) == "n1"


def test_the_signature_is_that_of_the_specification():
    # The example of the specification's own reference libraries.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [secret])
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_either_side_may_change_over_first():
    while_rotating = {name.title(): value for name, value in signed(OTHER, SECRET).items()}
    assert verify([written(SECRET)], while_rotating, BODY, now=NOW)
    assert verify([written(OTHER)], while_rotating, BODY, now=NOW)
    assert verify([written(OTHER), written(SECRET)], signed(SECRET), BODY, now=NOW)


@pytest.mark.parametrize(
    ("changed", "body", "now"),
    [
        ({}, BODY + b" ", NOW),
        ({"webhook-id": "n2"}, BODY, NOW),
        ({"webhook-timestamp": str(NOW + 1)}, BODY, NOW),
        ({"webhook-timestamp": "-1"}, BODY, NOW),
        ({"webhook-id": ""}, BODY, NOW),
        ({"webhook-signature": ""}, BODY, NOW),
        ({"webhook-signature": "v1,not base64 v1,€"}, BODY, NOW),
        ({}, BODY, NOW + 301),
        ({}, BODY, NOW - 301),
    ],
)
def test_what_was_changed_or_is_of_another_time_is_not_genuine(changed, body, now):
    with pytest.raises(NotGenuine):
        verify([written(SECRET)], signed() | changed, body, now=now)


def test_another_secret_is_not_genuine():
    with pytest.raises(NotGenuine):
        verify([written(OTHER)], signed(), BODY, now=NOW)
