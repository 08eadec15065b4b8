from gateway.texts import Texts, read_catalogue
from gateway.timeline import timeline

ENGLISH = Texts(read_catalogue(), "en")


def event(key, kind, action, at, data=None):
    told = {"key": key, "kind": kind, "action": action, "at": at, "received_at": at, "agency": "a", "source": "s"}
    return {**told, "superseded": key == "old", "data": data or {}}


def test_events_are_told_newest_first_in_words():
    items = timeline(
        [
            event(
                "old", "crossing", "entry", "2026-01-01T08:00:00+07:00", {"post": "BADAU", "valid_until": "2026-01-31"}
            ),
            event("new", "check", None, "2026-01-09T08:00:00+07:00", {"kind": "person", "village": "61.06.14.2001"}),
            event("odd", "future", "kind", "2026-01-05T08:00:00+07:00"),
        ],
        ENGLISH,
        lambda agency, source: f"{agency}/{source}",
    )
    assert [item.title for item in items] == ["Check of a person", "future", "Entered Indonesia"]
    assert items[2].details == ("BADAU", "valid until 31 Jan 2026")
    assert [item.superseded for item in items] == [False, False, True]
    assert items[0].sender == "a/s"
