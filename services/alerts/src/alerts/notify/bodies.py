"""The words of a notice, for systems and for people: no name, no subject and no cause in either. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from email.policy import SMTP

from alerts.notify.items import Item, Notice, Thing
from alerts.notify.weeks import ready_since, week_of

__all__ = ["Envelope", "letter", "task_letter", "webhook_body"]

SOURCE = "/tapal/alerts"
TYPES: Mapping[str, str] = {
    "alerts": "id.tapal.notice.alerts.v1",
    "digest": "id.tapal.notice.digest.v1",
    "test": "id.tapal.notice.test.v1",
}
STATES: Mapping[str, tuple[str, str]] = {
    "open": ("perlu klarifikasi", "needs clarification"),
    "held": ("ditahan", "on hold"),
    "withdrawn": ("ditarik", "withdrawn"),
}
CASES: Mapping[str, tuple[str, str]] = {"open": ("dibuka", "open"), "closed": ("selesai", "closed")}
LEVELS: Mapping[str, tuple[str, str]] = {
    "head": ("naik ke kepala kantor", "risen to the head of office"),
    "province": ("naik ke provinsi", "risen to the province"),
}
THINGS: Mapping[Thing, tuple[str, str, str]] = {
    "alert": ("peringatan", "alert", "alerts"),
    "case": ("kasus", "case", "cases"),
}
URGENCY: Mapping[int, tuple[str, str]] = {
    1: ("biasa", "routine"),
    2: ("segera", "soon"),
    3: ("hari ini", "today"),
    4: ("sekarang", "now"),
}
FOOT = (
    "Surat ini dikirim oleh Tapal. Jangan balas; siapa yang dimaksud hanya terlihat setelah masuk.",
    "Sent by Tapal. Do not reply; whom it is about is seen only after logging in.",
)
MOST = 100
"""Lines in one letter; the rest are counted and waits on the list."""


class Envelope:
    """From whom letters come, and where the console is to which they lead."""

    def __init__(self, sender: str, console: str) -> None:
        self.sender = sender
        self.console = console.rstrip("/")

    def write(self, id: str, to: str, subject: str, text: str) -> EmailMessage:
        """A plain letter. The same id gives the same Message-ID, so that a double is recognised."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = f"<{id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message


def webhook_body(notice: Notice) -> bytes:
    """A CloudEvent (1.0, JSON): the same bytes at every attempt."""
    event = {
        "specversion": "1.0",
        "id": notice.id,
        "source": SOURCE,
        "type": TYPES[notice.kind],
        "time": notice.created_at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "alerts": [_told(item) | {"rule": item.rule} for item in notice.items if item.thing == "alert"],
            "cases": [_told(item) | {"level": item.level} for item in notice.items if item.thing == "case"],
        },
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _told(item: Item) -> dict[str, object]:
    return {
        item.thing: item.id,
        "revision": item.revision,
        "severity": item.severity,
        "state": item.state,
        "updated_at": item.at.isoformat(),
    }


def letter(notice: Notice, to: str, envelope: Envelope) -> EmailMessage:
    """The letter, in Indonesian and then in English."""
    if notice.kind == "test":
        text = "Ini surat percobaan dari Tapal.\n\nThis is a test letter from Tapal.\n"
        return envelope.write(notice.id, to, "Tapal: percobaan / test", text)
    if notice.kind == "week":
        return _week_letter(notice, to, envelope)
    indonesian, english = _counted(notice.items)
    kind = ("Ringkasan harian. ", "Daily digest. ") if notice.kind == "digest" else ("", "")
    leads = (f"{kind[0]}{indonesian} perlu dilihat.", f"{kind[1]}{english} to look at.")
    parts = ["\n".join(_part(leads[n], notice.items, envelope, n)) for n in (0, 1)]
    text = "\n\n\n".join([*parts, "\n".join(("--", *FOOT))])
    return envelope.write(notice.id, to, f"Tapal: {indonesian} perlu dilihat", text + "\n")


def _counted(items: Iterable[Item]) -> tuple[str, str]:
    """How many of what, in both languages."""
    found = Counter(item.thing for item in items)
    things = [(thing, found[thing]) for thing in THINGS if found[thing]]
    indonesian = " dan ".join(f"{count} {THINGS[thing][0]}" for thing, count in things)
    return indonesian, " and ".join(f"{count} {THINGS[thing][1 if count == 1 else 2]}" for thing, count in things)


def _part(lead: str, items: tuple[Item, ...], envelope: Envelope, language: int) -> Iterable[str]:
    yield lead
    yield ""
    for item in items[:MOST]:
        yield f"- {_line(item, language)}: {envelope.console}/{item.thing}s/{item.id}"
    if len(items) > MOST:
        more = len(items) - MOST
        yield (f"- dan {more} lagi: {envelope.console}/alerts", f"- and {more} more: {envelope.console}/alerts")[
            language
        ]


def _line(item: Item, language: int) -> str:
    what = item.rule or f"{THINGS[item.thing][language]} {LEVELS.get(item.level, ('', ''))[language]}".rstrip()
    urgency = ("urgensi", "urgency")[language] + f" {URGENCY[item.severity][language]}"
    state = (CASES if item.thing == "case" else STATES).get(item.state, (item.state, item.state))[language]
    return f"{what}, {urgency}, {state}"


def _week_letter(notice: Notice, to: str, envelope: Envelope) -> EmailMessage:
    """That the report is ready: nothing of what is in it."""
    week, address = week_of(ready_since(notice.created_at)), f"{envelope.console}/access"
    text = f"Laporan akses minggu {week} instansi Anda siap.\n{address}\n\n"
    text += f"Your agency's access report of week {week} is ready.\n{address}\n"
    return envelope.write(notice.id, to, f"Tapal: laporan akses {week} / access report", text)


def task_letter(id: str, to: str, envelope: Envelope) -> EmailMessage:
    """That there is something to do at the protection desk: nothing of what, of whom, or how much."""
    text = f"Anda punya tugas.\n{envelope.console}\n\nYou have a task.\n{envelope.console}\n"
    return envelope.write(id, to, "Tapal: Anda punya tugas / You have a task", text)
