"""The console's safeguards in a real browser: remit, breaking the glass, and what takes two people."""

import pytest
from browsing import picture
from playwright.async_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


async def test_a_dossier_says_what_is_outside_of_the_remit(stand, people):
    page = await people("polisi")
    await page.goto(f"{stand.url}/persons/person-2?alert=alert-2")
    await expect(page.get_by_text("Di luar lingkup tugas instansi Anda, tidak ditampilkan: pekerjaan.")).to_be_visible()
    await picture(page, "remit")


async def test_an_emergency_opens_a_dossier_and_is_judged(stand, people):
    page = await people("polisi")
    await page.goto(f"{stand.url}/persons/person-1?alert=alert-2")
    await expect(page.get_by_text("Tujuan ini tidak menyangkut orang tersebut")).to_be_visible()
    await page.get_by_text("Akses darurat").click()
    await page.get_by_label("Mengapa tidak bisa menunggu?").fill("Orang itu tidak sadar di jalan.")
    await picture(page, "glass")
    await page.get_by_role("button", name="Buka sekarang").click()
    await expect(page.get_by_role("heading", name="SAMPLE ALIA")).to_be_visible()
    await expect(page.get_by_text("akses darurat")).to_be_visible()
    page = await people("dpo")
    await page.goto(f"{stand.url}/guards")
    await expect(page.get_by_role("cell", name="Orang itu tidak sadar di jalan.")).to_be_visible()
    await page.get_by_label("Alasan").fill("Menyelamatkan nyawa.")
    await page.get_by_role("button", name="Beralasan", exact=True).click()
    await expect(page.get_by_text("Menyelamatkan nyawa.")).to_be_visible()
    await picture(page, "judged")


async def test_two_officers_of_the_desk_open_a_dossier_together(stand, people):
    page = await people("perlindungan")
    await page.get_by_role("link", name="Permintaan bantuan").click()
    await page.get_by_label("Mengapa identitas diperlukan").fill("Menjemput malam ini.")
    await page.get_by_role("button", name="Minta persetujuan").click()
    await expect(page.get_by_text("Menunggu persetujuan petugas kedua.")).to_be_visible()
    second = await people("wakil")
    await second.goto(f"{stand.url}/guards")
    await picture(second, "consents")
    await second.get_by_role("button", name="Setuju").click()
    await expect(second.get_by_text("disetujui")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Disetujui sampai")).to_be_visible()
    await page.get_by_role("link", name="Buka berkas").click()
    await expect(page.get_by_role("heading", name="SAMPLE BRAM")).to_be_visible()


async def test_an_export_is_asked_for_allowed_and_downloaded(stand, people):
    page = await people("supervisor")
    await page.goto(f"{stand.url}/guards")
    await page.get_by_text("Minta ekspor peringatan terbuka").click()
    await page.get_by_label("Nomor surat perintah").fill("SP-12/2026")
    await page.get_by_label("Alasan").fill("Rapat koordinasi.")
    await page.get_by_role("button", name="Minta persetujuan").click()
    await expect(page.get_by_role("cell", name="SP-12/2026")).to_be_visible()
    second = await people("kepala")
    await second.goto(f"{stand.url}/guards")
    await second.get_by_role("button", name="Setuju").click()
    await expect(second.get_by_text("disetujui")).to_be_visible()
    await page.reload()
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Unduh sekali").click()
    assert "SAMPLE ALIA" in (await (await loading.value).path()).read_text()


async def test_a_correction_is_taken_in_on_an_event_and_answered_by_the_officer(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/persons/person-1/events/k1?alert=alert-1")
    await page.get_by_text("Orang ini meminta perbaikan").click()
    await page.get_by_label("Apa yang keliru, dan apa yang benar").fill("Saya keluar pada 3 Maret.")
    await page.get_by_role("button", name="Catat").click()
    await expect(page.get_by_role("heading", name="dibantah")).to_be_visible()
    page = await people("dpo")
    await page.get_by_role("link", name="Pelindungan data").click()
    await expect(page.get_by_role("cell", name="Saya keluar pada 3 Maret.")).to_be_visible()
    await page.locator("summary", has_text="Tahan penghapusan").click()
    await page.locator("#person-hold").fill("person-2")
    await page.locator("#order-hold").fill("SP-7/2026")
    await page.locator("#why-hold").fill("Perkara berjalan.")
    await page.get_by_role("button", name="Tahan penghapusan seseorang").click()
    await expect(page.get_by_text("berlaku · Cabut")).to_be_visible()
    await expect(page.get_by_role("cell", name="tinggal yang selesai")).to_be_visible()
    await picture(page, "privacy", full_page=True)
    await page.get_by_label("Jawaban dan alasan").fill("Cap paspor dilihat.")
    await page.get_by_role("button", name="Diperbaiki", exact=True).click()
    await expect(page.get_by_text("Cap paspor dilihat.")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await stand.database.corrections.delete_many({})
