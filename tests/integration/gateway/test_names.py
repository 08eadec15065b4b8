"""Names beside alerts and cases: on lists for the desk alone, beside one for its own sake, however many there are."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
LISTS = ("/v1/alerts", "/v1/cases")


@pytest.mark.parametrize("purpose", ["alert:alert-1", "alert:nothing", "case:case-1", "case:nothing", "order:xyz"])
@pytest.mark.parametrize("path", LISTS)
async def test_no_other_purpose_than_the_desk_names_anybody_on_a_list(stand, path, purpose):
    answer = await stand.get(path, "operator", tapal_purpose=purpose)
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose_required")
    assert answer.json()["purposes"] == ["desk"]
    assert stand.world.asked == []
    assert await stand.audit() == []


@pytest.mark.parametrize("path", LISTS)
async def test_for_the_desk_they_are_named_and_without_a_purpose_nobody_is(stand, path):
    assert "SAMPLE ALIA" in (await stand.get(path, "operator", tapal_purpose="desk")).text
    assert "SAMPLE" not in (await stand.get(path, "operator")).text
    assert [row["purpose"] for row in await stand.audit()] == ["desk"]


@pytest.mark.parametrize("purpose", ["desk", "alert:nothing", "case:nothing", "order:xyz"])
async def test_one_alert_is_named_for_its_own_sake_whatever_is_said(stand, purpose):
    answer = await stand.get("/v1/alerts/alert-1", "operator", tapal_purpose=purpose)
    assert answer.json()["subject_name"] == "SAMPLE ALIA"
    assert [row["purpose"] for row in await stand.audit()] == ["alert:alert-1"]
    assert (await stand.get("/v1/alerts/alert-1", "operator")).json()["subject_name"] is None


async def test_of_more_persons_than_the_registry_names_at_once_it_is_asked_more_than_once(stand):
    people = [f"p-{number}" for number in range(600)]
    stand.world.cases["case-1"]["persons"] = ["person-1", *people, "person-2"]
    answer = await stand.get("/v1/cases/case-1", "operator")
    assert answer.status_code == 200, answer.text
    assert answer.json()["names"] == {"person-1": "SAMPLE ALIA", "person-2": "SAMPLE BRAM"}
    assert [asked[1] for asked in stand.world.asked] == ["names", "names"]
    [row] = await stand.audit()
    assert len(row["ids"]) == 602
