"""The console as people use it, in Debian's Chromium, over a real gateway, broker, database and Redis."""

import asyncio
import json
import re

import pytest
from browsing import picture
from gateway_stand import PASSWORD
from playwright.async_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


async def test_a_wrong_password_is_said_in_words(stand, people):
    page = await people("operator")
    await page.get_by_role("button", name="Ganti orang").click()
    await page.get_by_label("Nama pengguna").fill("operator")
    await page.get_by_label("Kata sandi").fill("salah")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("Nama pengguna atau kata sandi salah.")


async def test_a_console_where_nobody_is_locks_and_its_person_goes_on(stand, people):
    page = await people("operator")
    await page.evaluate("localStorage.setItem('tapal-input', '1')")
    await expect(page.get_by_role("heading", name="Terkunci")).to_be_visible(timeout=15000)
    assert page.url.endswith("/unlock?next=%2Falerts")
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("tr[data-alert='alert-1']")).to_be_visible()
    await page.get_by_role("button", name="Kunci").click()
    await expect(page.get_by_text("Sesi ini milik Contoh operator.")).to_be_visible()


async def test_the_list_lives(stand, people):
    page = await people("operator")
    await expect(page.locator(".live.on")).to_be_visible()
    await expect(page.locator(".practice")).to_contain_text("MODE LATIHAN")
    await expect(page.locator("tr[data-alert='alert-1'] .state")).to_have_text("Baru")
    await expect(page.locator("tr[data-alert='alert-2'] .state")).to_have_text("Ditahan")
    await expect(page.locator(".fresh .silent")).to_contain_text("Hotel Kapuas")
    await picture(page, "alerts")
    stand.world.alerts["alert-1"] |= {"state": "acknowledged", "revision": 2}
    await stand.announce(id="alert-1", revision=2, state="acknowledged")
    await expect(page.locator("tr[data-alert='alert-1'] .state")).to_have_text("Sudah dilihat")
    stand.world.alerts["alert-1"] |= {"state": "withdrawn", "revision": 3}
    await stand.announce(id="alert-1", revision=3, state="withdrawn")
    await expect(page.locator("tr[data-alert='alert-1']")).to_have_count(0)


async def test_an_alert_is_worked_on_to_a_decision(stand, people):
    page = await people("operator")
    await page.get_by_role("link", name="Belum terlihat keluar").first.click()
    await expect(page.get_by_text("Perlu klarifikasi")).to_be_visible()
    await picture(page, "alert")
    await page.get_by_role("button", name="Sudah saya lihat").click()
    await page.get_by_role("button", name="Mulai telaah").click()
    await page.get_by_label("Alasan").fill("Keluar lewat Entikong menurut sistem nasional.")
    await page.get_by_role("button", name="Kesampingkan").click()
    await expect(page.get_by_role("heading", name="Keputusan")).to_be_visible()
    assert stand.world.alerts["alert-1"]["decision"]["outcome"] == "dismissed"


