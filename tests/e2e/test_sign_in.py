"""A browser goes to a provider of another site, and comes back to a console that knows it."""

import httpx
import pytest
from browsing import CHROMIUM, QUIET, browsing, picture
from gateway_stand import PASSWORD
from identity_provider import identity_provider
from playwright.async_api import async_playwright, expect

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


async def test_an_administrator_says_on_the_page_whose_account_it_is_and_takes_it_back(stand, tmp_path):
    async with (
        identity_provider(tmp_path) as office,
        stand.another(http_port=office.port, oidc=office.settings) as url,
        browsing(url, lambda _: PASSWORD) as enter,
    ):
        page = await enter("admin")
        await page.goto(f"{url}/accounts")
        row = page.get_by_role("row").filter(has=page.get_by_text("polisi", exact=True))
        await row.get_by_text("Masuk lewat penyedia identitas").click()
        await row.get_by_label("Nomor orang itu di penyedia identitas").fill("budi")
        await page.keyboard.press("Enter")
        await expect(row.get_by_text("tertaut ke penyedia identitas")).to_be_visible()
        await expect(row.get_by_text("aktif")).to_be_visible()
        await row.get_by_text("Masuk lewat penyedia identitas").click()
        await picture(page, "accounts-linked", full_page=True)
        assert (await stand.database.accounts.find_one({"_id": "polisi"}))["sign_in"]["issuer"] == office.issuer
        await row.get_by_role("button", name="Putuskan tautan").click()
        await expect(row.get_by_text("tertaut ke penyedia identitas")).to_have_count(0)
        assert await stand.database.sign_ins.count_documents({"account": "polisi"}) == 0
