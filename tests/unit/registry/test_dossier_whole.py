"""Every type of event reaches the dossier, by facts and opaque ids, with the events it rests on."""

from datetime import date

import pytest
from memory import after
from synthetic import day, entry, event, moment, passport, permit

A = passport("A100", name={"full": "Amir Sintetis"}, birth_date="1990-04-02")
CHILD = {**A, "birth_date": "2012-04-02"}
VILLAGE, OTHER = "61.06.14.2001", "61.06.14.2002"
COMPANY = {"kind": "company", "id": "NIB-1", "name": "PT Sintetis"}
SECRETS = ("A100", "B200", "Amir", "NIB-1", "PT Sintetis", "AP-1", "W-1", "L-7", "T-9", "OR-1", "P1", "Sintetis")


def only(*events):
    found = after(*events).only()
    assert not [secret for secret in SECRETS if secret in found.model_dump_json()]
    return found


def residence(action, on, village=VILLAGE, **more):
    data = {"action": action, "person": A, "village": village, "from": day(on), **more}
    return event("catatan-sipil", "residence", data, moment(on))


def work(action, on, **more):
    data = {"action": action, "employer": COMPANY, "person": A, **more}
    return event("dinas-kerja", "work", data, moment(on))


def paper(action, on, number="A100", **more):
    document = {"kind": "passport", "number": number, "issuer": "UTO"}
    return event("imigrasi", "document", {"action": action, "document": document, **more}, moment(on))


def found(**more):
    return {
        "person": A,
        "documents_shown": "seen",
        "staying": "mess",
        "activity": "work",
        "activity_basis": "seen",
        **more,
    }


def check(on, *persons, **more):
    data = {"kind": "person", "basis": "order", "order_no": "OR-1", "village": VILLAGE, "screening": "done", **more}
    return event("polres", "check", {**data, "persons": list(persons)}, moment(on))


def listing(action, on, **more):
    data = {"action": action, "list": "entry_ban", "listing_no": "L-7", **more}
    return event("imigrasi", "watchlist", data, moment(on))


LISTED = {"person": A, "authority": "DITJENIM", "ground": "UU6-2011-102", "from": day(0), "until": day(180)}


def test_a_refused_entry_is_kept_and_opens_no_stay():
    data = {"action": "refused", "person": CHILD, "post": "BADAU", "minor_with": "alone", "consent_letter": False}
    history = only(event("plbn-badau", "crossing", data, moment(0)))
    assert history.stays == ()
    (crossing,) = history.crossings
    assert (crossing.action, crossing.minor_with, crossing.consent_letter) == ("refused", "alone", False)
    assert len(crossing.evidence) == 1


def test_an_entry_tells_whether_the_permit_was_given_at_the_post():
    data = {"action": "entry", "person": A, "post": "BADAU", "permit_kind": "E23", "visa_kind": "E23"}
    data |= {"valid_until": day(300), "itas_at_post": True}
    (crossing,) = only(event("plbn-badau", "crossing", data, moment(0))).crossings
    assert (crossing.itas_at_post, crossing.visa_kind) == (True, "E23")


DATES = {"issued_on": day(5), "valid_from": day(5), "valid_until": day(60)}


@pytest.mark.parametrize("action", ["granted", "extended", "converted", "bridged"])
def test_an_application_ends_in_its_outcome(action):
    applied = permit(A, "applied", 1, application_no="AP-1")
    paid = permit(A, "fee_paid", 2, application_no="AP-1")
    outcome = permit(A, action, 5, permit_no="P1", application_no="AP-1", sponsor=COMPANY, **DATES)
    (application,) = only(applied, paid, outcome).applications
    assert (application.outcome, application.paid_on) == (action, date(2026, 1, 3))
    assert len(application.evidence) == 3


@pytest.mark.parametrize("action", ["refused", "application_withdrawn"])
def test_an_application_may_end_without_a_permit(action):
    applied = permit(A, "applied", 1, application_no="AP-1")
    history = only(applied, permit(A, action, 9, application_no="AP-1"))
    assert [(a.outcome, a.closed_on) for a in history.applications] == [(action, date(2026, 1, 10))]
    assert history.permits == ()


def test_a_sponsor_changes_and_withdraws():
    granted = permit(A, "granted", 5, permit_no="P1", sponsor=COMPANY, **DATES)
    other = {**COMPANY, "id": "NIB-12"}
    changed = permit(A, "sponsor_changed", 6, permit_no="P1", sponsor=other, effective_on=day(6))
    withdrew = permit(A, "sponsor_withdrew", 7, permit_no="P1", sponsor=other, effective_on=day(7))
    told = ([granted], [granted, changed], [granted, changed, withdrew])
    first, second, third = (only(*events).permits[0] for events in told)
    assert first.sponsor != second.sponsor
    assert (third.sponsor, third.sponsor_withdrew_on, third.status) == (None, date(2026, 1, 8), "valid")


def test_a_cancelled_permit_says_since_when():
    granted = permit(A, "granted", 5, permit_no="P1", sponsor=COMPANY, **DATES)
    cancelled = permit(A, "cancelled", 9, permit_no="P1", effective_on=day(10))
    (found,) = only(granted, cancelled).permits
    assert (found.status, found.cancelled_on, found.valid_until) == ("cancelled", date(2026, 1, 11), date(2026, 1, 11))


def test_addresses_follow_each_other():
    history = only(
        residence("address_changed", 0), residence("sktt_issued", 5), residence("address_changed", 30, OTHER)
    )
    assert [(r.village, r.starts, r.until) for r in history.residences] == [
        (VILLAGE, date(2026, 1, 1), date(2026, 1, 30)),
        (OTHER, date(2026, 1, 31), None),
    ]