async def test_an_alert_is_put_aside_and_found_in_its_list(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/alerts/alert-1")
    await page.get_by_label("Sampai fakta ini berubah").select_option("stay.application_pending")
    await page.locator("#aside-reason").fill("Menunggu keputusan perpanjangan.")
    await page.get_by_role("button", name="Tunda").click()
    await expect(page.get_by_role("button", name="Ambil kembali")).to_be_visible()
    await picture(page, "aside")
    await page.goto(f"{stand.url}/snoozes")
    await expect(page.get_by_text("Menunggu keputusan perpanjangan.")).to_be_visible()
    await picture(page, "snoozes")


async def test_a_rule_is_looked_at_and_stopped(stand, people):
    page = await people("supervisor")
    await page.get_by_role("link", name="Aturan").click()
    await expect(page.get_by_text("R12 memunculkan 41 peringatan")).to_be_visible()
    await picture(page, "rules", full_page=True)
    await page.goto(f"{stand.url}/rules/R02a/2")
    await expect(page.get_by_text("lainnya")).to_be_visible()
    await picture(page, "rule", full_page=True)
    await page.locator("#reason-kill").fill("Salah hitung hari.")
    await page.get_by_role("button", name="Hentikan").click()
    await expect(page.get_by_text("dihentikan").first).to_be_visible()


async def test_somebody_elses_step_is_told_and_a_stale_one_refused(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/alerts/alert-1")
    stand.world.alerts["alert-1"]["revision"] = 2
    await page.get_by_role("button", name="Sudah saya lihat").click()
    await expect(page.get_by_text("Revisi lama.")).to_be_visible()
    await stand.announce(id="alert-1", revision=2)
    await expect(page.get_by_text("Peringatan ini baru saja berubah.")).to_be_visible()


async def test_a_dossier_opens_from_its_alert_and_says_what_it_rests_on(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/alerts/alert-1")
    await page.get_by_role("link", name="Buka berkas orang ini").click()
    await expect(page.get_by_role("heading", name="SAMPLE ALIA")).to_be_visible()
    await expect(page.locator(".summary")).to_contain_text("belum terlihat keluar")
    await expect(page.locator(".timeline li")).to_have_count(3)
    await expect(page.locator(".attention")).to_contain_text("Tercatat keluar, lalu tercatat di sini")
    await expect(page.locator("section.card", has_text="Pekerjaan")).to_contain_text("PT Contoh")
    await picture(page, "dossier")
    assert (await stand.audit())[-1]["purpose"] == "alert:alert-1"


async def test_a_party_opens_from_a_dossier_and_shows_its_history(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/persons/person-1?alert=alert-1")
    await page.get_by_role("link", name="PT Contoh").click()
    await expect(page.get_by_role("heading", name="PT Contoh")).to_be_visible()
    await expect(page.locator(".timeline > li")).to_have_count(4)
    await expect(page.locator(".timeline")).to_contain_text("hasil tidak ditemukan di alamat")
    await expect(page.locator("aside")).to_contain_text("Selain itu 2 orang")
    await picture(page, "party-alert")
    await page.locator(".timeline a", has_text="k2").click()
    await expect(page.get_by_text("sesuai segel")).to_be_visible()
    assert "SAMPLE CHEN" not in await page.content()
    assert (await stand.audit())[-2]["ids"] == ["party-2", "person-1"]


async def test_under_an_order_a_party_leads_to_everybody_in_its_history(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/parties/party-2")
    await page.get_by_label("Nomor surat perintah").fill("SP/15/2026")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="PT Contoh")).to_be_visible()
    await picture(page, "party-order", full_page=True)
    await page.locator(".timeline").get_by_role("button", name="SAMPLE CHEN").click()
    await expect(page.get_by_role("heading", name="SAMPLE CHEN")).to_be_visible()
    await page.locator("aside").get_by_role("button", name="Hotel Contoh").click()
    await expect(page.get_by_role("alert").filter(has_text="Pihak tidak dikenal.")).to_be_visible()
    await page.locator(".timeline").get_by_role("button", name="k1").click()
    await page.get_by_role("button", name="Kembali ke berkas").click()
    await expect(page.get_by_role("heading", name="SAMPLE CHEN")).to_be_visible()
    await picture(page, "dossier-order", full_page=True)
    rows = [row for row in await stand.audit() if row["action"] not in ("persons.names", "quarantine.read")]
    assert {row["purpose"] for row in rows} == {"order:SP/15/2026"}
    assert [row["action"] for row in rows] == ["parties.read", *("persons.read", "persons.event", "persons.read")]


async def test_a_value_leads_to_the_event_it_rests_on(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/persons/person-1?alert=alert-1")
    await page.locator(".timeline a").first.click()
    await expect(page.get_by_text("sesuai segel")).to_be_visible()
    await expect(page.locator("pre")).to_contain_text('"id": "e-1"')
    await picture(page, "event")
    await page.get_by_role("link", name="Kembali ke berkas").click()
    await expect(page.get_by_role("heading", name="SAMPLE ALIA")).to_be_visible()
    assert "persons.event" in [row["action"] for row in await stand.audit()]


async def test_a_dossier_of_another_day_says_so(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/persons/person-1?alert=alert-1")
    await page.get_by_label("Keadaan per").fill("2026-11-01")
    await page.get_by_role("button", name="Tampilkan").click()
    await expect(page.locator(".warning")).to_contain_text("Keadaan per 1 Nov 2026")
    await page.get_by_role("link", name="Kembali ke hari ini").click()
    await expect(page.locator(".warning")).to_have_count(0)


async def test_outside_an_alert_an_order_is_asked_for_and_stays_out_of_the_address(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/find")
    await page.get_by_label("Nomor surat perintah").fill("SP/12/2026")
    await page.get_by_label("Nomor dokumen").fill("X0000001")
    await page.get_by_label("Negara penerbit").fill("uto")
    await page.get_by_role("button", name="Cari dokumen").click()
    await expect(page.get_by_role("heading", name="SAMPLE ALIA")).to_be_visible()
    assert "X0000001" not in page.url
    assert "SP" not in page.url
    await page.goto(f"{stand.url}/persons/person-3")
    await expect(page.get_by_role("heading", name="Untuk apa berkas ini dibuka?")).to_be_visible()
    await page.get_by_label("Nomor surat perintah").fill("SP/13/2026")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="SAMPLE CHEN")).to_be_visible()
    assert [row["purpose"] for row in await stand.audit() if row["action"] == "persons.read"] == [
        "order:SP/12/2026",
        "order:SP/13/2026",
    ]


async def test_somebody_is_found_by_a_line_of_text_and_opened_under_the_same_order(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/find")
    await page.get_by_label("Nomor surat perintah").fill("SP/14/2026")
    await page.get_by_label("Nama, tanggal lahir").fill("sample")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found .card")).to_have_count(3)
    await expect(page.locator("#found")).to_contain_text("nama sangat mendukung (1 sama, 1 bunyi serupa; +15.6)")
    await page.get_by_label("Nama, tanggal lahir").fill("SAMPLE")
    await page.get_by_role("button", name="Cari", exact=True).click()
    await expect(page.locator("#found")).to_contain_text("tidak semuanya diperiksa")
    await picture(page, "found")
    await page.get_by_role("button", name="SAMPLE BRAM").click()
    await expect(page.get_by_role("heading", name="SAMPLE BRAM")).to_be_visible()
    assert "SP" not in page.url
    rows = [row for row in await stand.audit() if row["action"].startswith("persons.")]
    assert {row["purpose"] for row in rows if row["action"] != "persons.names"} == {"order:SP/14/2026"}


async def test_a_supervisor_settles_a_doubtful_pair(stand, people):
    page = await people("supervisor")
    await page.get_by_role("link", name="Pasangan data").click()
    await page.get_by_role("link", name="Satu dokumen, data berbeda").click()
    await expect(page.get_by_role("heading", name="SAMPLE BRAM")).to_be_visible()
    await expect(page.get_by_text("1990-01-11")).to_be_visible()
    await page.get_by_label("Alasan").fill("Paspor asli diperiksa.")
    async with page.expect_response(lambda answer: answer.url.endswith("/verdict")) as asked:
        await page.get_by_role("button", name="Orang yang sama").click()
    assert (await asked.value).status == 200
    await expect(page.get_by_text("sudah diputuskan")).to_be_visible()


async def test_a_supervisor_splits_a_person(stand, people):
    page = await people("supervisor")
    await page.goto(f"{stand.url}/persons/person-2?alert=alert-2")
    await expect(page.get_by_text("ada kejadian yang dibantah")).to_be_visible()
    await page.get_by_label("1993-01-01").check()
    await page.get_by_label("Alasan").fill("Dua orang berbeda.")
    async with page.expect_response(lambda answer: answer.url.endswith("/split")) as asked:
        await page.get_by_role("button", name="Pisahkan yang dipilih").click()
    assert (await asked.value).status == 200


async def test_an_officer_contests_an_event_and_a_supervisor_decides(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/persons/person-1/events/k1?alert=alert-1")
    await page.get_by_label("Alasan").fill("Orang itu tidak pernah masuk di sana.")
    await page.get_by_role("button", name="Bantah kejadian ini").click()
    await expect(page.get_by_role("heading", name="dibantah")).to_be_visible()
    await expect(page.get_by_role("button", name="Tetap berlaku")).to_have_count(0)
    page = await people("supervisor")
    await page.goto(f"{stand.url}/persons/person-1/events/k1?alert=alert-1")
    await picture(page, "contested")
    await page.get_by_label("Alasan: Kesampingkan kejadian").fill("Cap di paspor bukan dari pos itu.")
    await page.get_by_role("button", name="Kesampingkan kejadian").click()
    await expect(page.get_by_text("dikesampingkan")).to_be_visible()
    await expect(page.get_by_role("button", name="Bantah kejadian ini")).to_be_visible()
    await picture(page, "set-aside")
    asked = [("registry", f"events/k1/{way} person-1") for way in ("contest", "set-aside")]
    assert [one[:2] for one in stand.world.asked if one[1].startswith("events/")] == asked


async def test_an_officer_corrects_a_refused_event_and_sends_it_again(stand, people):
    page = await people("polisi")
    await page.get_by_role("link", name="Peristiwa ditolak").click()
    await page.get_by_text("Perbaiki dan kirim ulang").click()
    written = page.get_by_label("Peristiwa yang dikirim ulang")
    await expect(written).to_have_value(re.compile("SAMPLE DODO"))
    await page.get_by_label("Alasan").fill("Desa ditambahkan.")
    await written.fill("{tidak benar")
    await page.get_by_role("button", name="Kirim ulang").click()
    await expect(page.get_by_role("alert")).to_have_text("Isi bukan JSON yang benar.")
    await picture(page, "correct")
    await written.fill('{"id": "e1", "data": {"village": "61.06.14.2001"}}')
    await page.get_by_role("button", name="Kirim ulang").click()
    await expect(page.get_by_text("diterima")).to_be_visible()
    await expect(page.get_by_text("Contoh", exact=False).first).to_be_visible()
    await picture(page, "replayed")


async def test_the_protection_desk_releases_with_a_reason(stand, people):
    page = await people("perlindungan")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await picture(page, "protection")
    await page.get_by_role("link", name="Permintaan bantuan").click()
    await picture(page, "matter")
    await page.get_by_label("Alasan").fill("Orang itu aman dan setuju.")
    await page.get_by_role("button", name="Lepaskan penahanan").click()
    await expect(page.locator(".state")).to_have_text("Dilepas")
    assert stand.world.tasks["task-1"]["state"] == "released"


async def test_a_sign_is_taken_and_leads_to_everyone_in_it(stand, people):
    page = await people("perlindungan")
    await page.get_by_role("link", name="Orang ditemukan di luar pos").click()
    await expect(page.get_by_text("sudah ditarik pengirimnya")).to_be_visible()
    await picture(page, "sign")
    await page.get_by_role("button", name="Saya tangani").click()
    await expect(page.get_by_role("button", name="Saya tangani")).to_have_count(0)
    assert stand.world.tasks["task-2"]["taken_by"] == "perlindungan"
    await stand.revealed("task-2")
    await page.get_by_role("link", name="Orang ke-2").click()
    await expect(page.get_by_role("heading", name="SAMPLE CHEN")).to_be_visible()


async def test_a_protection_officer_who_is_no_member_is_told_so_on_a_page(stand, people):
    stand.world.members.clear()
    page = await people("perlindungan")
    await expect(page.get_by_role("alert")).to_have_text("Anda bukan anggota meja perlindungan.")
    await picture(page, "no-member")


async def test_before_a_step_an_officer_asks_on_the_alert_s_page(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/alerts/alert-1")
    await page.get_by_label("Sebelum", exact=True).select_option("hand_over")
    await page.get_by_role("button", name="Tanyakan").click()
    asks = page.locator(".asks li")
    await expect(asks).to_contain_text("Menunggu jawaban")
    stand.world.asks["ask-1"] |= {"state": "proceed", "answer": "proceed", "valid_until": "2026-12-01T08:00:00Z"}
    await page.get_by_role("button", name="Lihat jawaban").click()
    await expect(asks).to_contain_text("Silakan lanjut")
    await expect(asks).to_contain_text("penyerahan")
    await picture(page, "ask", full_page=True)


async def test_others_have_no_protection_desk_and_see_no_persons(stand, people):
    page = await people("admin")
    await expect(page.get_by_role("link", name="Meja perlindungan")).to_have_count(0)
    for path in ("/protection", "/alerts"):
        await page.goto(f"{stand.url}{path}")
        await expect(page.get_by_role("alert")).to_have_text("Peran Anda tidak berwenang untuk ini.")


async def test_the_console_speaks_english_too(stand, people):
    page = await people("dpo")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Access log")).to_be_visible()


async def test_it_fits_a_phone(stand, people):
    page = await people("operator", 390, 844)
    dossier, party = "/persons/person-1?alert=alert-1", "/parties/party-2?alert=alert-1"
    for path in ("/alerts", "/alerts/alert-1", dossier, party, "/sources"):
        await page.goto(f"{stand.url}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_it_can_be_worked_by_keyboard_alone(stand, people):
    page = await people("operator")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.rows a')"):
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/alerts/alert-1")


async def test_pages_need_nothing_from_elsewhere(stand, people):
    page = await people("operator")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/alerts", "/docs", "/alerts/alert-1"):
        await page.goto(f"{stand.url}{path}")
    await asyncio.sleep(0.2)
    assert [url for url in asked if not url.startswith(stand.url)] == []
    answer = await page.request.get(f"{stand.url}/openapi.json")
    assert "/v1/events" in json.loads(await answer.text())["paths"]
