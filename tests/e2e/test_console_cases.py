"""Cases in the console: opened from an alert, worked on, told of when others change them, closed by a supervisor."""

import json
import re

import aio_pika
import pytest
from browsing import picture
from playwright.async_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


async def test_a_case_is_opened_from_an_alert_and_taken_up(stand, people):
    stand.world.cases.pop("case-9")
    page = await people("operator")
    await page.goto(f"{stand.url}/alerts/alert-2")
    await page.get_by_role("button", name="Buka kasus").click()
    await page.wait_for_url("**/cases/*")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kasus: SAMPLE BRAM")
    await page.get_by_role("button", name="Kerjakan kasus ini").click()
    await expect(page.locator(".meta")).to_contain_text("operator")
    await page.goto(f"{stand.url}/alerts/alert-2")
    await expect(page.get_by_role("link", name=re.compile("^Kasus [0-9a-f]{8}$"))).to_be_visible()
    await page.goto(f"{stand.url}/cases")
    await expect(page.locator("tr[data-alert='case-1']")).to_contain_text("Kepala kantor")
    await picture(page, "cases")


async def test_a_case_page_says_what_is_missing_and_when_somebody_else_changed_it(stand, people):
    page = await people("operator")
    await page.goto(f"{stand.url}/cases/case-1")
    await picture(page, "case", full_page=True)
    await page.get_by_role("button", name="Mulai tugas").click()
    await expect(page.get_by_role("alert").filter(has_text="Tanyakan dahulu.")).to_be_visible()
    await expect(page.get_by_text("Tutup kasus")).to_have_count(0)
    told = {"case": "case-1", "revision": 2, "state": "open", "severity": 2, "level": "head", "agency": "imigrasi"}
    body = {**told, "agencies": ["imigrasi"], "opened_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    exchange = await stand.channel.get_exchange("alerts")
    await exchange.publish(aio_pika.Message(json.dumps(body).encode()), "case.changed")
    await expect(page.locator("[data-stale]")).to_be_visible()


async def test_a_supervisor_closes_with_a_reason_for_each_alert(stand, people):
    page = await people("supervisor")
    await page.goto(f"{stand.url}/cases/case-1")
    await page.get_by_text("Tutup kasus").first.click()
    form = page.locator("form:has(input[value=close])")
    # One that is on hold is not asked about.
    await expect(form.locator("select[name$=code]")).to_have_count(1)
    await form.get_by_label("Hasil").select_option("left")
    await form.get_by_label("Alasan untuk peringatan ini").select_option("late_report")
    await form.get_by_label("Alasan", exact=True).fill("Keluar lewat Entikong.")
    await form.get_by_role("button").click()
    await expect(page.locator("h1 + .state")).to_have_text("Ditutup")
    await expect(page.get_by_text("SAMPLE ALIA")).to_have_count(0)


async def test_the_rules_page_shows_how_often_people_dismissed(stand, people):
    page = await people("dpo")
    await page.get_by_role("link", name="Aturan").click()
    await expect(page.locator("tr", has_text="R02a v1")).to_contain_text("25 %")
    await expect(page.locator("tr", has_text="R02a v1")).to_contain_text("1 Laporan terlambat masuk")


async def test_it_fits_a_phone(stand, people):
    page = await people("supervisor", 390, 844)
    for path in ("/cases", "/cases/case-1", "/rules"):
        await page.goto(f"{stand.url}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
