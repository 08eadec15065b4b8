"""Small senders as they work: in Chromium, against the whole system, down to the registry's receipts."""

from datetime import datetime, timedelta, timezone

import pytest
from browsing import browsing, picture
from playwright.async_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]
HEADINGS = "Nomor Tinggal;Nama;Nomor Dokumen;Negara Penerbit;Tanggal Lahir;Masuk;Keluar\n"
YESTERDAY = datetime.now(timezone(timedelta(hours=7))) - timedelta(days=1)


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def people(system):
    async with browsing(system.gateway, lambda name: system.account(name)["password"]) as enter:
        yield enter


def guest(number: int, came: str) -> str:
    return f"KAMAR-{number};CONTOH TAMU {number};Z{number:07};UTO;1990-05-0{number};{came};\n"


async def test_a_reception_uploads_its_guest_book_and_sees_what_became_of_it(people, tmp_path):
    file = tmp_path / "tamu.csv"
    came = f"{YESTERDAY:%d/%m/%Y %H:%M}"
    file.write_text(HEADINGS + guest(1, came) + guest(2, came) + guest(3, "kemarin"))
    page = await people("hotel")
    await expect(page.get_by_role("heading", name="Unggah data", exact=True)).to_be_visible()
    await picture(page, "uploads")
    await page.get_by_label("Berkas XLSX atau CSV").set_input_files(file)
    await page.get_by_role("button", name="Periksa").click()
    await expect(page.get_by_text("Bukan tanggal dengan jam")).to_be_visible()
    await picture(page, "upload-preview")
    await page.get_by_role("button", name="Kirim 2 baris").click()
    for _ in range(40):
        if await page.get_by_text("Diterima").count() == 2:
            break
        await page.wait_for_timeout(500)
        await page.reload()
    assert await page.get_by_text("Diterima").count() == 2
    await picture(page, "upload-result")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_text("Not a date with a time")).to_be_visible()


async def test_a_post_prints_numbered_lines(people):
    page = await people("pos")
    await page.get_by_role("link", name="Formulir cetak").click()
    await page.get_by_label("Nomor buku").fill("B-2026")
    await page.get_by_label("Baris pertama").fill("26")
    await page.get_by_role("button", name="Muat ulang").click()
    await expect(page.get_by_text("B-2026/50")).to_be_visible()
    await picture(page, "form")


async def test_an_officer_types_in_what_is_said_by_telephone(people):
    page = await people("polisi")
    await page.get_by_role("link", name="Laporan telepon").click()
    form = page.locator("details").first
    await form.get_by_label("Waktu kejadian (WIB)").fill(f"{YESTERDAY:%Y-%m-%dT%H:%M}")
    await form.get_by_label("Kode desa atau kecamatan").fill("61.06.14.2001")
    await picture(page, "telephone")
    await form.get_by_role("button", name="Kirim laporan").click()
    await expect(page.get_by_role("status")).to_have_text("Laporan dicatat dan diteruskan.")


async def test_the_sources_page_shows_how_each_source_is_doing(people):
    page = await people("operator")
    await page.get_by_role("link", name="Sumber data").click()
    await expect(page.get_by_role("heading", name="Kartu nilai sumber")).to_be_visible()
    await picture(page, "sources")
