"""How far a purpose leads into the history of a party, whatever that history is."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.parties import limited, people_of
from gateway.purpose import is_about

PEOPLE = st.sampled_from(["person-1", "person-2", "person-3", "person-4"])
EVENTS = st.lists(
    st.fixed_dictionaries({"key": st.text("abc", min_size=1), "people": st.lists(PEOPLE, unique=True)}), max_size=8
)


@given(events=EVENTS, live=st.lists(PEOPLE, unique=True), person=PEOPLE)
def test_an_alert_about_one_person_shows_nobody_else_and_says_how_many_there_are(events, live, person):
    shown = limited({"id": "party-1", "people": live, "events": events}, person)
    assert {*people_of(shown), *shown["people"]} <= {person}
    assert [event["key"] for event in shown["events"]] == [event["key"] for event in events]
    assert shown["others"] == len({who for event in events for who in event["people"] if who != person})


@given(events=EVENTS)
def test_everybody_named_in_any_event_is_of_the_people_on_record(events):
    assert all({*event["people"]} <= {*people_of({"events": events})} for event in events)


def test_an_alert_about_a_party_is_about_no_person_of_the_same_id():
    alert = {"state": "open", "subject": {"kind": "party", "id": "x1"}}
    assert is_about(alert, "x1", "party")
    assert not is_about(alert, "x1")
    assert not is_about({**alert, "state": "withdrawn"}, "x1", "party")
