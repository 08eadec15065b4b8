"""What the registry answers the gateway about a person."""

from datetime import date, timedelta

from memory import after
from synthetic import day, entry, event, leaving, moment, passport

from registry.dossier import fold
from registry.moments import Moment
from registry.permits import permit_table
from registry.views import dossier_view

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
LISTED = {"action": "listed", "list": "entry_ban", "listing_no": "L-7", "person": A, "authority": "DITJENIM"}
LISTED |= {"ground": "UU6", "from": day(0), "until": day(180)}


def view(*events, at=Moment()):  # noqa: B008  a moment never changes
    memory = after(*events)
    (state,) = [person for person in memory.world.persons.values() if person.merged_into is None]
    lines = at.of(state.parsed())
    return dossier_view(state, fold(lines, permit_table(), person=state.id, version=1), lines, at)


def test_a_view_has_names_and_the_events_that_each_value_rests_on():
    seen = view(entry(A, 0, 29), leaving(A, 5))
    assert seen["name"] == "Amir Sintetis"
    keys = {one["key"] for one in seen["events"]}
    assert all(set(item["evidence"]) <= keys for item in (*seen["names"], *seen["documents"]))


def test_the_number_of_a_listing_is_shown_to_nobody():
    seen = view(entry(A, 0, 29), event("imigrasi", "watchlist", LISTED, moment(1)))
    assert seen["snapshot"]["listings"][0]["ground"] == "UU6"
    assert "L-7" not in str(seen)


def test_a_view_of_another_moment_says_so_and_lists_the_events_of_then():
    day_three = date(2026, 1, 1) + timedelta(days=3)
    seen = view(entry(A, 0, 29), leaving(A, 5), at=Moment(day=day_three))
    assert (seen["as_of"], seen["known_at"], len(seen["events"])) == (day_three, None, 1)
    assert seen["snapshot"]["stays"][0]["closed_on"] is None
