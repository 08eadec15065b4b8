"""The sample week. Every person in it has one thing to show; the rest come, stay and leave as people do."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tapal_local.sample.journal import WIB, Event, Journal
from tapal_local.sample.people import CITIZEN, Somebody, somebody

__all__ = ["sample_week", "what_next"]

HOTELS = {
    "hotel-sentarum": {"kind": "lodging", "id": "PHRI-001", "name": "Hotel Sentarum", "village": "61.06.01.1001"},
    "hotel-kapuas": {"kind": "lodging", "id": "PHRI-002", "name": "Hotel Kapuas", "village": "61.06.17.1001"},
}
HOMESTAY = {"kind": "lodging", "id": "HS-BADAU-1", "name": "Rumah Singgah Badau", "village": "61.06.14.2001"}
SPONSOR = {"kind": "company", "id": "SPN-0042", "name": "CV Contoh Sejahtera", "village": "61.06.01.1001"}
SOURCES = (
    ("imigrasi", "simkim"),
    ("plbn-badau", "pos"),
    ("polres", "spkt"),
    ("phri-kh", "hotel-sentarum"),
    ("phri-kh", "hotel-kapuas"),
    ("desa-badau", "kantor-desa"),
    ("ppt", "layanan"),
    ("disnaker", "tka"),
    ("dukcapil", "siak"),
    ("satgas-pamtas", "patroli"),
    ("kodim", "babinsa"),
    ("kejari", "intelijen"),
    ("bea-cukai", "pos"),
    ("karantina", "pos"),
    ("dinsos", "layanan"),
    ("desa-lanjak-deras", "kantor-desa"),
)


def sample_week(now: datetime) -> dict[str, list[Event]]:
    """Events by agency, conforming to the contracts, the latest at `now`. The same `now` gives the same events."""
    journal = Journal(now)
    for tell in (_ended, _excused, _doubtful, _lawful, _border, _visitors, _residents, _field_work):
        tell(journal)
    for agency, source in SOURCES:
        _status(journal, agency, source)
    return journal.numbered()


def what_next(now: datetime) -> dict[str, tuple[str, Event]]:
    """Events to publish by hand, by file name, with their agency: what becomes of the stay without any sign."""
    unseen = somebody(2)
    hotel, post = Journal(now), Journal(now)
    stay: Event = {"action": "check_in", "establishment": HOTELS["hotel-kapuas"], "person": unseen.person()}
    stay |= {"stay_ref": "kapuas-late", "check_in_at": hotel.at(-1, 20)}
    hotel.add("phri-kh", "hotel-kapuas", "lodging", hotel.at(-1, 20), stay)
    _leaves(post, unseen, -4)
    events = {"1-hotel-check-in.json": ("phri-kh", hotel), "2-late-exit.json": ("plbn-badau", post)}
    return {
        name: (agency, {**journal.events[agency][0], "id": f"{now:%Y%m%d}/{name}"})
        for name, (agency, journal) in events.items()
    }


def _enters(journal: Journal, who: Somebody, day: int, *, days: int = 30, **other: Any) -> None:
    """An entry with the printed last day; the day of arrival is the first of `days`."""
    data: Event = {"action": "entry", "person": who.person(), "post": "BADAU", "permit_kind": "B1"}
    data |= {"valid_until": journal.day(day + days - 1), **other}
    journal.add("plbn-badau", "pos", "crossing", journal.at(day, 9, int(who.number[-2:]) % 60), data)


def _leaves(journal: Journal, who: Somebody, day: int) -> None:
    data: Event = {"action": "exit", "person": who.person(), "post": "BADAU"}
    journal.add("plbn-badau", "pos", "crossing", journal.at(day, 14, int(who.number[-2:]) % 60), data)


def _sleeps(journal: Journal, who: Somebody, hotel: str, day: int, *, nights: int) -> None:
    """A check-in, and the check-out when that lies in the past."""
    arrival = journal.at(day, 18)
    data: Event = {
        "establishment": HOTELS[hotel],
        "person": who.person(),
        "stay_ref": f"{hotel[6:9]}-{who.number}-{-day}",
    }
    data |= {"check_in_at": arrival, "planned_out": journal.day(day + nights)}
    reported = journal.at(day, 21)
    journal.add("phri-kh", hotel, "lodging", arrival, {**data, "action": "check_in", "reported_at": reported})
    if day + nights < 0:
        left = journal.at(day + nights, 11)
        journal.add("phri-kh", hotel, "lodging", left, {**data, "action": "check_out", "check_out_at": left})


def _permit(journal: Journal, who: Somebody, day: int, action: str, **other: Any) -> None:
    data: Event = {"action": action, "person": who.person(), **other}
    journal.add("imigrasi", "simkim", "permit", journal.at(day, 10), data)


def _ended(journal: Journal) -> None:
    """Two stays that ended without an exit: one with a sign of presence after the end, one without any."""
    seen, unseen, ending = somebody(1), somebody(2), somebody(3)
    _enters(journal, seen, -34)
    _sleeps(journal, seen, "hotel-sentarum", -34, nights=3)
    _sleeps(journal, seen, "hotel-sentarum", -3, nights=5)
    _enters(journal, unseen, -33)
    _sleeps(journal, unseen, "hotel-kapuas", -33, nights=2)
    _enters(journal, ending, -23)
    _sleeps(journal, ending, "hotel-kapuas", -4, nights=9)


def _excused(journal: Journal) -> None:
    """Ended, and lawfully here: an extension paid before the end, and an impediment on a letter."""
    paid, ill = somebody(4), somebody(5)
    _enters(journal, paid, -31)
    _permit(journal, paid, -8, "applied", kind="B1", application_no="PMH-7001")
    _permit(journal, paid, -7, "fee_paid", kind="B1", application_no="PMH-7001")
    _enters(journal, ill, -35)
    letter: Event = {"kind": "illness", "person": ill.person(), "from": journal.day(-7), "review_by": journal.day(7)}
    journal.add("imigrasi", "simkim", "impediment", journal.at(-7, 13), {**letter, "evidence_ref": "SRT-0117"})


def _doubtful(journal: Journal) -> None:
    """One number with two birth dates; and a person about whom the victim service has been told."""
    contested, helped = somebody(6), somebody(7)
    _enters(journal, contested, -33)
    _sleeps(journal, replace(contested, birth_date="1991-11-23"), "hotel-kapuas", -2, nights=4)
    _enters(journal, helped, -32)
    call: Event = {
        "kind": "third_party",
        "person": helped.person(),
        "village": "61.06.14.2001",
        "danger_now": "unknown",
    }
    journal.add("ppt", "layanan", "protection", journal.at(-2, 16), {**call, "interpreter": True})


def _lawful(journal: Journal) -> None:
    """An extension that was granted, and a stay that was converted."""
    extended = somebody(8)
    _enters(journal, extended, -36)
    _permit(journal, extended, -15, "applied", kind="B1", application_no="PMH-7002")
    _permit(journal, extended, -14, "fee_paid", kind="B1", application_no="PMH-7002")
    outcome: Event = {"kind": "B1", "application_no": "PMH-7002", "permit_no": "ITK-3301", "sponsor_exempt": True}
    dates: Event = {"issued_on": journal.day(-11), "valid_from": journal.day(-6), "valid_until": journal.day(23)}
    _permit(journal, extended, -11, "extended", **outcome, **dates)
    _sleeps(journal, extended, "hotel-sentarum", -6, nights=10)


def _border(journal: Journal) -> None:
    """Border passes, a citizen, a child with a parent, and an entry that was refused."""
    trader, cousin = somebody(9, kind="plb"), somebody(10, kind="plb")
    for who, came, went in ((trader, -6, -6), (trader, -2, -2), (cousin, -5, None)):
        _enters(journal, who, came, permit_kind="PLB", valid_until=None)
        if went is not None:
            _leaves(journal, who, went)
    _leaves(journal, CITIZEN, -4)
    parent, child = somebody(11), somebody(12, born=journal.day(0).year - 9)
    _enters(journal, parent, -3)
    _enters(journal, child, -3, minor_with="parent")
    refused: Event = {"action": "refused", "person": somebody(13).person(), "post": "BADAU"}
    journal.add("plbn-badau", "pos", "crossing", journal.at(-5, 11), refused)


def _visitors(journal: Journal) -> None:
    """Nine who came during the week and left, or will."""
    for number in range(14, 23):
        who, came = somebody(number), -7 + number % 5
        _enters(journal, who, came)
        _sleeps(journal, who, tuple(HOTELS)[number % 2], came, nights=1 + number % 3)
        if came + 3 < 0 and number % 4:
            _leaves(journal, who, came + 3)


def _residents(journal: Journal) -> None:
    """Three on a limited stay, as immigration's first load would bring them."""
    for number, kind in ((23, "E23"), (24, "E31"), (25, "E33")):
        who = somebody(number)
        dates: Event = {
            "issued_on": journal.day(-100),
            "valid_from": journal.day(-100),
            "valid_until": journal.day(264),
        }
        outcome: Event = {"permit_no": f"ITAS-{4400 + number}", "sponsor": SPONSOR, "village": "61.06.01.1001"}
        _permit(journal, who, -40, "granted", kind=kind, **outcome, **dates)
        certificate: Event = {"action": "sktt_issued", "person": who.person(), "village": "61.06.01.1001"}
        journal.add("dukcapil", "siak", "residence", journal.at(-39, 9), {**certificate, "from": journal.day(-90)})
    absence: Event = {"action": "temporary_absence", "person": somebody(24).person(), "village": "61.06.14.2001"}
    absence |= {"from": journal.day(-3), "until": journal.day(4)}
    journal.add("desa-badau", "kantor-desa", "residence", journal.at(-3, 8), absence)


