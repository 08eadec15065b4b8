"""A browser goes to a provider of another site, and comes back to a console that knows it."""

import httpx
import pytest
from browsing import CHROMIUM, QUIET
from identity_provider import identity_provider
from playwright.async_api import async_playwright

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


async def test_somebody_signs_in_by_the_office_and_lands_where_they_wanted(stand, tmp_path):
    async with identity_provider(tmp_path) as office, stand.another(http_port=office.port, oidc=office.settings) as url:
        async with await stand.client("admin") as admin:
            await admin.put(f"{url}/v1/accounts/operator/sign-in", json={"subject": "sari"})
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = await browser.new_page()
            faults = []
            page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
            await page.goto(f"{url}/cases")
            await page.get_by_role("link", name="Masuk dengan akun kantor").click()
            # Another site: what is strict stays behind on the way back.
            assert httpx.URL(page.url).host == "localhost"
            await page.get_by_label("Name").fill("sari")
            await page.get_by_role("button", name="In").click()
            await page.wait_for_url(f"{url}/cases")
            assert "Contoh operator" in await page.inner_text("header")
            assert faults == []
            await browser.close()
