import json
from datetime import timedelta

import pytest
from memory import Memory, after
from synthetic import NOW, READER, day, draft, entry, event, leaving, moment, night, passport

from chassis.bus import Incoming
from contracts.events import MAX_EVENT_BYTES, Refused
from registry.drafts import Misrouted

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
A_RENEWED = passport("A101")


def replaced(old: str, new: str):
    data = {
        "action": "replaced",
        "document": {"kind": "passport", "number": old, "issuer": "UTO"},
        "new_document": {"kind": "passport", "number": new, "issuer": "UTO"},
        "person": {"name": {"full": "Amir Sintetis"}},
    }
    return event("imigrasi", "document", data, moment(3))


def test_a_repeat_gets_the_first_outcome_and_changes_nothing():
    memory = Memory()
    memory.receive(entry(A, 0, 29))
    before = memory.people()
    outcomes, _ = memory.receive(entry(A, 0, 29))
    assert [(o.code, o.repeat) for o in outcomes] == [("accepted", True)]
    assert memory.people() == before


def test_a_repeat_announces_the_current_version_again():
    memory = Memory()
    _, first = memory.receive(entry(A, 0, 29))
    _, again = memory.receive(entry(A, 0, 29))
    versions = [m.version for found in (first, again) for m in found.messages if m.TYPE == "person.changed"]
    assert versions == [1, 1]


def test_other_content_under_an_accepted_id_is_refused_and_the_first_stands():
    memory = Memory()
    memory.receive(entry(A, 0, 29, id="1"))
    before = memory.people()
    outcomes, _ = memory.receive(entry(A, 0, 59, id="1"))
    assert [o.code for o in outcomes] == ["id_conflict"]
    assert memory.people() == before


def test_the_same_id_from_another_agency_is_another_event():
    outcomes, _ = Memory().receive(entry(A, 0, 29, id="1"), entry(A, 0, 29, id="1", agency="imigrasi"))
    assert [o.code for o in outcomes] == ["accepted", "accepted"]


def test_spelling_of_a_number_does_not_make_another_person():
    assert len(after(entry(A, 0, 29), entry(passport("a 100"), 3, 29)).people()) == 1


def test_a_number_of_another_state_is_another_person():
    assert len(after(entry(A, 0, 29), entry(passport("A100", "XOM"), 3, 29)).people()) == 2


def test_an_event_that_names_two_documents_makes_two_persons_one():
    memory = after(entry(A, 0, 29), night(A_RENEWED, 33))
    assert len(memory.people()) == 2
    _, announced = memory.receive(replaced("A100", "A101"))
    assert len(memory.people()) == 1
    tombstones = [m for m in announced.messages if getattr(m, "merged_into", None)]
    assert len(tombstones) == 1
    assert len(memory.only().presences) == 1


def test_a_repeat_of_a_merge_announces_the_tombstone_again():
    memory = after(entry(A, 0, 29), night(A_RENEWED, 33), replaced("A100", "A101"))
    _, again = memory.receive(replaced("A100", "A101"))
    assert sum(bool(getattr(m, "merged_into", None)) for m in again.messages) == 1


def test_an_event_without_a_document_makes_its_own_person():
    nameless = {"name": {"full": "Amir Sintetis"}}
    assert len(after(night(nameless, 3), night(nameless, 4, ref="2")).people()) == 2


def on_hold(memory):
    return [person for person, hold in memory.world.holds.items() if hold.causes]


def test_one_document_with_two_birth_dates_is_two_persons_and_both_wait_for_a_human():
    memory = after(entry(A, 0, 29))
    _, announced = memory.receive(night(passport("A100", birth_date="1971-12-31"), 5))
    assert len(memory.people()) == 2
    holds = [m for m in announced.messages if m.TYPE == "hold.changed"]
    assert [hold.on for hold in holds] == [True, True]
    [review] = [m for m in announced.messages if m.TYPE == "review.changed"]
    assert (review.kind, review.open, len(review.people)) == ("contradiction", True, 2)


def test_a_less_exact_birth_date_contradicts_nothing():
    memory = after(entry(A, 0, 29))
    _, announced = memory.receive(night(passport("A100", birth_date="1990"), 5))
    assert not [m for m in announced.messages if m.TYPE == "hold.changed"]


@pytest.mark.parametrize(
    ("other", "contested"),
    [("SINTETIS AMIR", False), ("Amir bin Sintetis", False), ("Zhou Wenqing", True)],
    ids=["another order", "a patronymic", "nothing in common"],
)
def test_only_names_that_share_nothing_contradict(other, contested):
    memory = after(entry(A, 0, 29), night(passport("A100", name={"full": other}), 5))
    assert (len(on_hold(memory)), len(memory.people())) == ((2, 2) if contested else (0, 1))


def test_a_hold_ends_when_the_contradicting_event_is_taken_back():
    memory = after(entry(A, 0, 29), night(passport("A100", birth_date="1971-12-31"), 5, id="1"))
    _, announced = memory.receive(event("phri-kh", "lodging", None, moment(6), voids="1"))
    assert [m.on for m in announced.messages if m.TYPE == "hold.changed"] == [False, False]
    assert on_hold(memory) == []


