"""What a party is told of its persons and what is made of it: boundaries; order and repetition change nothing."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.facts import WIB
from alerts.facts.around import Around
from alerts.facts.guarantor import guarantors
from alerts.facts.party import establishments
from alerts.facts.shares import Hosted, Night, Share, Sponsored, shares
from alerts.facts.sponsors import FAILED, last_check
from alerts.facts.tables import read_tables
from contracts.dealings import SponsorCheck
from contracts.messages import PartyChanged
from contracts.snapshots import CheckFound, Lodging, Lookup, Permit, PersonChanged, Stay, WorkApproval

TABLES = read_tables()
NOON = datetime(2026, 3, 1, 12, tzinfo=WIB)
HOTEL = PartyChanged(party="h1", version=1, kind="lodging")
COMPANY = PartyChanged(party="g1", version=1, kind="company")


def lodging(**fields):
    return Lodging(**{"ref": "l1", "establishment": "h1", "check_in_at": NOON} | fields)


def told(*lodgings, on_hold=False, **fields):
    person = PersonChanged(person="p1", version=1, lodgings=lodgings, **fields)
    return list(shares(person, TABLES.limits, on_hold=on_hold))


def facts(items, told, moment, some):
    [item] = items(told, Around(moment, TABLES, shares=tuple(some)))
    return item.facts


@pytest.mark.parametrize(
    ("reported", "by_day", "late"),
    [
        (NOON + timedelta(hours=24), False, False),
        (NOON + timedelta(hours=24, seconds=1), False, True),
        # The guest may have come at 24:00 of that day.
        (datetime(2026, 3, 3, 0, 0, tzinfo=WIB), True, False),
        (datetime(2026, 3, 3, 0, 1, tzinfo=WIB), True, True),
        (None, False, False),
    ],
)
def test_a_report_is_late_after_the_latest_instant(reported, by_day, late):
    some = told(lodging(reported_at=reported, by_day=by_day, check_out_at=NOON + timedelta(days=5)))
    assert bool(some) is late
    assert facts(establishments, HOTEL, NOON + timedelta(days=6), some)["lodging.late"] is late


def test_a_converted_permit_counts_no_more_at_the_guarantor_it_had():
    said = {"ref": "r", "kind": "E23", "family": "limited", "status": "valid", "sponsor": "g1"}
    days = {"valid_until": date(2026, 12, 31), "replaced_on": date(2026, 3, 1)}
    some = told(permits=(Permit(**said, **days),))
    on = {day: facts(guarantors, COMPANY, datetime(2026, *day, 12, tzinfo=WIB), some) for day in ((2, 28), (3, 1))}
    assert [one["guarantor.people"] for one in on.values()] == [1, 0]


def test_on_hold_whoever_was_a_sponsor_once_is_not_asked_either():
    permit = Permit(ref="r", kind="E23", family="limited", status="valid", sponsor="g2", sponsors=("g1", "g2"))
    assert [share.party for share in told(permits=(permit,), on_hold=True)] == ["g1", "g2"]
    assert [share.party for share in told(permits=(permit,))] == ["g2"]


def test_the_day_is_that_of_wib_wherever_the_guest_came_from():
    # 00:30 of 2 March in Sarawak is 23:30 of 1 March here: the latest instant is 24:00 of 1 March.
    arrived = datetime.fromisoformat("2026-03-02T00:30:00+08:00")
    [share] = told(lodging(check_in_at=arrived, by_day=True, planned_out=date(2026, 3, 3)))
    assert share.nights[0].report_due == datetime(2026, 3, 3, 0, 0, tzinfo=WIB)


@pytest.mark.parametrize(
    ("planned", "moment", "open"),
    [
        (date(2024, 2, 28), datetime(2024, 3, 1, 23, 59, tzinfo=WIB), False),
        (date(2024, 2, 28), datetime(2024, 3, 2, 0, 0, tzinfo=WIB), True),
        (date(2026, 2, 28), datetime(2026, 3, 3, 0, 0, tzinfo=WIB), True),
        (date(2026, 2, 28), datetime(2026, 3, 2, 23, 59, tzinfo=WIB), False),
    ],
    ids=["leap year, on time", "leap year", "no leap year", "no leap year, on time"],
)
def test_a_departure_is_asked_about_two_whole_days_after_the_plan(planned, moment, open):
    some = told(lodging(check_in_at=moment - timedelta(days=9), planned_out=planned))
    assert facts(establishments, HOTEL, moment, some)["lodging.left_open"] is open


def test_what_was_not_reported_is_asked_about_for_a_period_and_what_was_reported_late_is_not():
    open_one = Share(
        party="h1", person="p1", nights=(Night(ref="a", report_due=NOON, open=True, planned_out=NOON.date()),)
    )
    late = Night(ref="b", report_due=NOON, reported_at=NOON + timedelta(hours=1))
    later = NOON + timedelta(days=4)
    assert facts(establishments, HOTEL, later, [open_one])["lodging.silent_from"] == datetime(2026, 3, 1, tzinfo=WIB)
    both = facts(establishments, HOTEL, later, [open_one, Share(party="h1", person="p2", nights=(late,))])
    assert (both["lodging.left_open"], "lodging.silent_from" in both) == (True, False)


def test_whoever_means_nothing_to_a_party_has_no_share_unless_on_hold():
    gone = lodging(check_out_at=NOON + timedelta(days=1), reported_at=NOON)
    worker = WorkApproval(ref="w", status="approved", employer="g1")
    assert told(gone, work=(worker,)) == []
    assert {share.party for share in told(gone, work=(worker,), on_hold=True)} == {"h1", "g1"}


def test_a_share_says_nothing_of_who_the_person_is():
    permit = Permit(ref="r", kind="E23", family="limited", status="valid", sponsor="g1", phone="ff")
    check = CheckFound(kind="person", basis="order", at=NOON, host="g2")
    said = told(lodging(planned_out=NOON.date()), permits=(permit,), checks=(check,), citizenship="UTO")
    assert [share.party for share in said] == ["g1", "g2", "h1", "phone.ff"]
    assert not any(word in share.model_dump_json() for share in said for word in ("UTO", "E23", "limited"))


def sponsored(person, *principals, **fields):
    given = {"valid_until": date(2026, 12, 31)} | fields
    return Share(
        party="g1", person=person, permits=tuple(Sponsored(principal=one, **given) for one in principals or (None,))
    )


def people(some, told=COMPANY, moment=NOON):
    return facts(guarantors, told, moment, some)["guarantor.people"]


def test_a_family_on_one_permit_is_one_also_by_way_of_another():
    # b depends on a; c on a permit that b had before.
    some = [sponsored("a", "1"), sponsored("b", "1", "2"), sponsored("c", "2"), sponsored("d", "3"), sponsored("e")]
    assert people(some) == 3


@pytest.mark.parametrize(("moment", "counted"), [(datetime(2026, 2, 28, 23, 59, tzinfo=WIB), 1), (NOON, 0)])
def test_a_permit_counts_to_the_end_of_its_last_day(moment, counted):
    assert people([sponsored("a", valid_until=date(2026, 2, 28))], moment=moment) == counted


def test_a_permit_that_ends_is_looked_at_when_its_day_is_over():
    [item] = guarantors(COMPANY, Around(NOON, TABLES, shares=(sponsored("a", valid_until=date(2026, 3, 1)),)))
    assert datetime(2026, 3, 2, tzinfo=WIB) in item.moments


def test_a_guarantor_is_confirmed_by_the_last_check_of_an_officer():
    made = [("order", "not_found", 1), ("order", "ok", 2), ("community_report", "closed", 3)]
    checks = [SponsorCheck(basis=basis, result=said, at=NOON + timedelta(days=on)) for basis, said, on in made]
    for count, failed in ((0, False), (1, True), (2, False), (3, False)):
        party = COMPANY.model_copy(update={"sponsor_checks": tuple(checks[:count])})
        check = last_check(party)
        assert (check is not None and check.result in FAILED) is failed


FAILED_BEFORE = ("order", "not_found", -2)


@pytest.mark.parametrize(
    ("later", "goes_on"),
    [
        ([], True),
        ([("order", "ok", -1)], False),
        ([("order", "ok", 0)], False),
        ([("order", "ok", 5)], False),
        ([("community_report", "ok", 5)], True),
        ([("order", "closed", 5)], True),
        ([("order", "ok", -3)], True),
    ],
    ids=["no other", "before", "on the day of issue", "after", "a neighbour says", "failed again", "earlier"],
)
def test_a_later_check_that_finds_the_guarantor_answers_the_question(later, goes_on):
    made = [
        SponsorCheck(basis=basis, result=said, at=NOON + timedelta(days=on))
        for basis, said, on in [FAILED_BEFORE, *later]
    ]
    party = COMPANY.model_copy(update={"sponsor_checks": tuple(made)})
    some = [sponsored("a", issued_on=NOON.date())]
    assert facts(guarantors, party, NOON + timedelta(days=9), some)["guarantor.goes_on"] is goes_on


SEEN = {"closed_on": date(2026, 1, 25), "closed_by": "exit"}


@pytest.mark.parametrize(
    ("family", "stay", "looked_up", "counted"),
    [
        ("visit", {}, False, 1),
        ("visit", SEEN, False, 0),
        ("visit", {}, True, 0),
        ("limited", SEEN, False, 1),
        ("visit", SEEN | {"opened_on": date(2025, 1, 5), "closed_on": date(2025, 1, 25)}, False, 1),
    ],
    ids=["is here", "left", "an exit was found", "a residence permit brings back", "left years ago"],
)
def test_a_visit_that_is_over_counts_no_more(family, stay, looked_up, counted):
    permit = Permit(ref="r", kind="C1", family=family, status="valid", sponsor="g1", issued_on=date(2026, 1, 5))
    permit = permit.model_copy(update={"valid_until": date(2026, 12, 31), "evidence": ("t1",)})
    opened = {"keys": ("k1",), "opened_on": date(2026, 1, 5), "opened_by": "entry", "permit_family": family}
    visit = Stay.model_validate(opened | {"ends_basis": "none"} | stay)
    found = [Lookup(looked_for="exit", result="found", at=NOON)] if looked_up else []
    assert people(told(permits=(permit,), stays=(visit,), lookups=tuple(found))) == counted


SHARES = st.builds(
    Share,
    party=st.just("g1"),
    person=st.sampled_from("abcdefgh"),
    on_hold=st.booleans(),
    permits=st.lists(
        st.builds(
            Sponsored,
            valid_until=st.sampled_from([None, date(2026, 2, 1), date(2026, 12, 1)]),
            principal=st.sampled_from([None, "1", "2", "3"]),
            sponsor=st.sampled_from(["x", "y", None]),
        ),
        max_size=3,
    ).map(tuple),
    hosted=st.lists(st.builds(Hosted, at=st.sampled_from([NOON, NOON - timedelta(days=400)])), max_size=2).map(tuple),
)
BY_PERSON = st.lists(SHARES, unique_by=lambda share: share.person)


@given(
    BY_PERSON.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))), st.sampled_from(["g1", "phone.f"])
)
def test_the_order_of_the_rows_changes_nothing(orders, party):
    about = PartyChanged(party=party, version=1, kind="company")
    [one, other] = [next(guarantors(about, Around(NOON, TABLES, shares=tuple(some)))) for some in orders]
    assert (one.facts, one.subjects, one.on_hold) == (other.facts, other.subjects, other.on_hold)
