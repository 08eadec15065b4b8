"""Makes synthetic events, as agencies would send them."""

import json
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from chassis.bus import Incoming
from chassis.keyring import Keyring, line_of_new_master
from chassis.seal import Hasher
from chassis.settings import read_models
from contracts.agencies import Agency
from registry.drafts import Draft, Reader
from registry.lines import Line
from registry.matcher import Matcher
from registry.matching import matching_table

WIB = timezone(timedelta(hours=7))
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=WIB)
HASHER = Hasher(bytes(range(32)))
ROOT = Path(__file__).parents[2]
AGENCIES = {agency.code: agency for agency in read_models(ROOT / "deploy" / "agencies", Agency)}
# Offices that the sample region has no files for yet.
OFFICES = {"dinas-kerja": {"work": "*"}, "catatan-sipil": {"residence": "*"}}
AGENCIES |= {
    code: Agency.model_validate(
        {
            "code": code,
            "names": {"id": code, "en": code},
            "area": ["61.06"],
            "may_send": allowed,
            "sources": [
                {"code": "buku", "uri": f"/{code}/buku", "names": {"id": "Buku", "en": "Book"}, "rhythm_hours": 24}
            ],
            "contact": "-",
        }
    )
    for code, allowed in OFFICES.items()
}
MATCHER = Matcher(HASHER, matching_table())
READER = Reader(AGENCIES, HASHER, MATCHER, lambda: NOW)


def master_file() -> Path:
    """A file with one master key, of this run only."""
    file = Path(tempfile.mkdtemp()) / "master.key"
    file.write_text(line_of_new_master())
    return file


KEYRING = Keyring(master_file())


def moment(day: int, hour: int = 9) -> datetime:
    """A moment so many days after 1 January 2026, WIB."""
    return datetime(2026, 1, 1, hour, tzinfo=WIB) + timedelta(days=day)


def day(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(days=number)).isoformat()


def passport(number: str = "X1234567", issuer: str = "UTO", **more: Any) -> dict[str, Any]:
    return {"documents": [{"kind": "passport", "number": number, "issuer": issuer}], **more}


def event(agency: str, kind: str, data: dict[str, Any] | None, at: datetime, **more: Any) -> Incoming:
    """An event from the first source of an agency; its id follows from its content unless one is given."""
    body = {
        "specversion": "1.0",
        "id": more.pop("id", None) or HASHER.of("test", agency, kind, json.dumps(data, sort_keys=True), at.isoformat()),
        "source": AGENCIES[agency].sources[0].uri,
        "type": f"id.tapal.{kind}.v1",
        "time": at.isoformat(),
        **({"data": data} if data is not None else {}),
        **more,
    }
    return Incoming(f"intake.{agency}", json.dumps(body).encode())


def entry(who: dict[str, Any], on: int, until: int, *, agency: str = "plbn-badau", **more: Any) -> Incoming:
    data = {"action": "entry", "person": who, "post": "BADAU", "permit_kind": "B1", "valid_until": day(until)}
    return event(agency, "crossing", data, moment(on), **more)


def leaving(who: dict[str, Any], on: int, *, agency: str = "plbn-badau", **more: Any) -> Incoming:
    return event(agency, "crossing", {"action": "exit", "person": who, "post": "BADAU"}, moment(on, 14), **more)


def permit(who: dict[str, Any], action: str, on: int, **fields: Any) -> Incoming:
    more = {name: fields.pop(name) for name in ("id", "corrects", "voids") if name in fields}
    return event("imigrasi", "permit", {"action": action, "person": who, "kind": "B1", **fields}, moment(on), **more)


def extension(who: dict[str, Any], on: int, until: int, **fields: Any) -> Incoming:
    dates = {"issued_on": day(on), "valid_from": day(on), "valid_until": day(until)}
    return permit(who, "extended", on, permit_no=f"P{on}", **dates, sponsor=SPONSOR, **fields)


SPONSOR = {"kind": "person", "id": "G-77", "name": "Sponsor Sintetis"}


def night(who: dict[str, Any], on: int, *, ref: str = "1", **more: Any) -> Incoming:
    data = {
        "action": "check_in",
        "establishment": {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"},
        "person": who,
        "stay_ref": ref,
        "check_in_at": moment(on, 18).isoformat(),
    }
    return event("phri-kh", "lodging", data, moment(on, 18), **more)


def lines_of(incoming: Incoming, received_at: datetime) -> list[Line]:
    """What an event says of its persons, as if received then; the bare header where it names nobody."""
    read = draft(incoming)
    found = [subject.line for subject in read.subjects] or [read.header]
    return [replace(line, received_at=received_at) for line in found]


def draft(incoming: Incoming) -> Draft:
    return READER.read(incoming)
