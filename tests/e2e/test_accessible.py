"""Every page for whoever uses a keyboard, a screen reader or a telephone: WCAG 2.2 AA, as axe-core checks it."""

from collections import Counter

import pytest
from foreign import Node

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]
ASKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async asked => (await axe.run(document, {runOnly: asked})).violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`))"""
LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(one => one.getAttribute('href').split('#')[0])"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Files, and what ends or changes the session.
NO_PAGE = ("/v1", "/static", "/docs", "/uploads/templates", "/logout", "/language")
NARROW = {"operator", "hotel", "dpo"}
"""Who is looked at on a telephone."""


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    Node(folder)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def kind_of(path):
    """Pages of one kind are made by one template; one of each is enough."""
    parts = path.partition("?")[0].split("/")
    return "/".join([*parts[:2], *("*" for _ in parts[2:])])


async def faults_of(page, axe):
    await page.evaluate(f"{axe};0")
    found = [*await page.evaluate(FOUND, ASKED)]
    return [*found, "wider than the window"] if await page.evaluate(TOO_WIDE) else found


@pytest.mark.parametrize(
    "account",
    ["operator", "supervisor", "hotel", "perlindungan", "dpo", "inspektur", "admin"],
)
async def test_every_page_of_a_role(people, axe, account):
    page = await people(account, width=360 if account in NARROW else 1366)
    base, ahead = page.url.partition("//")[2].partition("/")[0], [page.url, "/account"]
    seen, faults = Counter(), {}
    while ahead:
        path = ahead.pop(0)
        if path.startswith(NO_PAGE) or seen[kind_of(path)]:
            continue
        seen[kind_of(path)] += 1
        await page.goto(path if path.startswith("http") else f"http://{base}{path}")
        if found := await faults_of(page, axe):
            faults[path] = found
        ahead += await page.evaluate(LINKS)
    assert faults == {}
    assert len(seen) > 4