def _field_work(journal: Journal) -> None:
    """A request for guest data and its answer, a passport lost and found, a guest of a village home."""
    request: Event = {"establishment": HOTELS["hotel-kapuas"], "request_no": "PMT-0009"}
    served: Event = {"served_at": journal.at(-6, 9), "due_at": journal.at(-5, 9), "proof_ref": "BA-0009"}
    journal.add("polres", "spkt", "lodging", journal.at(-6, 9), {**request, **served, "action": "request_served"})
    answered: Event = {**request, "action": "request_answered", "answered_at": journal.at(-6, 17)}
    journal.add("polres", "spkt", "lodging", journal.at(-6, 17), answered)
    owner = somebody(20)
    for action, day in (("lost", -4), ("found", -3)):
        paper: Event = {"action": action, "document": owner.person()["documents"][0], "person": owner.person()}
        journal.add("polres", "spkt", "document", journal.at(day, 15), paper)
    guest: Event = {"action": "check_in", "establishment": HOMESTAY, "person": somebody(10, kind="plb").person()}
    guest |= {"stay_ref": "HS-1", "check_in_at": journal.at(-5, 17), "reported_at": journal.at(-5, 19)}
    journal.add("desa-badau", "kantor-desa", "lodging", journal.at(-5, 17), guest)


def _status(journal: Journal, agency: str, source: str) -> None:
    """What the source declares covered: from before the first entry until now."""
    until = journal.now.astimezone(WIB).replace(microsecond=0)
    covered: Event = {"covers_from": journal.at(-45, 0), "covers_until": until}
    journal.add(agency, source, "source.status", until, covered)