def test_a_certificate_is_applied_for_issued_and_ended():
    steps = [residence("sktt_applied", 0), residence("sktt_issued", 5), residence("sktt_ended", 90)]
    (certificate,) = only(*steps).certificates
    assert (certificate.status, certificate.issued_on, certificate.ended_on) == (
        "ended",
        date(2026, 1, 6),
        date(2026, 4, 1),
    )


def test_a_temporary_absence_is_no_new_address():
    history = only(residence("address_changed", 0), residence("temporary_absence", 5, OTHER, until=day(9)))
    assert [r.village for r in history.residences] == [VILLAGE]
    assert [(a.village, a.until) for a in history.absences] == [(OTHER, date(2026, 1, 10))]


def test_a_work_approval_grows_out_of_its_application():
    applied = work("applied", 0, application_no="W-1")
    approved = work("approved", 9, approval_no="W-12", position="7212", sites=[VILLAGE], valid_until=day(300))
    amended = work("amended", 20, approval_no="W-12", position="7213", sites=[VILLAGE, OTHER])
    (approval,) = only(applied, approved, amended).work
    assert (approval.status, approval.position, approval.sites) == ("approved", "7213", (VILLAGE, OTHER))
    assert (approval.applied_on, len(approval.evidence)) == (date(2026, 1, 1), 3)
    assert approval.employer


def test_work_that_ended_says_when():
    approved = work("approved", 9, approval_no="W-12", position="7212", sites=[VILLAGE], valid_until=day(300))
    (approval,) = only(approved, work("ended", 50, approval_no="W-12", ended_on=day(50))).work
    assert (approval.status, approval.ended_on) == ("ended", date(2026, 2, 20))


def test_a_check_keeps_this_persons_entry_alone():
    host, employer = {"kind": "person", "name": "Tuan Sintetis"}, COMPANY
    other = {**found(activity="none"), "person": passport("B200"), "host": host}
    memory = after(check(3, found(host=host, employer=employer, position="7212"), other))
    checks = sorted((bare[0]["checks"][0] for bare in memory.people()), key=lambda one: one["activity"])
    assert [(c["activity"], c["employer"] is None, c["host"] is None) for c in checks] == [
        ("none", True, False),
        ("work", False, False),
    ]
    assert checks[1]["screening"] == "done"


def test_a_group_on_patrol_is_one_incident_for_all_who_are_in_it():
    group = {"size": 9, "citizens": 5, "minors": 2, "off_post": "yes", "guide": "yes", "payment": "unknown"}
    group |= {"hidden": "no"}
    entries = [found(role="passenger"), {**found(role="guide"), "person": passport("B200")}]
    people = after(check(3, *entries, kind="patrol", group=group)).people()
    groups = [bare[0]["checks"][0]["group"] for bare in people]
    assert groups[0] == groups[1]
    assert (groups[0]["size"], groups[0]["citizens"], groups[0]["guide"]) == (9, 5, "yes")


def test_documents_are_lost_found_deposited_and_returned():
    office = {"kind": "institution", "name": "Kantor Sintetis"}
    steps = [paper("lost", 1), paper("found", 3), paper("deposited", 5, holder=office, receipt_no="T-9")]
    states = [only(entry(A, 0, 29), *steps[:n]).documents[0] for n in (1, 2, 3)]
    assert [(s.state, s.since) for s in states] == [
        ("lost", date(2026, 1, 2)),
        ("held", None),
        ("deposited", date(2026, 1, 6)),
    ]
    assert states[2].holder
    assert only(entry(A, 0, 29), *steps, paper("returned", 8)).documents[0].state == "held"


def test_a_replaced_document_points_to_the_new_one():
    new = {"kind": "passport", "number": "B200", "issuer": "UTO", "valid_until": day(900)}
    old, fresh = only(entry(A, 0, 29), paper("replaced", 5, person=A, new_document=new)).documents
    assert (old.state, old.replaced_by) == ("replaced", fresh.ref)
    assert (fresh.state, fresh.valid_until) == ("held", date(2028, 6, 19))


def test_a_check_of_a_document_keeps_its_result():
    checked = paper("checked", 5, check="sltd", result="hit")
    cleared = paper("checked", 6, check="sltd", result="hit_cleared")
    (document,) = only(entry(A, 0, 29), checked, cleared).documents
    assert [(c.check, c.result) for c in document.checks] == [("sltd", "hit"), ("sltd", "hit_cleared")]
    assert document.state == "held"


def test_a_listing_has_ground_authority_and_end():
    (found,) = only(entry(A, 0, 29), listing("listed", 0, **LISTED)).listings
    assert (found.list, found.authority, found.ground) == ("entry_ban", "DITJENIM", "UU6-2011-102")
    assert (found.until, found.ended_on, found.ref) == (date(2026, 6, 30), None, found.evidence[0])


def test_a_listing_that_was_ended_says_when():
    (found,) = only(entry(A, 0, 29), listing("listed", 0, **LISTED), listing("ended", 50)).listings
    assert (found.ended_on, len(found.evidence)) == (date(2026, 2, 20), 2)


@pytest.mark.parametrize("births", [("2012-01-01", "2012-09-02"), ("2012-09-02", "2012-01-01")])
def test_a_child_whom_a_village_writes_down_with_new_years_day_is_of_age_on_its_birthday(births):
    found = only(
        *(residence("address_changed", on, person={**A, "birth_date": born}) for on, born in enumerate(births))
    )
    assert found.adult_on == date(2030, 9, 2)
