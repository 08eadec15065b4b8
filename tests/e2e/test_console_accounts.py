"""The console's page of accounts in a real browser."""

import pytest
from browsing import picture
from playwright.async_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


@pytest.fixture(autouse=True)
async def nobody_new(stand):
    yield
    await stand.database.accounts.delete_many({"_id": {"$in": ["petugas.baru", "penyelia.baru"]}})


async def test_an_administrator_makes_locks_and_changes_an_account(stand, people):
    page = await people("admin")
    await page.get_by_role("link", name="Akun", exact=True).click()
    await expect(page.get_by_role("heading", name="Akun petugas")).to_be_visible()
    await page.locator("summary", has_text="Akun baru").click()
    await page.locator("#account").fill("petugas.baru")
    await page.locator("#name").fill("Petugas Baru")
    await page.locator("#agency").select_option("polres")
    await page.get_by_role("button", name="Akun baru").click()
    await expect(page.get_by_text("Kata sandi pertama untuk petugas.baru")).to_be_visible()
    assert len((await page.locator("code.code").inner_text()).split("-")) == 4
    row = page.get_by_role("row").filter(has_text="petugas.baru")
    await expect(row.get_by_text("kata sandi pertama belum diganti")).to_be_visible()
    await picture(page, "accounts", full_page=True)
    await row.get_by_role("button", name="Kunci akun").click()
    await expect(row.get_by_text("dikunci")).to_be_visible()
    await row.get_by_role("button", name="Buka akun").click()
    await expect(row.get_by_text("aktif")).to_be_visible()
    await row.get_by_text("Peran atau instansi lain").click()
    await row.get_by_label("Peran").select_option("supervisor")
    await row.get_by_role("button", name="Ubah peran").click()
    await expect(row.get_by_role("cell", name="Penyelia Polres Kapuas Hulu", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    own = page.get_by_role("row").filter(has_text="akun Anda")
    await expect(own.get_by_role("button")).to_have_count(0)


async def test_a_second_person_agrees_on_the_page_of_safeguards(stand, people):
    page = await people("admin")
    await page.goto(f"{stand.url}/accounts")
    await page.locator("summary", has_text="Akun baru").click()
    await page.locator("#account").fill("penyelia.baru")
    await page.locator("#role").select_option("supervisor")
    await page.locator("#why").fill("Surat tugas kepala unit.")
    await page.get_by_role("button", name="Minta persetujuan orang kedua").click()
    await expect(page.get_by_role("cell", name="penyelia.baru:supervisor:imigrasi")).to_be_visible()
    second = await people("dpo")
    await second.goto(f"{stand.url}/guards")
    await second.get_by_role("button", name="Setuju").click()
    await expect(second.get_by_text("disetujui")).to_be_visible()
    await page.goto(f"{stand.url}/accounts")
    await expect(page.get_by_role("cell", name="disetujui dpo")).to_be_visible()
    await picture(page, "accounts-agreed", full_page=True)
