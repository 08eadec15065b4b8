"""A new listing meets everyone, a new person every listing; what goes out says exact or strong and no number."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory import Memory, after
from synthetic import HASHER, NOW, day, entry, event, moment, passport

from chassis.statement import Actor
from registry.decisions import Decider

OFFICER = Actor("sup", "supervisor", "imigrasi", "order:1")
NAMED = {"name": {"full": "Li Wei Contoh"}, "birth_date": "1971-12-31"}
SEEN = passport("B7", **NAMED)


def listed(who, on=3, no="W-1", **more):
    data = {"action": "listed", "list": "wanted", "listing_no": no, "person": who, "authority": "polres"}
    data |= {"ground": "KUHP-1", "from": day(0), "review_by": day(300)}
    return event("polres", "watchlist", data, moment(on), **more)


def ended(on=9, no="W-1"):
    return event("polres", "watchlist", {"action": "ended", "list": "wanted", "listing_no": no}, moment(on))


def matches(memory):
    """What was last announced of each living person, those who match something."""
    found = {}
    for state in memory.living():
        snapshot = memory.settler.snapshot(state, memory.settler.dossier(state), memory.world)
        if snapshot.watchlist:
            found[state.id] = [(match.match, match.ended_on is not None) for match in snapshot.watchlist]
    return sorted(found.values())


CASES = {
    "the number agrees": (passport("B7"), "exact"),
    "number, name and date agree": (SEEN, "exact"),
    "name and full birth date agree": (NAMED, "strong"),
    "another order of the name": ({**NAMED, "name": {"full": "CONTOH LI WEI"}}, "strong"),
    "a namesake born on another day": ({**NAMED, "birth_date": "1988-03-05"}, None),
    "another name, the same birthday": ({**NAMED, "name": {"full": "Gawing Nanta"}}, None),
}


@pytest.mark.parametrize(("who", "match"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("first", ["listing", "person"])
def test_a_listing_and_a_person_meet_whichever_came_first(who, match, first):
    arrivals = [listed(who), entry(SEEN, 0, 29)]
    memory = after(*(arrivals if first == "listing" else arrivals[::-1]))
    assert matches(memory) == ([[(match, False)]] if match else [])


def test_the_match_is_announced_at_once_and_says_no_number_and_no_name():
    memory = after(entry(SEEN, 0, 29))
    _, announced = memory.receive(listed(NAMED))
    changed = [m for m in announced.messages if m.TYPE == "person.changed" and m.watchlist]
    assert [m.watchlist[0].match for m in changed] == ["strong"]
    said = "".join(m.model_dump_json() for m in announced.messages)
    assert not [secret for secret in ("W-1", "B7", "Li Wei", "1971-12-31") if secret in said]


def test_an_ended_listing_is_announced_as_ended():
    memory = after(entry(SEEN, 0, 29), listed(NAMED))
    _, announced = memory.receive(ended())
    assert matches(memory) == [[("strong", True)]]
    assert any(m.TYPE == "person.changed" and m.watchlist for m in announced.messages)


def test_a_withdrawn_listing_matches_nobody():
    memory = after(entry(SEEN, 0, 29), listed(NAMED, id="l1"))
    memory.receive(event("polres", "watchlist", None, moment(5), voids="l1"))
    assert (matches(memory), memory.on_hold()) == ([], set())


def test_several_lists_are_told_apart():
    memory = after(entry(SEEN, 0, 29), listed(NAMED), listed(passport("B7"), no="W-2", on=4))
    assert matches(memory) == [[("exact", False), ("strong", False)]] or matches(memory) == [
        [("strong", False), ("exact", False)]
    ]


@pytest.mark.parametrize(("verdict", "found"), [("different", []), ("same", [[("exact", False)]])])
def test_a_human_says_whether_a_strong_match_is_this_person(verdict, found):
    memory = after(entry(SEEN, 0, 29), listed(NAMED))
    one, other = memory.living()
    decider = Decider(HASHER, OFFICER, NOW + timedelta(minutes=1))
    memory.take(decider.verdict(verdict, set(one.nodes), set(other.nodes), "looked at the picture"))
    assert matches(memory) == found


def test_somebody_listed_whom_nobody_has_seen_matches_nothing():
    assert matches(after(listed(SEEN), listed(NAMED, no="W-2"))) == []


@given(st.permutations([entry(SEEN, 0, 29), listed(NAMED), listed(passport("B7"), no="W-2", on=4), ended(no="W-2")]))
def test_the_order_of_arrival_does_not_matter(arrivals):
    memory = Memory()
    for incoming in arrivals:
        memory.receive(incoming)
    assert sorted(match for found in matches(memory) for match in found) == [("exact", True), ("strong", False)]
