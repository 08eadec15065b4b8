"""A browser that logs in by the form, and keeps whatever a page complains of."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
QUIET += ["--disable-component-update", "--disable-sync"]
# One folder to look at afterwards, or none.
PICTURES = os.environ.get("TAPAL_TEST_PICTURES")


@asynccontextmanager
async def browsing(address: str, password: Callable[[str], str]) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Opens a page for an account, logged in. Fails at the end where a page had a fault."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: apt-get install -y --no-install-recommends chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        faults: list[str] = []

        async def enter(account: str, width: int = 1366, height: int = 768) -> Page:
            context = await browser.new_context(viewport={"width": width, "height": height})
            page = await context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
            await page.goto(f"{address}/login")
            await page.get_by_label("Nama pengguna").fill(account)
            await page.get_by_label("Kata sandi").fill(password(account))
            await page.keyboard.press("Enter")
            await page.wait_for_url(lambda url: "/login" not in url)
            return page

        yield enter
        await browser.close()
        assert faults == []


async def picture(page: Any, name: str, *, full_page: bool = False) -> None:
    """Keep a picture, where somebody asked for pictures."""
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=full_page)
