"""Uploads of small senders, with a real broker and database: looked at, sent, resumed, corrected, forgotten."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from gateway_at_rest import drawers
from gateway_stand import PASSWORD

from chassis.errors import Unavailable
from gateway.uploads import Uploads
from gateway.uploads_store import UploadStore

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HEADINGS = "Nomor Tinggal;Nama;Nomor Dokumen;Negara Penerbit;Masuk;Keluar\n"
CHOICE = "hotel-sentarum|guests"


def guest(number, name="JANE ROE", left=""):
    return f"T-{number};{name};X{number:07};UTO;24/07/2026 14:30;{left}\n"


@asynccontextmanager
async def browser(stand, account):
    async with httpx.AsyncClient(base_url=stand.url, timeout=20) as client:
        await client.post("/login", data={"username": account, "password": PASSWORD})
        yield client


async def upload(client, text, choice=CHOICE, book=""):
    content = text if isinstance(text, bytes) else text.encode()
    data = {"choice": choice, "book": book}
    return await client.post("/uploads", data=data, files={"file": ("tamu.csv", content)})


async def waiting(stand, queue="intake.phri-kh"):
    found = []
    queue = await stand.channel.get_queue(queue, ensure=False)
    while (message := await queue.get(fail=False)) is not None:
        await message.ack()
        found.append(json.loads(message.body))
    return found


async def until(stand, name, state):
    for _ in range(200):
        row = await stand.database.uploads.find_one({"_id": name})
        if row["state"] == state:
            return row
        await asyncio.sleep(0.05)
    raise AssertionError(f"it stayed {row['state']} at {row['next']}")


@pytest.fixture
async def hotel(stand):
    for name in ("uploads", "upload_rows", "upload_digests"):
        await stand.database[name].delete_many({})
    async with browser(stand, "hotel") as client:
        yield client


def name_of(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


async def send(stand, client, text, **more):
    name = name_of(await upload(client, text))
    await client.post(f"/uploads/{name}/import", data=more)
    return name, await until(stand, name, "done")


async def test_a_guest_book_is_shown_first_and_sent_row_by_row_as_its_source(stand, hotel):
    name = name_of(await upload(hotel, HEADINGS + guest(1) + guest(2) + "T-3;JOHN ROE;X3;UTO;besok;\n"))
    page = (await hotel.get(f"/uploads/{name}")).text
    assert "JANE ROE" in page
    assert "Bukan tanggal dengan jam" in page
    assert await waiting(stand) == []
    await hotel.post(f"/uploads/{name}/import")
    row = await until(stand, name, "done")
    assert row["counts"] == {"new": 2, "repeat": 0, "changed": 0, "faulty": 1, "citizen": 0}
    sent = await waiting(stand)
    assert [event["id"] for event in sent] == ["T-1/check_in", "T-2/check_in"]
    assert {(event["source"], event["channel"]) for event in sent} == {("/phri-kh/hotel-sentarum", "upload")}


async def test_a_row_sent_twice_is_a_repeat_and_one_with_the_departure_adds_only_that(stand, hotel):
    await send(stand, hotel, HEADINGS + guest(1))
    await waiting(stand)
    _, row = await send(stand, hotel, HEADINGS + guest(1) + guest(1))
    assert row["counts"]["repeat"] == 2
    assert await waiting(stand) == []
    await send(stand, hotel, HEADINGS + guest(1, left="25/07/2026 10:00"))
    assert [event["id"] for event in await waiting(stand)] == ["T-1/check_out"]


async def test_a_changed_row_is_a_conflict_that_goes_out_as_a_correction_when_asked_for(stand, hotel):
    await send(stand, hotel, HEADINGS + guest(1))
    await waiting(stand)
    changed = HEADINGS + guest(1, "JANE MARY ROE")
    name = name_of(await upload(hotel, changed))
    assert "Kirim baris yang berubah sebagai koreksi" in (await hotel.get(f"/uploads/{name}")).text
    await hotel.post(f"/uploads/{name}/import")
    await until(stand, name, "done")
    assert await waiting(stand) == []
    await send(stand, hotel, changed, correct="yes")
    [event] = await waiting(stand)
    assert event["corrects"] == "T-1/check_in"
    assert re.fullmatch(r"T-1/check_in/k[0-9a-f]{12}", event["id"])
    assert (await send(stand, hotel, changed))[1]["counts"]["repeat"] == 1
    assert await waiting(stand) == []


async def test_an_import_that_was_held_up_or_killed_goes_on_where_it_stopped(stand, hotel):
    """The queue takes five; whoever was at work is killed; another process goes on."""
    text = HEADINGS + "".join(guest(number) for number in range(120))
    name = name_of(await upload(hotel, text))
    store = UploadStore(stand.database, drawers(stand))
    taken, now = [], [datetime.now(UTC)]

    async def publish(letters):
        if len(taken) == 50:
            raise asyncio.CancelledError  # the machine is switched off in the middle
        taken.extend(json.loads(letter.body)["id"] for letter in letters)

    importer = Uploads(store, {}, None, None, publish, lambda: now[0])
    await store.begin(name, now[0] + timedelta(hours=2), correct=False)  # so that the stand's own worker leaves it
    now[0] += timedelta(hours=2)
    with pytest.raises(asyncio.CancelledError):
        await importer.run()
    row = await stand.database.uploads.find_one({"_id": name})
    assert (row["state"], row["next"], len(taken)) == ("importing", 50, 50)
    assert await store.claim(now[0]) is None, "it is still claimed"
    rest = []

    async def publish_again(letters):
        rest.extend(json.loads(letter.body)["id"] for letter in letters)

    now[0] += timedelta(minutes=2)
    other = Uploads(store, {}, None, None, publish_again, lambda: now[0])
    working = asyncio.create_task(other.run())
    await until(stand, name, "done")
    working.cancel()
    assert taken + rest == [f"T-{number}/check_in" for number in range(120)]


async def test_a_full_queue_holds_the_import_up_and_loses_nothing(stand, hotel):
    store, now = UploadStore(stand.database, drawers(stand)), [datetime.now(UTC) + timedelta(hours=2)]
    name = name_of(await upload(hotel, HEADINGS + guest(1)))
    await store.begin(name, now[0], correct=False)
    full, taken = [True], []

    async def publish(letters):
        if full[0]:
            raise Unavailable("queue full")
        taken.extend(letters)

    importer = Uploads(store, {}, None, None, publish, lambda: now[0])
    working = asyncio.create_task(importer.run())
    await asyncio.sleep(0.3)
    row = await stand.database.uploads.find_one({"_id": name})
    assert (row["state"], row["next"]) == ("importing", 0)
    full[0], now[0] = False, now[0] + timedelta(seconds=6)
    importer.started.set()
    await until(stand, name, "done")
    working.cancel()
    assert len(taken) == 1


async def test_what_rows_said_is_deleted_once_sent_and_uploads_after_their_time(stand, hotel):
    name, _ = await send(stand, hotel, HEADINGS + guest(1))
    rows = await stand.database.upload_rows.find({}).to_list(None)
    assert [row["body"] for row in rows] == [None]
    assert "JANE" not in json.dumps(await stand.database.uploads.find({}).to_list(None), default=str)
    looked_at = name_of(await upload(hotel, HEADINGS + guest(2)))
    store = UploadStore(stand.database, drawers(stand))
    await store.tidy(datetime.now(UTC) + timedelta(hours=25))
    assert await stand.database.uploads.find_one({"_id": looked_at}) is None
    assert await stand.database.upload_rows.count_documents({"upload": looked_at}) == 0
    assert await stand.database.uploads.find_one({"_id": name})
    await store.tidy(datetime.now(UTC) + timedelta(days=31))
    assert await stand.database.upload_rows.count_documents({}) == 0


async def test_results_are_joined_with_receipts_when_they_are_read(stand, hotel):
    stand.world.receipts["registry"] = [
        {
            "id": "T-1/check_in",
            "outcome": "refused",
            "code": "not_allowed",
            "reason": {"id": "Ditolak karena.", "en": "x"},
        }
    ]
    name, _ = await send(stand, hotel, HEADINGS + guest(1))
    assert "Ditolak karena." in (await hotel.get(f"/uploads/{name}")).text


async def test_only_the_own_agencys_sources_and_uploads_are_there(stand, hotel):
    assert (await upload(hotel, HEADINGS + guest(1), "spkt|guests")).status_code == 403
    assert (await upload(hotel, HEADINGS + guest(1), "hotel-kapuas|crossings")).status_code == 403
    name = name_of(await upload(hotel, HEADINGS + guest(1)))
    async with browser(stand, "polisi") as other:
        assert (await other.get(f"/uploads/{name}")).status_code == 404
        assert (await other.post(f"/uploads/{name}/import")).status_code == 404
        assert "tidak mengirim data melalui unggahan" in (await other.get("/uploads")).text
    async with browser(stand, "admin") as other:
        assert (await other.get("/uploads")).status_code == 403
    async with httpx.AsyncClient(base_url=stand.url) as nobody:
        assert (await nobody.get("/uploads")).headers["location"].startswith("/login")
    assert (await hotel.get("/alerts")).status_code == 403
    foreign = await hotel.post(f"/uploads/{name}/import", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


async def test_uploads_are_on_record(stand, hotel):
    name, _ = await send(stand, hotel, HEADINGS + guest(1))
    said = [(row["account"], row["action"], row["ids"]) for row in await stand.audit()]
    assert ("hotel", "uploads.send.preview", [name]) in said
    assert ("hotel", "uploads.send.import", [name]) in said


@pytest.mark.parametrize("content", [b"%PDF-1.4 \x00", b"", b"a;b\n1;2\n", b"PK\x03\x04rubbish"])
async def test_a_bad_file_is_answered_in_words_and_nothing_is_kept(stand, hotel, content):
    answer = await upload(hotel, content)
    assert answer.status_code in (400, 413)
    assert 'role="alert"' in answer.text
    assert await stand.database.uploads.count_documents({}) == 0


async def test_a_crossing_book_on_paper(stand):
    async with browser(stand, "pos") as post:
        headings = "No. Baris;Waktu;Arah;Nama;Nomor Dokumen;Negara Penerbit;Kode Pos"
        text = headings + "\n7;24/07/2026 08:00;Keluar;A B;X1;UTO;BADAU\n"
        name = name_of(await upload(post, text, "pos|crossings", "B-2026"))
        rows = await stand.database.upload_rows.find({"upload": name}).to_list(None)
        [item] = json.loads((await drawers(stand).texts("uploads", [(name, rows[0]["body"])]))[0])
        assert (item["event"]["id"], item["event"]["channel"]) == ("B-2026/7/exit", "paper")
        form = (await post.get("/uploads/forms/crossings", params={"book": "B-2026", "first": 26})).text
        assert "B-2026/26" in form
        assert "B-2026/50" in form
        template = await post.get("/uploads/templates/crossings.xlsx")
        assert template.content.startswith(b"PK")
        filled = await post.post(
            "/uploads", data={"choice": "pos|crossings"}, files={"file": ("x.xlsx", template.content)}
        )
        assert "Tidak ada baris berisi data" in filled.text


async def test_what_is_announced_as_too_large_or_not_at_all_is_not_even_read(stand, hotel):
    big = await upload(hotel, b"x" * (6 * 1024 * 1024))
    assert big.status_code == 413

    async def chunks():
        yield b"--x\r\n"

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await hotel.post("/uploads", content=chunks(), headers=headers)).status_code == 411


async def test_what_a_citizens_row_says_is_not_kept(stand, hotel):
    name = name_of(await upload(hotel, HEADINGS + guest(1, "WARGA CONTOH").replace("UTO", "IDN")))
    assert "WNI: tidak dilaporkan" in (await hotel.get(f"/uploads/{name}")).text
    rows = await stand.database.upload_rows.find({}).to_list(None)
    assert "WARGA" not in json.dumps(rows, default=str)


async def test_what_is_said_again_after_something_else_goes_out_as_one_more_correction(stand, hotel):
    sent = []
    for name in ("JANE ROE", "JANE MARY ROE", "JANE ROE", "JANE MARY ROE"):
        await send(stand, hotel, HEADINGS + guest(1, name), correct="yes")
        sent += await waiting(stand)
    assert len({event["id"] for event in sent}) == 4
    assert [event.get("corrects") for event in sent] == [None, *["T-1/check_in"] * 3]
    assert (await send(stand, hotel, HEADINGS + guest(1, "JANE MARY ROE"), correct="yes"))[1]["counts"]["repeat"] == 1
