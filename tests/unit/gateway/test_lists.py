from typing import Annotated

import httpx
import pytest

from chassis.http import create_app
from gateway import shapes
from gateway.lists import Listing, Shape, listed
from gateway.shapes import ALERTS, AUDIT, QUARANTINE

pytestmark = pytest.mark.anyio

SHAPE = Shape(frozenset({"id", "at", "subject.kind", "subject.id", "parts.n", "more.*"}), ("-at", "id"), most=50)
ROWS = [
    {
        "id": f"r{n}",
        # The same moments, written in two ways.
        "at": f"2026-11-0{n}T08:00:00+07:00" if n % 2 else f"2026-11-0{n}T01:00:00.000Z",
        "subject": {"kind": "person", "id": f"p{n}"},
        "parts": [{"n": n, "secret": n}, {"n": n + 1}],
        "more": {"x": {"y": n}},
    }
    for n in range(1, 6)
]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def ask():
    app = create_app("list", "0", {})

    @app.get("/rows", response_model=None)
    async def rows(page: Annotated[Listing, listed(SHAPE)]):
        return page.of(ROWS, total=len(ROWS))

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://list") as client:

        async def get(**query):
            return await client.get("/rows", params=query)

        yield get


async def test_the_usual_order_comes_first_and_another_is_kept_too(ask):
    newest = (await ask()).json()
    assert [row["id"] for row in newest["items"]] == ["r5", "r4", "r3", "r2", "r1"]
    assert (newest["next"], newest["total"]) == (None, 5)
    assert [row["id"] for row in (await ask(sort="id", limit=2)).json()["items"]] == ["r1", "r2"]


async def test_pages_follow_each_other_to_the_end(ask):
    found, after = [], {}
    for _ in range(3):
        page = (await ask(limit=2, **after)).json()
        found += [row["id"] for row in page["items"]]
        after = {"after": page["next"]}
    assert found == ["r5", "r4", "r3", "r2", "r1"]
    assert after == {"after": None}


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ("id", {"id": "r5"}),
        ("subject.id,id", {"id": "r5", "subject": {"id": "p5"}}),
        ("subject", {"subject": {"kind": "person", "id": "p5"}}),
        ("parts.n", {"parts": [{"n": 5}, {"n": 6}]}),
        ("more.x", {"more": {"x": {"y": 5}}}),
        ("more.x.y,id", {"id": "r5", "more": {"x": {"y": 5}}}),
        ("more.other", {"more": {}}),
    ],
)
async def test_fields_are_chosen_of_each_row(ask, fields, row):
    answer = (await ask(fields=fields, limit=1)).json()
    assert answer["items"] == [row]
    assert answer["total"] == 5


@pytest.mark.parametrize("fields", ["name", "id,name", "id.x", "subject.name", "parts.secret", "mor"])
async def test_a_name_that_rows_do_not_have_is_refused(ask, fields):
    answer = await ask(fields=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_field")
    assert answer.json()["fields"] == [name for name in sorted(fields.split(",")) if name != "id"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"sort": "more"}, "unknown_sort"),
        ({"sort": "at"}, "unknown_sort"),
        ({"after": "eA=="}, "unknown_position"),
        ({"limit": 51}, "invalid_request"),
        ({"limit": 0}, "invalid_request"),
        ({"fields": "Id"}, "invalid_request"),
        ({"fields": ""}, "invalid_request"),
    ],
)
async def test_what_a_list_does_not_offer_is_refused(ask, query, code):
    answer = await ask(**query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_position_of_one_order_is_none_of_another(ask):
    after = (await ask(limit=1)).json()["next"]
    assert (await ask(limit=1, after=after, sort="id")).json()["code"] == "unknown_position"


@pytest.mark.parametrize("name", shapes.__all__)
def test_every_list_is_in_the_order_of_names_that_its_rows_have(name):
    shape = getattr(shapes, name)
    for sort in shape.sorts:
        assert shape.knows(sort.removeprefix("-")), sort
    assert all(shape.knows(one) for one in shape.key)


def test_what_no_caller_is_shown_is_in_no_list():
    assert not ALERTS.knows("hold")
    assert not AUDIT.knows("chain")
    assert not QUARANTINE.knows("keys")
