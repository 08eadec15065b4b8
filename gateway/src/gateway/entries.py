"""From a row of a sheet to the events it says, each checked as the registry will check it. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.agencies import Agency, Source
from contracts.events import Refused, citizen_paths, parse_event, refusal, type_of
from gateway.cells import BadCell, Cell
from gateway.sheets import SHEETS, Sheet

__all__ = ["About", "Fault", "Said", "row"]

Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class About:
    """What all rows of one upload share. `digest` makes a keyed digest; `book` is the number of a paper book."""

    sheet: Sheet
    agency: Agency
    source: Source
    book: str
    digest: Callable[..., str]
    now: datetime


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: the column where there is one, and why, in both languages or by a text's key."""

    column: str
    code: str
    id: str = ""
    en: str = ""


@dataclass(frozen=True)
class Said:
    """One row: its events, or what is wrong with it. `citizen`: an Indonesian citizen, who is not reported."""

    number: int
    events: Sequence[dict[str, Any]] = field(default=())
    faults: Sequence[Fault] = field(default=())
    citizen: bool = False


def row(number: int, cells: Cells, about: About) -> Said:
    """Read one row. All cells that cannot be read are named; then the first fault of each event."""
    values, faults = _values(cells, about.sheet)
    if faults:
        return Said(number, faults=faults)
    if about.sheet.numbered and not about.book:
        return Said(number, faults=[Fault(about.sheet.column("line").key, "cell.book")])
    events = MAKERS[about.sheet.key](values, about)
    found = [fault for event in events if (fault := _fault(event, about))]
    if found:
        return Said(number, faults=found)
    # At the post citizens are counted; a lodging or a village has nothing to say of them, and nothing of it is kept.
    if about.sheet.kind != "crossing" and any(citizen_paths(parse_event(event, about.now)) for event in events):
        return Said(number, citizen=True)
    return Said(number, events)


def _values(cells: Cells, sheet: Sheet) -> tuple[dict[str, str], list[Fault]]:
    values, faults = {}, []
    for column in sheet.columns:
        cell = cells.get(column.key)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            if column.required:
                faults.append(Fault(column.key, "cell.required"))
            continue
        try:
            values[column.key] = column.read(cell)
        except BadCell as bad:
            faults.append(Fault(column.key, bad.code))
    return values, faults


def _fault(event: Mapping[str, Any], about: About) -> Fault | None:
    try:
        read = parse_event(json.dumps(event), about.now)
        if not about.agency.allows(read.kind, read.action):
            raise refusal("not_allowed", "type")
    except Refused as refused:
        column = about.sheet.at(refused.field)
        return Fault(column.key if column else "", refused.code, refused.message_id, refused.message_en)
    return None


def _person(values: Mapping[str, str]) -> dict[str, Any]:
    person: dict[str, Any] = {name: values[name] for name in ("citizenship", "birth_date", "sex") if name in values}
    if "name" in values:
        person["name"] = {"full": values["name"]}
    if "number" in values:
        document = {"kind": values.get("document_kind", "passport"), "number": values["number"]}
        issuer = values.get("issuer") or values.get("citizenship")
        person["documents"] = [{**document, **({"issuer": issuer} if issuer else {})}]
    return person


def _ref(values: Mapping[str, str], about: About, *when: str) -> str:
    """What names the row: the stay's own number, the line of a book, or a digest of the cells that tell it apart."""
    if "stay_ref" in values:
        return values["stay_ref"]
    if about.book and "line" in values:
        # Printed lines carry the book's number already.
        return f"{about.book}/{values['line'].removeprefix(f'{about.book}/')}"
    who = values.get("number") or values.get("name", "")
    return "r" + about.digest("row", about.source.uri, who, values.get("birth_date", ""), *when)[:20]


def _event(about: About, ref: str, at: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": type_of(about.sheet.kind),
        "source": about.source.uri,
        "id": f"{ref}/{data['action']}",
        "time": at,
        "channel": about.sheet.channel,
        "data": {name: value for name, value in data.items() if value not in (None, "", {})},
    }


def _guest(values: Mapping[str, str], about: About) -> list[dict[str, Any]]:
    """A guest's arrival and, once that is filled in, departure: the row sent again repeats the first."""
    source = about.source
    lodging = {"kind": "lodging", "id": source.uri, "name": source.names.id, "village": source.village}
    ref = _ref(values, about, values["came"])
    data = {
        "action": "check_in",
        "establishment": {name: value for name, value in lodging.items() if value},
        "person": _person(values),
        "stay_ref": ref,
        "check_in_at": values["came"],
    }
    arrival = _event(about, ref, values["came"], {**data, "planned_out": values.get("planned")})
    if "left" not in values:
        return [arrival]
    gone = {**data, "action": "check_out", "check_out_at": values["left"]}
    return [arrival, _event(about, ref, values["left"], gone)]


def _resident(values: Mapping[str, str], about: About) -> list[dict[str, Any]]:
    data = {
        "action": values["action"],
        "person": _person(values),
        "permit_no": values.get("permit_no"),
        "village": values.get("village") or about.source.village,
        "from": values["begins"],
        "until": values.get("until"),
    }
    at = f"{values.get('reported') or values['begins']}T00:00:00+07:00"
    event = _event(about, _ref(values, about, values["action"], values["begins"]), at, data)
    return [{**event, "timeprecision": "day"}]


def _crossing(values: Mapping[str, str], about: About) -> list[dict[str, Any]]:
    data = {
        "action": values["action"],
        "person": _person(values),
        "post": values["post"],
        **{name: values.get(name) for name in ("permit_kind", "valid_until", "minor_with")},
    }
    return [_event(about, _ref(values, about), values["at"], data)]


MAKERS: Mapping[str, Callable[[Mapping[str, str], About], list[dict[str, Any]]]] = dict(
    zip(SHEETS, (_guest, _resident, _crossing), strict=True)
)
