"""The facts of a party: a lodging and its reports, a request served on it, a guarantor and whom it stands for.

Of persons only how many they are, and whether they have a permit to depend on in common; never where they come from.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from alerts.facts.around import Around
from alerts.facts.shares import Night
from alerts.facts.table import Item, Value, fact, midnight, table
from contracts.dealings import DataRequest
from contracts.messages import PartyChanged, Subject

__all__ = ["ESTABLISHMENT", "REQUEST", "establishments", "requests"]

ESTABLISHMENT = table(
    fact(
        "lodging.late: bool",
        "A report came later than the office asks for, within the window that counts.",
        "Ada laporan terlambat",
        "A report was late",
    ),
    fact(
        "lodging.late_reports: int",
        "Late reports within the window that counts.",
        "Jumlah laporan terlambat",
        "Late reports",
    ),
    fact(
        "lodging.left_open: bool",
        "A guest is not checked out, days after the planned departure.",
        "Tamu belum tercatat keluar setelah rencana keluar",
        "A guest not checked out after the planned departure",
    ),
    fact(
        "lodging.silent_from: timestamp",
        "The planned departure; only where nothing but what was not reported is asked about.",
        "Rencana keluar",
        "Planned departure",
    ),
    fact(
        "lodging.silent_until: timestamp",
        "Until when a departure should have been reported; only where nothing else is asked about.",
        "Batas laporan keluar",
        "Report of the departure expected by",
    ),
)

REQUEST = table(
    fact("request.proof: bool", "There is a proof of service.", "Ada bukti penyerahan", "Proof of service"),
    fact("request.answered: bool", "It was answered.", "Sudah dijawab", "Answered"),
    fact("request.due: timestamp", "When the answer is due.", "Batas jawaban", "Answer due"),
)


def establishments(told: PartyChanged, around: Around) -> Iterator[Item]:
    """Every party as a lodging: whether it reports its guests in time."""
    limits, now = around.tables.limits, around.now
    window = timedelta(days=limits.lodging_window_days)
    grace = timedelta(days=1 + limits.lodging_open_days)
    nights = [night for share in around.shares for night in share.nights]
    late = [night for night in nights if (at := _late_at(night)) is not None and now < at + window]
    left = [one for one in nights if one.open and one.planned_out and midnight(one.planned_out) + grace <= now]
    yield Item(
        anchor="establishment",
        keys=(told.party,),
        subjects={"party": Subject(kind="party", id=told.party)},
        facts={"now": now, **_of_lodging(late, left, grace)},
        evidence=tuple(dict.fromkeys(key for night in (*late, *left) for key in night.evidence)),
        village=told.village,
        moments=tuple(_moments(nights, window, grace)),
        on_hold=any(share.on_hold for share in around.shares),
    )


def _late_at(night: Night) -> datetime | None:
    """When a late report came; none of what is in time or says nothing of when it was reported."""
    return night.reported_at if night.reported_at and night.reported_at > night.report_due else None


def _of_lodging(late: Sequence[Night], left: Sequence[Night], grace: timedelta) -> dict[str, Value]:
    facts: dict[str, Value] = {"lodging.late": bool(late), "lodging.late_reports": len(late)}
    facts["lodging.left_open"] = bool(left)
    days = [midnight(night.planned_out) for night in left if night.planned_out]
    if days and not late:
        facts |= {"lodging.silent_from": min(days), "lodging.silent_until": min(days) + grace}
    return facts


def _moments(nights: Iterable[Night], window: timedelta, grace: timedelta) -> Iterator[datetime]:
    for night in nights:
        if (at := _late_at(night)) is not None:
            yield at + window
        if night.open and night.planned_out:
            yield midnight(night.planned_out) + grace


def requests(told: PartyChanged, around: Around) -> Iterator[Item]:
    """Each request for guest data that was served on the party."""
    for request in told.requests:
        yield Item(
            anchor="request",
            keys=(request.ref,),
            subjects={"party": Subject(kind="party", id=told.party)},
            facts={"now": around.now, **_of_request(request)},
            evidence=request.evidence,
            village=told.village,
            on_hold=any(share.on_hold for share in around.shares),
        )


def _of_request(request: DataRequest) -> dict[str, Value]:
    return {
        "request.proof": request.proof,
        "request.answered": request.answered_at is not None,
        "request.due": request.due_at,
    }
