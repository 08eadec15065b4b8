"""What a notice says: opaque ids, and nothing from which anybody or any cause could be known."""

import json

import pytest
from notices import case_change, change, item, notice

from alerts.notify.bodies import Envelope, letter, task_letter, webhook_body
from alerts.notify.items import item_of

ENVELOPE = Envelope("Tapal <tapal@kanim.example>", "https://tapal.example/")
TO = "piket@kanim.example"


def test_a_webhook_is_a_cloud_event_with_ids_alone():
    told = json.loads(webhook_body(notice(item_of(change(state="held")), kind="digest")))
    assert {name: told[name] for name in ("specversion", "id", "source", "type")} == {
        "specversion": "1.0",
        "id": "n1",
        "source": "/tapal/alerts",
        "type": "id.tapal.notice.digest.v1",
    }
    assert told["data"] == {
        "alerts": [
            {
                "alert": "a1",
                "revision": 1,
                "rule": "R02a",
                "severity": 3,
                "state": "held",
                "updated_at": "2026-03-02T10:00:00+07:00",
            }
        ],
        "cases": [],
    }


@pytest.mark.parametrize("state", ["open", "held", "withdrawn"])
def test_nothing_of_an_alert_but_its_id_rule_urgency_and_state_is_in_any_body(state):
    secret = change(state=state)
    for body in (webhook_body(notice(item_of(secret))).decode(), str(letter(notice(item_of(secret)), TO, ENVELOPE))):
        for word in ("person-1", "61.06.14.2001", "stay-end", "administrative", "polres", "imigrasi"):
            assert word not in body


def test_every_held_alert_looks_the_same_whatever_holds_it():
    faces = {webhook_body(notice(item_of(change(state="held", side=side)))) for side in ("administrative", "quality")}
    assert len(faces) == 1


def test_a_letter_speaks_indonesian_first_and_leads_to_the_console():
    told = letter(notice(item("a1", severity=4), item("a2", state="held"), item("a3", state="withdrawn")), TO, ENVELOPE)
    text = told.get_content()
    assert told["subject"] == "Tapal: 3 peringatan perlu dilihat"
    assert told["message-id"] == "<n1@kanim.example>"
    indonesian, english = text.index("- R02a, urgensi sekarang, perlu klarifikasi"), text.index("urgency now, needs")
    assert indonesian < english
    for words in ("ditahan: https://tapal.example/alerts/a2", "withdrawn: https://tapal.example/alerts/a3"):
        assert words in text


def test_a_digest_says_so_and_a_long_one_counts_the_rest():
    many = [item(f"a{n}", severity=1) for n in range(130)]
    told = letter(notice(*many, kind="digest"), TO, ENVELOPE)
    assert told["subject"] == "Tapal: 130 peringatan perlu dilihat"
    assert "Ringkasan harian." in told.get_content()
    assert "- dan 30 lagi: https://tapal.example/alerts" in told.get_content()


def test_the_protection_desk_is_told_that_there_is_a_task_and_nothing_else():
    told = task_letter("t1", TO, ENVELOPE)
    assert told["subject"] == "Tapal: Anda punya tugas / You have a task"
    words = set(told.get_content().split())
    assert words == {"Anda", "punya", "tugas.", "You", "have", "a", "task.", "https://tapal.example"}


def test_a_case_is_told_by_its_id_urgency_state_and_level():
    risen = item_of(case_change(level="head", outcome="deported"))
    told = json.loads(webhook_body(notice(risen)))["data"]
    assert told["alerts"] == []
    assert set(told["cases"][0]) == {"case", "revision", "severity", "state", "level", "updated_at"}
    written = letter(notice(item("a1"), risen, item_of(case_change("c2", state="closed"))), TO, ENVELOPE)
    assert written["subject"] == "Tapal: 1 peringatan dan 2 kasus perlu dilihat"
    text = written.get_content()
    assert "- kasus naik ke kepala kantor, urgensi hari ini, dibuka: https://tapal.example/cases/c1" in text
    assert "- case, urgency today, closed: https://tapal.example/cases/c2" in text
    assert "deported" not in text + webhook_body(notice(risen)).decode()
