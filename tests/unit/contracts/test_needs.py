"""What each type needs, line by line of the table of events; and the twins that must pass."""

import pytest

from contracts.events import Refused, parse_event

NEEDED = {
    "crossing.entry": "action person post permit_kind valid_until",
    "crossing.entry_limited_stay": "itas_at_post",
    "crossing.entry_minor": "minor_with",
    "crossing.exit": "action person post",
    "crossing.refused": "action person post",
    "permit.applied": "action person kind application_no",
    "permit.fee_paid": "application_no",
    "permit.refused": "application_no",
    "permit.application_withdrawn": "application_no",
    "permit.granted": "permit_no issued_on valid_from valid_until sponsor village",
    "permit.granted_exempt": "permit_no issued_on valid_from valid_until",
    "permit.extended": "permit_no issued_on valid_from valid_until sponsor village",
    "permit.converted": "permit_no issued_on valid_from valid_until sponsor village",
    "permit.bridged": "permit_no issued_on valid_from valid_until sponsor village",
    "permit.cancelled": "permit_no effective_on village",
    "permit.sponsor_changed": "permit_no effective_on sponsor village",
    "permit.sponsor_withdrew": "permit_no effective_on sponsor village",
    "lodging.check_in": "action establishment establishment.village person stay_ref check_in_at",
    "lodging.check_out": "establishment establishment.village person stay_ref check_in_at check_out_at",
    "lodging.request_served": "establishment establishment.village request_no served_at due_at proof_ref",
    "lodging.request_answered": "establishment establishment.village request_no answered_at",
    "residence.sktt_applied": "action person village from",
    "residence.sktt_issued": "person village from",
    "residence.sktt_ended": "person village from",
    "residence.address_changed": "person village from",
    "residence.temporary_absence": "person village from until",
    "work.applied": "action employer application_no",
    "work.approved": "employer approval_no position sites valid_until",
    "work.extended": "employer approval_no valid_until",
    "work.amended": "employer approval_no position sites",
    "work.ended": "employer approval_no ended_on",
    "check.person": "kind basis order_no village screening persons.0.documents_shown persons.0.staying "
    "persons.0.activity persons.0.activity_basis",
    "check.direct_find": "ground approved_by screening persons.0.minor_with",
    "check.sponsor": "sponsor sponsor_result screening",
    "check.patrol": "group group.size group.citizens group.minors group.off_post group.guide group.payment "
    "group.hidden",
    "document.lost": "action document document.kind document.number document.issuer",
    "document.replaced": "document person new_document",
    "document.deposited": "document holder receipt_no",
    "document.checked": "document check looked_for result",
    "watchlist.listed_ban": "action list listing_no person authority ground from until",
    "watchlist.listed_wanted": "person authority ground from review_by",
    "watchlist.ended": "list listing_no",
    "protection.help": "kind related.source related.id",
    "protection.screening": "kind indicators indicators.0.code indicators.0.basis",
    "impediment.illness": "kind person from until",
    "impediment.custody": "person from",
    "source.status": "covers_from covers_until",
}
FREE = {
    "crossing.entry": "visa_kind",
    "crossing.entry_minor": "consent_letter person.birth_date",
    "permit.granted": "application_no contact_phone",
    "permit.bridged": "principal_permit_no",
    "lodging.check_in": "planned_out reported_at receipt_no establishment.id",
    "residence.sktt_issued": "permit_no",
    "work.applied": "headcount",
    "work.approved": "person contract_until headcount",
    "check.person": "persons persons.0.person persons.0.present_since persons.0.host persons.0.employer "
    "persons.0.position",
    "check.direct_find": "persons.0.person.birth_date",
    "check.patrol": "persons persons.0.reason persons.0.role",
    "document.lost": "person",
    "protection.help": "village minor danger_now interpreter safe_contact related note",
    "protection.screening": "person",
    "impediment.illness": "evidence_ref",
    "source.status": "last_sequence closed_until",
}


def rows(table):
    return [(name, path) for name, paths in table.items() for path in paths.split()]


@pytest.mark.parametrize(("name", "path"), rows(NEEDED))
def test_a_required_field_is_missed(name, path, example, without, now):
    with pytest.raises(Refused) as refused:
        parse_event(without(example(name), path), now)

    assert (refused.value.code, refused.value.field) == ("missing_field", f"data.{path}")