def citizen_entry():
    data = {"action": "exit", "person": passport("B1", "IDN", name={"full": "Warga Sintetis"}), "post": "BADAU"}
    return event("plbn-badau", "crossing", data, moment(0))


def test_a_citizens_crossing_is_counted_and_not_stored():
    found = draft(citizen_entry())
    assert (found.outcome, found.body, dict(found.parts), found.subjects) == ("not_stored_citizen", b"", {}, ())
    memory = Memory()
    memory.receive(citizen_entry())
    assert memory.people() == []


def test_a_citizen_among_checked_persons_is_left_out_of_everything():
    def found(person):
        return {
            "person": person,
            "documents_shown": "seen",
            "staying": "own_home",
            "activity": "none",
            "activity_basis": "seen",
            "host": {"kind": "person", "name": f"Tuan Rumah {person['documents'][0]['number']}"},
        }

    people = [found(passport("B1", "IDN", name={"full": "Warga Sintetis"})), found(A)]
    data = {
        "kind": "premises",
        "basis": "order",
        "order_no": "SP-1",
        "village": "61.06.14.2001",
        "screening": "done",
        "persons": people,
    }
    result = draft(event("polres", "check", data, moment(1)))
    assert list(result.parts) == ["persons.1"]
    assert "Warga" not in f"{result.body}{result.subjects}{result.parties}"
    assert list(result.parties) == ["persons.1.host"]


def test_a_listing_of_a_citizen_is_refused():
    data = {
        "action": "listed",
        "list": "wanted",
        "listing_no": "L1",
        "person": passport("B1", "IDN"),
        "authority": "polres",
        "ground": "KUHP",
        "from": day(0),
        "review_by": day(90),
    }
    with pytest.raises(Refused) as refused:
        draft(event("polres", "watchlist", data, moment(0)))
    assert refused.value.code == "citizen_listed"


def test_a_source_of_another_agency_is_refused():
    foreign = json.loads(entry(A, 0, 29).body) | {"source": "urn:tapal:polres:spkt"}
    with pytest.raises(Refused) as refused:
        draft(type(entry(A, 0, 29))("intake.plbn-badau", json.dumps(foreign).encode()))
    assert refused.value.code == "unknown_source"


def test_an_event_type_that_the_agency_may_not_send_is_refused():
    with pytest.raises(Refused) as refused:
        draft(entry(A, 0, 29, agency="phri-kh"))
    assert refused.value.code == "not_allowed"


def test_a_protection_event_on_the_open_way_is_not_read():
    with pytest.raises(Misrouted):
        draft(event("ppt", "protection", {"anything": "at all"}, moment(0)))


CALL = event("ppt", "protection", {"kind": "help"}, moment(0)).body


@pytest.mark.parametrize(
    "body",
    [CALL[:-9], CALL[:-1] + b', "id": "twice"}', CALL + b" " * MAX_EVENT_BYTES, b"\xff" + CALL, b"[" + CALL + b"]"],
    ids=["broken off", "a name twice", "too large", "wrongly encoded", "in a list"],
)
def test_what_may_be_a_call_for_protection_is_kept_out_of_quarantine_even_where_it_cannot_be_read(body):
    with pytest.raises(Misrouted):
        READER.read(Incoming("intake.ppt", body))


def test_the_log_keeps_persons_apart_from_the_rest():
    found = draft(entry(A, 0, 29))
    assert b"Amir" not in found.body
    assert b"A100" not in found.body
    assert b"Amir" in found.parts["person"]


def test_a_source_is_covered_no_further_than_the_moment_it_said_so():
    memory = Memory()
    status = {"covers_from": moment(0).isoformat(), "covers_until": moment(170).isoformat()}
    memory.receive(event("plbn-badau", "source.status", status, moment(160)))
    memory.receive(leaving(A, 160))
    [state] = memory.world.sources.values()
    # However much later the stick came on which it said so.
    assert state.covers == ((moment(0), moment(160)),)
    beyond = {"covers_from": moment(160).isoformat(), "covers_until": moment(999).isoformat()}
    memory.receive(event("plbn-badau", "source.status", beyond, NOW + timedelta(minutes=4)))
    assert state.covers == ((moment(0), draft(entry(A, 0, 1)).header.received_at),)


def reviews(announcements):
    return [m for m in announcements.messages if m.TYPE == "review.changed"]


def test_a_question_of_who_is_who_grows_in_version_and_a_repeat_tells_how_it_stands():
    memory = after(entry(A, 0, 29))
    asking = night(passport("A100", birth_date="1971-12-31"), 5, id="asks")
    [asked] = reviews(memory.receive(asking)[1])
    [settled] = reviews(memory.receive(event("phri-kh", "lodging", None, moment(6), voids="asks", id="v"))[1])
    assert (asked.review, asked.version, asked.open) == (settled.review, 1, True)
    assert (settled.version, settled.open) == (2, False)
    [again] = reviews(memory.receive(asking)[1])
    assert (again.version, again.open) == (2, False)
