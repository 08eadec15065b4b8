"""Every list in one way: pages that follow each other, fields that are chosen, whoever asks."""

import pytest
from list_walks import CALLS, SHAPES, lists_of, paged_alike, purposed

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

WHO = {
    "/v1/accounts": "admin",
    "/v1/keys": "admin",
    "/v1/quarantine": "admin",
    "/v1/protection/tasks": "perlindungan",
    "/v1/persons/{person}/stays": "operator",
    "/v1/persons/search": "operator",
    "/v1/receipts": "polisi",
}
DPO = ("/v1/audit", "/v1/data-protection", "/v1/emergencies", "/v1/consents")
NAMED = {"person": "person-1", "account": "operator"}
LINE = {"text": "sample 1990"}
KINDS = ("Audit", "Alert", "Case", "Ask", "Matter", "Subscription")
MOST = 100
EMPTY = ("/v1/snoozes", "/v1/receipts")


def who_reads(path):
    return WHO.get(path) or ("dpo" if path.startswith(DPO) else "supervisor")


async def asked(stand, path, **query):
    """A page of this list. What a reader of the log does is in the log: read up to a moment only."""
    method = "post" if path.endswith("/search") else "get"
    async with await stand.client(who_reads(path), **purposed(path)) as client:
        params = {**CALLS.get(path, {}), **query}
        more = {"json": LINE} if method == "post" else {}
        answer = await client.request(method, path.format(**NAMED), params=params, **more)
    assert answer.status_code == 200, f"{path} {query}: {answer.text}"
    return answer.json()


def rows_of(page):
    return page["receipts" if "receipts" in page else "items"]


async def walked(stand, path):
    found, after = [], {}
    for _ in range(MOST):
        page = await asked(stand, path, limit=1, **after)
        assert len(rows_of(page)) <= 1
        found += rows_of(page)
        if page["next"] is None:
            return found
        after = {"after": page["next"]}
    raise AssertionError(f"{path} has no end")


async def fill(stand):
    """Something on every list that the gateway keeps itself."""
    for number in range(3):
        wish = {"order_no": f"SP/{number}/2026", "reason": "Diminta oleh jaksa."}
        await stand.post("/v1/data-protection/persons/person-1/everything", "dpo", wish)
        why = {"person": f"person-{number}", "reason": "Menunggu berarti bahaya.", "minutes": 5}
        await stand.post("/v1/emergencies", "operator", why)
        await stand.post("/v1/data-protection/persons/person-1/holds", "dpo", wish)
        await stand.post("/v1/data-protection/persons/person-1/corrections", "dpo", {"reason": wish["reason"]})
    question = {"person": "person-1", "action": "detention"}
    await stand.post("/v1/asks", "supervisor", question, tapal_purpose="alert:alert-1")
    wish = {"channel": "email", "address": "pos@polres.example"}
    await stand.post("/v1/subscriptions", "supervisor", wish)


async def test_the_lists_are_those_of_the_table_and_are_asked_alike(stand):
    document = (await stand.get("/openapi.json")).json()
    found = lists_of(document)
    assert set(found) == set(SHAPES)
    assert [path for path, method in found.items() if not paged_alike(document, path, method)] == []
    rows = {"Items", "Hits", "Receipts", *(f"{kind}Page" for kind in KINDS)}
    answers = {
        path: one["responses"]["200"]["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if "application/json" in one["responses"].get("200", {}).get("content", {})
    }
    assert [path for path, name in answers.items() if name in rows and path not in found] == []


async def test_pages_of_one_row_make_the_whole_list(stand):
    await fill(stand)
    for path in [path for path in SHAPES if path != "/v1/alerts"]:  # whose pages are made in services/alerts
        whole = rows_of(await asked(stand, path))
        found = await walked(stand, path)
        if path.startswith("/v1/audit"):
            # Whoever reads the log is on it: newer rows come before the first page, and none of them on a later one.
            known = [row["id"] for row in whole]
            assert [row["id"] for row in found if row["id"] in known] == known
        else:
            assert found == whole, path
        assert whole or path in EMPTY, f"{path}: nothing to page"


async def test_fields_can_be_chosen(stand):
    await fill(stand)
    for path, shape in SHAPES.items():
        for row in rows_of(await asked(stand, path))[:1]:
            names = sorted(name for name in row if shape.knows(name))
            for chosen in (names[:1], names[1:]):
                [got, *_] = rows_of(await asked(stand, path, fields=",".join(chosen), limit=1))
                assert set(got) <= set(chosen), path
                assert set(got) or path == "/v1/subscriptions", path


async def test_a_choice_of_fields_shows_nothing_more(stand):
    """What a viewer is not shown stays hidden when it is asked for by name."""
    refused = await stand.get("/v1/quarantine?fields=raw,agency", "admin")
    assert {row["raw"] for row in refused.json()["items"]} == {None}
    plain = await stand.get("/v1/alerts?fields=subject_name,subject.id", "operator")
    assert {row["subject_name"] for row in plain.json()["items"]} == {None}
    assert (await stand.get("/v1/alerts?fields=hold", "operator")).json()["code"] == "unknown_field"
    await stand.get("/v1/protection/tasks", "perlindungan")
    [row, *_] = (await stand.get("/v1/audit?fields=ids,action", "dpo")).json()["items"]
    assert row == {"action": "matters.list", "ids": []}


async def test_names_are_on_record_also_where_they_are_not_chosen(stand):
    page = await stand.get("/v1/alerts?fields=id", "operator", tapal_purpose="desk")
    assert set(page.json()["items"][0]) == {"id"}
    assert [row["action"] for row in await stand.audit()] == ["persons.names"]


async def test_a_page_of_a_search_records_whom_it_shows(stand):
    first = await asked(stand, "/v1/persons/search", limit=2)
    await asked(stand, "/v1/persons/search", limit=2, after=first["next"])
    shown = [row["person"] for row in first["items"]]
    assert [len(row["ids"]) for row in await stand.audit()] == [2, 1]
    assert (await stand.audit())[0]["ids"] == shown


@pytest.mark.parametrize("after", ["eA==", "WyItYXQiLCAxZTMwMCwgIngiXQ=="])
@pytest.mark.parametrize("path", ["/v1/audit", "/v1/consents", "/v1/emergencies", "/v1/sessions"])
async def test_a_made_up_position_is_refused(stand, path, after):
    answer = await stand.get(f"{path}?after={after}", "dpo")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_position")
