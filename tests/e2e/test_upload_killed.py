"""The gateway is killed in the middle of an import: it goes on where it stopped, and nobody is a guest twice."""

import time

import httpx
import pytest
from scanned import scanned_system

pytestmark = pytest.mark.e2e
ROWS = 1000
SYLLABLES = ("BA", "KO", "RI", "MU", "TE", "SA", "LO", "WI", "NU", "DE")
HEADINGS = "Nomor Tinggal;Nama;Nomor Dokumen;Negara Penerbit;Masuk\n"


def guest(number: int) -> str:
    first, second, third = (SYLLABLES[int(digit)] for digit in f"{number:03}")
    return f"K-{number};{first}{third}N {second}{first}R {third}{second}T;Y{number:07};UTO;24/07/2026 14:30\n"


def receipts(client: httpx.Client, key: str, number: int) -> list:
    query = {"source": "/phri-kh/hotel-sentarum", "id": f"K-{number}/check_in"}
    answer = client.get("/v1/receipts", params=query, headers={"authorization": f"Bearer {key}"})
    return answer.json().get("receipts", [])


def test_killed_in_the_middle_an_import_goes_on_where_it_stopped(tmp_path):
    with scanned_system(tmp_path) as system:
        account = system.account("hotel")
        credentials = {"username": "hotel", "password": account["password"]}
        with httpx.Client(base_url=system.gateway, timeout=30, trust_env=False) as client:
            client.post("/login", data=credentials)
            text = HEADINGS + "".join(map(guest, range(ROWS)))
            choice = {"choice": "hotel-sentarum|guests"}
            made = client.post("/uploads", data=choice, files={"file": ("tamu.csv", text.encode())})
            page = made.headers["location"]
            client.post(f"{page}/import")
            shown = ""
            deadline = time.monotonic() + 60
            while f"\n<p>0 dari {ROWS}" in shown or "diproses" not in shown:
                assert time.monotonic() < deadline
                shown = client.get(page).text
            assert "Sedang dikirim" in shown, "it was killed before it was done"
            system.kill("gateway")
            system.wait_ready()
            # Whoever was killed holds the claim for half a minute.
            deadline = time.monotonic() + 150
            while "Selesai" not in client.get(page).text:
                assert time.monotonic() < deadline
                time.sleep(1)
            key = system.api_key("phri-kh/hotel-sentarum")
            for number in (0, ROWS // 2, ROWS - 1):
                while not (said := receipts(client, key, number)):
                    assert time.monotonic() < deadline
                    time.sleep(0.5)
                assert [one["code"] for one in said] == ["accepted"]
            operator = system.account("operator")
            token = client.post("/v1/login", json={n: operator[n] for n in ("username", "password")}).json()["token"]
            who = {"authorization": f"Bearer {token}"}
            counted = 0
            while counted < ROWS:
                cards = client.get("/v1/sources/scorecards", headers=who).json()["items"]
                counted = next(card["accepted"] for card in cards if card["source"] == "hotel-sentarum")
                assert time.monotonic() < deadline, counted
                time.sleep(0.5)
            assert counted == ROWS
