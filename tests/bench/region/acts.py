"""What people and offices do, as the events that tell of it."""

from datetime import datetime, timedelta
from typing import Any

from _region import hotel, permit, police, village

from region.places import BADAU, Lodging, at, written
from region.telling import Life, Said

__all__ = [
    "SPONSORS",
    "applied",
    "check",
    "checked_in",
    "checked_out",
    "clock",
    "entered",
    "given",
    "impeded",
    "left",
    "looked_up",
    "met",
    "pass_entered",
    "residence",
    "sponsor",
    "work",
]

POST, OFFICE = "plbn-badau/pos", "imigrasi/simkim"
SPONSORS = 400


def clock(life: Life, day: int, first: float = 7.2, last: float = 15.8) -> datetime:
    """Some moment of that day, by default in the hours of the post."""
    return at(day, life.random.uniform(first, last))


def entered(life: Life, day: int, kind: str = "A1", until: int = 30, **more: Any) -> Said:
    """In on a passport; `until` is the last permitted day, as printed."""
    data = {"action": "entry", "person": life.me(), "post": "BADAU", "permit_kind": kind, "valid_until": written(until)}
    extra = {name: more.pop(name) for name in ("hours", "source") if name in more}
    return life.say(extra.pop("source", POST), "crossing", clock(life, day), {**data, **more}, **extra)


def pass_entered(life: Life, day: int, **more: Any) -> Said:
    data = {"action": "entry", "person": life.me(), "post": "BADAU", "permit_kind": "PLB"}
    extra = {name: more.pop(name) for name in ("hours",) if name in more}
    return life.say(POST, "crossing", clock(life, day, 7.2, 9.5), {**data, **more}, **extra)


def left(life: Life, day: int, source: str = POST, **more: Any) -> Said:
    extra = {name: more.pop(name) for name in ("hours",) if name in more}
    data = {"action": "exit", "person": life.me(), "post": "BADAU", **more}
    came = max((said.at for said in life.said if said.action == "entry"), default=at(0, 0))
    when = max(clock(life, day, 10, 15.8), came + timedelta(minutes=5))
    return life.say(source, "crossing", when, data, **extra)


def sponsor(number: int, kind: str = "company") -> dict[str, str]:
    """A guarantor by its number."""
    return {"kind": kind, "id": f"G-{number}", "name": f"Penjamin {number} Sintetis"}


def applied(life: Life, day: int, number: str, *, paid: int | None, kind: str = "B1") -> None:
    """An application, and the day on which its fee was paid."""
    data = {"person": life.me(permit, number=True), "kind": kind, "application_no": number}
    if kind.startswith("E"):
        data["village"] = BADAU
    life.say(OFFICE, "permit", clock(life, day, 8, 15), {"action": "applied", **data})
    if paid is not None:
        life.say(OFFICE, "permit", clock(life, paid, 8, 15), {"action": "fee_paid", **data})


def given(life: Life, day: int, action: str, until: int, **more: Any) -> Said:
    """A permit was granted, extended …: by default for a visit, with a guarantor of its own."""
    extra = {name: more.pop(name) for name in ("hours", "pen") if name in more}
    data = {
        "action": action,
        "person": life.me(extra.pop("pen", permit), number=True),
        "kind": "B1",
        "permit_no": f"P-{life.key}-{day}",
        "issued_on": written(day),
        "valid_from": written(day),
        "valid_until": written(until),
    }
    if not more.get("sponsor_exempt"):
        data["sponsor"] = sponsor(life.human.who % SPONSORS + 1000, "person")
    return life.say(OFFICE, "permit", clock(life, day, 8, 15), {**data, **more}, **extra)


def checked_in(life: Life, day: int, where: Lodging, *, nights: int | None = 2, hours: float = 5, **more: Any) -> Said:
    """A guest arrives; the lodging reports it so many hours later. Without `nights` nothing says how long."""
    pen = hotel if where.source.startswith("phri") else village
    came = at(day, life.random.uniform(16, 21))
    data = {
        "action": "check_in",
        "establishment": where.party,
        "person": life.me(pen, number=life.random.random() < (0.85 if pen is hotel else 0.6)),
        "stay_ref": f"{life.key}-{day}",
        "check_in_at": came.isoformat(),
        "reported_at": (came + timedelta(hours=hours)).isoformat(),
    }
    if nights is not None:
        data["planned_out"] = written(day + nights)
    extra = {name: more.pop(name) for name in ("timeprecision", "channel") if name in more}
    return life.say(where.source, "lodging", came, {**data, **more}, hours=hours, **extra)


def checked_out(life: Life, came: Said, day: int) -> Said:
    assert came.data is not None
    gone = at(day, life.random.uniform(6, 11))
    same = {name: came.data[name] for name in ("establishment", "person", "stay_ref", "check_in_at")}
    data = {"action": "check_out", **same, "check_out_at": gone.isoformat()}
    return life.say(came.source, "lodging", gone, data, hours=3)


def met(life: Life, **more: Any) -> dict[str, Any]:
    """One person at a check, as the officer writes it."""
    shown = life.random.random() < 0.85
    found = {"person": life.me(police, number=shown), "documents_shown": "seen" if shown else "not_shown"}
    return {**found, "staying": "day_visit", "activity": "none", "activity_basis": "seen", **more}


def check(life: Life, when: datetime, persons: list[dict[str, Any]], **more: Any) -> Said:
    """A check of persons, by default the police's with an order."""
    extra = {name: more.pop(name) for name in ("hours", "about", "source") if name in more}
    data = {"kind": "person", "basis": "order", "village": BADAU, "screening": "done", "persons": persons, **more}
    if data["basis"] == "order":
        data["order_no"] = f"SP-{life.key}"
    if data["basis"] == "community_report":
        data.pop("screening")
    return life.say(extra.pop("source", "polres/spkt"), "check", when, data, hours=extra.pop("hours", 4), **extra)


def looked_up(life: Life, when: datetime, looked_for: str, result: str) -> Said:
    """The officer asks the national system."""
    issuer, number = life.human.passports[-1]
    data = {"action": "checked", "document": {"kind": life.paper, "number": number, "issuer": issuer}}
    data |= {"person": life.me(), "check": "national_movement", "looked_for": looked_for, "result": result}
    return life.say(OFFICE, "document", when, data, channel="national_query")


def impeded(life: Life, when: int, kind: str, until: int, source: str = OFFICE) -> Said:
    data = {"kind": kind, "person": life.me(police, number=True), "from": written(when), "until": written(until)}
    return life.say(source, "impediment", clock(life, when, 8, 15), data)


def residence(life: Life, day: int, action: str, place: str, **more: Any) -> Said:
    source = more.pop("source", "dukcapil/siak")
    hours = more.pop("hours", 4)
    data = {"action": action, "person": life.me(village, number=True), "village": place, "from": written(day)}
    return life.say(source, "residence", clock(life, day, 8, 14), {**data, **more}, hours=hours)


def work(life: Life, day: int, action: str, employer: dict[str, str], **more: Any) -> Said:
    hours = more.pop("hours", 6)
    data = {"action": action, "employer": employer, "person": life.me(permit, number=True), **more}
    return life.say("disnaker/tka", "work", clock(life, day, 8, 14), data, hours=hours)
