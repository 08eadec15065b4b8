import pytest

from chassis.errors import Problem
from gateway.purpose import DESK, NO_PURPOSE, Kind, Purpose, is_about, parse


@pytest.mark.parametrize(
    ("header", "purpose"),
    [
        (None, NO_PURPOSE),
        ("", NO_PURPOSE),
        ("desk", DESK),
        (" desk ", DESK),
        ("order:W.18/IMI-123/2026", Purpose(Kind.ORDER, "W.18/IMI-123/2026")),
        ("order: SP 12/VII/2026", Purpose(Kind.ORDER, "SP 12/VII/2026")),
        ("alert:ab12-_", Purpose(Kind.ALERT, "ab12-_")),
        ("matter:77aa", Purpose(Kind.MATTER, "77aa")),
        ("case:c1", Purpose(Kind.CASE, "c1")),
    ],
)
def test_a_purpose_is_read_from_its_header(header, purpose):
    assert parse(header) == purpose


@pytest.mark.parametrize(
    "header",
    ["none", "order", "order:", "order:x", "desk:1", "alert:", "alert:../x", "matter:a b", "friend:1", "ORDER:12"],
)
def test_anything_else_is_refused(header):
    with pytest.raises(Problem) as caught:
        parse(header)
    assert caught.value.status == 400


@pytest.mark.parametrize("text", ["desk", "order:12/2026", "alert:a1", "matter:m1"])
def test_a_purpose_is_written_as_it_is_read(text):
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("alert", "holds"),
    [
        ({"state": "open", "subject": {"kind": "person", "id": "p"}}, True),
        ({"state": "held", "subject": {"kind": "person", "id": "p"}}, True),
        ({"state": "in_review", "subject": {"kind": "person", "id": "p"}}, True),
        ({"state": "withdrawn", "subject": {"kind": "person", "id": "p"}}, False),
        ({"state": "dismissed", "subject": {"kind": "person", "id": "p"}}, False),
        ({"state": "open", "subject": {"kind": "person", "id": "other"}}, False),
        ({"state": "open", "subject": {"kind": "party", "id": "p"}}, False),
        ({}, False),
    ],
)
def test_only_an_open_alert_about_the_person_is_a_reason(alert, holds):
    assert is_about(alert, "p") is holds
