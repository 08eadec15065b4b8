"""What the alerts' processes refuse in live mode."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from alerts.settings import AlertsSettings

BASE = {
    **{"name": "alerts", "http_port": 0, "amqp_url": "amqp://x", "mongo_url": "mongodb://x", "mongo_database": "x"},
    **{
        "agencies_dir": Path(),
        "digest_key_file": Path(),
        "statement_public_key_file": Path(),
        "texts_key_file": Path(),
    },
}


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"webhook_plain_http": True}, "webhook_plain_http"),
        ({"roles": "protection"}, "rota_file"),
    ],
)
def test_live_mode_takes_no_plain_webhooks_and_no_desk_without_a_rota(fields, lacking):
    with pytest.raises(ValidationError, match=lacking):
        AlertsSettings(**BASE, **fields, mode="live")
    assert AlertsSettings(**BASE, **fields).mode == "practice"


def test_live_mode_is_open_to_the_rest():
    assert AlertsSettings(**BASE, roles="protection", rota_file=Path("rota.json"), mode="live").mode == "live"
