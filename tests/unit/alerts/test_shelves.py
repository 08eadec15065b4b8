"""Every list finds what it asks for on its shelves, once, and reads little else."""

from alerts_made import alert
from hypothesis import given
from hypothesis import strategies as st

from alerts.shelves import SAFEGUARD, STATES, shelves_for, shelves_of

RULES, AGENCIES = ("R01", "R02a", "R22"), ("imigrasi", "polres", "disnaker")
ALERTS = st.builds(
    lambda rule, stage, agencies: alert(rule, stage=stage, agencies=tuple(agencies)),
    st.sampled_from(RULES),
    st.sampled_from([state for state in STATES if state != "held"]),
    st.sets(st.sampled_from(AGENCIES), min_size=1),
)


@given(
    ALERTS,
    st.none() | st.sampled_from(RULES),
    st.none() | st.sampled_from(AGENCIES),
    st.none() | st.sampled_from(STATES),
)
def test_an_alert_that_fits_lies_on_one_of_the_shelves_and_on_one_only(found, rule, agency, state):
    fits = rule in (None, found.rule) and (agency is None or agency in found.agencies) and state in (None, found.state)
    common = set(shelves_of(found)) & set(shelves_for(rule, agency, state))
    assert not fits or len(common) == 1
    assert rule is None or found.rule == rule or not common, "another rule's alerts are not read"


def test_what_is_on_hold_lies_where_what_is_on_hold_is_looked_for():
    held = alert("R02a", held_for=frozenset({"hold"}))
    assert set(shelves_of(held)) & set(shelves_for("R02a", None, "held"))
    assert not set(shelves_of(held)) & set(shelves_for("R02a", None, "open"))


def test_what_watches_the_readers_lies_on_its_own_shelf_alone():
    assert shelves_of(alert("Q3")) == [SAFEGUARD]
    assert not any(SAFEGUARD in shelves_for(rule, None, None) for rule in (None, "Q3"))
