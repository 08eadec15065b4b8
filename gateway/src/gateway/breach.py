"""Whose data were exposed, which fields, and when: from the access log. Pure.

What the log cannot tell: what somebody took from the database itself, past the gateway. What the protection desk read
is left out before: of that the desk gives notice, whose persons are known to nobody else.
"""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["FIELDS", "NOT_IN_IT", "exposed"]

NOT_IN_IT: Mapping[str, str] = {
    "id": "Yang dibaca meja perlindungan tidak dimuat; meja itu sendiri yang memberitahukannya.",
    "en": "What the protection desk read is not in it; the desk itself gives notice of that.",
}

DOSSIER = ("name", "documents", "birth_date", "citizenship", "sex", "history")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "persons.names": ("name",),
    "persons.read": DOSSIER,
    "persons.event": ("event as received",),
    "persons.search": ("name", "birth_date", "places"),
    "persons.find": ("id",),
    "parties.read": ("name", "events with a party"),
    "reviews.read": ("name", "documents", "birth_date"),
    "persons.everything": (*DOSSIER, "events as received"),
    "exports.take": ("name",),
    "uploads.send.read": ("rows as entered",),
}
"""Actions whose answers hold personal data, and which. The ids of other things among them are listed as ids too."""


def exposed(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Each person's (or party's, or upload's) id with the fields that were shown, to whom, from when to when."""
    found: dict[str, dict[str, Any]] = {}
    shown = sorted((row for row in rows if row["outcome"] == "given" and row["action"] in FIELDS), key=_order)
    for row in shown:
        for id in row["ids"]:
            at = row["at"].isoformat()
            one = found.setdefault(id, {"id": id, "fields": set(), "accounts": set(), "first": at, "times": 0})
            one["fields"] |= set(FIELDS[row["action"]])
            one["accounts"].add(row["account"])
            one |= {"last": at, "times": one["times"] + 1}
    subjects = [{**one, "fields": sorted(one["fields"]), "accounts": sorted(one["accounts"])} for one in found.values()]
    return {"reads": len(shown), "subjects": subjects, "not_in_it": NOT_IN_IT}


def _order(row: Mapping[str, Any]) -> str:
    return str(row["_id"])
