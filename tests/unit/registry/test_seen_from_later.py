"""What came later does not make what was right look wrong; of a day without an hour the likely order counts."""

from datetime import date, datetime

import pytest
from memory import after
from synthetic import SPONSOR, day, entry, event, extension, leaving, moment, passport, permit

from registry.lines import day_of

WHO = passport("A100")
PASS = {"documents": [{"kind": "plb", "number": "P77", "issuer": "MYS"}]}
BY_DAY = {"timeprecision": "day"}
SITE, OTHER = "61.06.14.2001", "61.06.14.2002"
COMPANY = {"kind": "company", "id": "PT-1", "name": "PT Sintetis"}
HOUSE = {"kind": "lodging", "id": "H-1", "village": SITE}


def crossed(action, at, who=WHO, **more):
    said = {"permit_kind": "PLB"} if who is PASS else {"permit_kind": "B1", "valid_until": day(60)}
    data = {"action": action, "person": who, "post": "BADAU", **(said if action == "entry" else {})}
    return event("plbn-badau", "crossing", data, at, **more)


def paper(action, on, begins, until, kind="E23"):
    days = {"issued_on": day(on), "valid_from": day(begins), "valid_until": day(until)}
    return permit(WHO, action, on, permit_no="K1", kind=kind, sponsor=SPONSOR, village=SITE, **days)


def stays(*told):
    return [(one.opened_on, one.closed_on, one.closed_by) for one in after(*told).only().stays]


def on(number):
    return date.fromisoformat(day(number))


@pytest.mark.parametrize("who", [WHO, PASS], ids=["a visit", "a border pass"])
@pytest.mark.parametrize("known", [{}, BY_DAY], ids=["the hour of the entry is known", "no hour is known"])
@pytest.mark.parametrize("number", range(6))
def test_an_exit_from_a_paper_book_ends_the_trip_of_its_day(who, known, number):
    entered = crossed("entry", moment(1, 0 if known else 9), who, id=f"n/{number}", **known)
    left = crossed("exit", moment(1, 0), who, id=f"x/{number}", **BY_DAY)
    assert stays(entered, left) == [(on(1), on(1), "exit")]


ABROAD = ["2026-01-10T00:00:00+07:00", "2026-01-10T00:00:00+08:00", "2026-01-10T00:30:00+09:00", "2026-01-09T17:00:00Z"]


@pytest.mark.parametrize("written", ABROAD)
def test_a_day_that_was_written_stays_that_day(written):
    at = datetime.fromisoformat(written)
    assert stays(crossed("entry", at, **BY_DAY)) == [(date(2026, 1, 10), None, None)]
    said = {"establishment": HOUSE, "person": WHO, "stay_ref": "R1", "check_in_at": written}
    arrived = event("phri-kh", "lodging", {"action": "check_in", **said}, at, **BY_DAY)
    [night] = after(arrived).only().lodgings
    assert day_of(night.check_in_at) == date(2026, 1, 10)
    found = {"person": WHO, "documents_shown": "seen", "staying": "mess", "activity": "none", "activity_basis": "seen"}
    check = {"kind": "person", "basis": "order", "order_no": "1", "village": SITE, "screening": "done"}
    check |= {"persons": [found | {"present_since": written}]}
    [met] = after(event("polres", "check", check, at, **BY_DAY)).only().checks
    assert {day_of(met.at), day_of(met.present_since)} == {date(2026, 1, 10)}


def test_an_hour_that_was_written_is_of_its_place():
    at = datetime.fromisoformat("2026-01-10T00:00:00+08:00")
    assert stays(crossed("entry", at)) == [(date(2026, 1, 9), None, None)]


def test_who_was_here_leaves_first_and_comes_again():
    book = [crossed("exit", moment(5, 0), **BY_DAY), crossed("entry", moment(5, 0), **BY_DAY)]
    assert stays(crossed("entry", moment(1)), *book) == [(on(1), on(5), "exit"), (on(5), None, None)]


@pytest.mark.parametrize("number", range(6))
def test_an_application_is_decided_after_it_was_made(number):
    told = [permit(WHO, action, 20, application_no="N1", id=f"{action}/{number}") for action in ("applied", "fee_paid")]
    decided = extension(WHO, 20, 60, application_no="N1", id=f"d/{number}")
    [stay] = after(entry(WHO, 1, 30), *told, decided).only().stays
    assert (stay.application_pending, stay.extended) == (False, True)


def test_an_extension_that_is_decided_after_the_exit_opens_no_stay():
    asked = [permit(WHO, action, 20, application_no="N1") for action in ("applied", "fee_paid")]
    told = [entry(WHO, 1, 30), *asked, leaving(WHO, 25), extension(WHO, 27, 60, application_no="N1")]
    assert stays(*told) == [(on(1), on(25), "exit")]


def test_one_that_nobody_asked_for_in_that_stay_does():
    assert stays(entry(WHO, 1, 30), leaving(WHO, 25), extension(WHO, 27, 60)) == [
        (on(1), on(25), "exit"),
        (None, None, None),
    ]


def test_what_a_stay_allowed_is_known_for_each_day():
    [stay] = after(crossed("entry", moment(1)), paper("converted", 40, 40, 300, kind="E31")).only().stays
    assert [(one.since, one.family) for one in stay.kinds] == [(on(1), "visit"), (on(40), "limited")]
    [stay] = after(crossed("entry", moment(1))).only().stays
    assert stay.kinds == ()


def test_a_permit_that_is_extended_early_was_valid_all_the_time():
    [one] = after(paper("granted", 1, 1, 100), paper("extended", 70, 101, 300)).only().permits
    assert (one.valid_from, one.valid_until) == (on(1), on(300))
    [one] = after(paper("granted", 1, 1, 100), paper("extended", 150, 150, 300)).only().permits
    assert one.valid_from == on(150)


def test_who_was_a_sponsor_is_still_known_after_withdrawing():
    gone = permit(
        WHO, "sponsor_withdrew", 20, permit_no="K1", kind="E23", sponsor=SPONSOR, village=SITE, effective_on=day(20)
    )
    [one] = after(paper("granted", 1, 1, 100), gone).only().permits
    assert (one.sponsor, len(one.sponsors)) == (None, 1)


def test_the_terms_of_an_approval_before_it_was_amended_are_kept():
    def work(action, at, site):
        said = {"approval_no": "W1", "position": "ENG", "sites": [site], "valid_until": day(300)}
        return event("dinas-kerja", "work", {"action": action, "person": WHO, "employer": COMPANY, **said}, moment(at))

    [one] = after(work("approved", 1, SITE), work("amended", 60, OTHER)).only().work
    assert one.sites == (OTHER,)
    assert [(terms.until, terms.sites) for terms in one.earlier] == [(on(60), (SITE,))]


def test_a_house_is_in_time_by_its_report_of_the_arrival():
    def told(action, at, **more):
        said = {"stay_ref": "R1", "check_in_at": moment(1, 18).isoformat(), "reported_at": at.isoformat(), **more}
        return event("phri-kh", "lodging", {"action": action, "establishment": HOUSE, "person": WHO, **said}, at)

    arrival = told("check_in", moment(1, 19))
    departure = told("check_out", moment(5, 11), check_out_at=moment(5, 10).isoformat())
    assert after(arrival, departure).only().lodgings[0].reported_at == moment(1, 19)
    assert after(departure).only().lodgings[0].reported_at is None