@pytest.mark.parametrize(("name", "path"), rows(NEEDED))
def test_null_is_as_good_as_missing(name, path, example, without, now):
    event = without(example(name), path)
    *above, last = path.split(".")
    part = event["data"]
    for step in above:
        part = part[int(step) if step.isdigit() else step]
    part[last] = None

    with pytest.raises(Refused) as refused:
        parse_event(event, now)
    assert (refused.value.code, refused.value.field) == ("missing_field", f"data.{path}")


@pytest.mark.parametrize(("name", "path"), rows(FREE))
def test_an_optional_field_is_not_missed(name, path, example, without, now):
    assert parse_event(without(example(name), path), now).data is not None


LODGING_ONLY = {"request_no": "1", "served_at": "2026-11-20T09:00:00+07:00", "proof_ref": "1"}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("lodging.check_in", field, value) for field, value in LODGING_ONLY.items()]
    + [("lodging.request_served", "stay_ref", "1"), ("lodging.request_answered", "receipt_no", "1")]
    + [("lodging.request_served", "person", {"name": {"full": "CONTOH SAJA"}})],
)
def test_a_guest_and_a_request_for_data_do_not_mix(name, field, value, example, now):
    event = example(name)
    event["data"][field] = value

    with pytest.raises(Refused) as refused:
        parse_event(event, now)
    assert (refused.value.code, refused.value.field) == ("not_applicable", f"data.{field}")


@pytest.mark.parametrize(
    ("name", "change", "missed"),
    [
        ("crossing.entry_border_pass", {"permit_kind": "B1"}, None),  # the pass itself says it
        ("crossing.entry", {"permit_kind": "PLB", "valid_until": None}, None),
        ("crossing.entry", {"visa_kind": "E33G"}, "itas_at_post"),
        ("crossing.entry", {"visa_kind": "EXTRA"}, None),
        ("crossing.exit", {"visa_kind": "E23"}, None),
        ("permit.applied", {"kind": "E28A"}, "village"),
        ("permit.applied", {"kind": "ITAP"}, "village"),
        ("permit.applied", {"kind": "D2"}, None),
        ("permit.granted", {"sponsor": None, "sponsor_exempt": True}, None),
        ("permit.granted", {"sponsor": None, "sponsor_exempt": False}, "sponsor"),
        ("permit.sponsor_withdrew", {"sponsor": None, "sponsor_exempt": True}, None),
        ("permit.cancelled", {"sponsor": None}, None),
        ("check.premises", {"basis": "order", "order_no": "1"}, "screening"),
        ("check.premises", {"screening": "not_done"}, None),
        ("document.checked", {"check": "sltd", "looked_for": None, "result": "hit"}, None),
        ("watchlist.listed_ban", {"until": None, "review_by": "2027-01-01"}, "until"),
        ("watchlist.listed_wanted", {"person": {"name": {"full": "CONTOH"}}}, "person.birth_date"),
        (
            "watchlist.listed_wanted",
            {"person": {"name": {"full": "CONTOH"}, "birth_date": "1980-01"}},
            "person.birth_date",
        ),
        ("impediment.illness", {"until": None, "review_by": "2026-12-01"}, None),
        ("protection.screening_clear", {}, None),
    ],
)
def test_a_need_depends_on_the_case(name, change, missed, example, now):
    event = example(name)
    event["data"].update(change)

    if missed is None:
        assert parse_event(event, now).data is not None
    else:
        with pytest.raises(Refused) as refused:
            parse_event(event, now)
        assert (refused.value.code, refused.value.field) == ("missing_field", f"data.{missed}")


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        ("2008-11-21", True),
        ("2008-11-20", False),
        ("2008-12", True),
        ("2008-11", False),
        ("2009", True),
        ("2008", False),
    ],
    ids=["a day short of 18", "18 today", "next month", "perhaps this month", "next year", "perhaps this year"],
)
def test_who_is_certainly_a_minor_on_the_day_needs_minor_with(born, minor, example, now):
    event = example("crossing.exit")
    event["data"]["person"]["birth_date"] = born

    if minor:
        with pytest.raises(Refused, match=r"missing_field: data\.minor_with"):
            parse_event(event, now)
    else:
        assert parse_event(event, now).data is not None
