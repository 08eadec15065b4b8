"""The facts of a document that was checked: the latest result of each kind of check, and whether it was cleared."""

from collections.abc import Iterator, Sequence

from alerts.facts.around import Around
from alerts.facts.table import Item, Value, fact, table
from contracts.findings import DocumentCheck
from contracts.messages import Subject
from contracts.snapshots import DocumentState, PersonChanged

__all__ = ["DOCUMENT", "documents"]

# Whether somebody is on record as having crossed says nothing about the document.
OF_PERSONS = "national_movement"
HITS = frozenset({"hit", "hit_confirmed"})
CLEARED = "hit_cleared"

DOCUMENT = table(
    fact("document.failed: bool", "A check failed, and no later one passed.", "Pemeriksaan gagal", "Check failed"),
    fact("document.expired: bool", "It was found to have expired.", "Sudah kedaluwarsa", "Expired"),
    fact("document.hit: bool", "On a list of documents, not cleared.", "Tercatat dalam daftar", "On a list"),
    fact("document.replaced: bool", "Another document took its place.", "Sudah diganti", "Replaced"),
)


def documents(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each document that was checked, tied to its checks: its own id changes when an earlier event of it comes."""
    for document in person.documents:
        checks = sorted((one for one in document.checks if one.check != OF_PERSONS), key=_order)
        if checks:
            evidence = tuple(dict.fromkeys(key for check in checks for key in check.evidence))
            yield Item(
                anchor="document",
                keys=evidence,
                subjects={"person": Subject(kind="person", id=person.person)},
                facts={"now": around.now, **_facts(document, checks)},
                evidence=evidence,
            )


def _order(check: DocumentCheck) -> tuple[object, ...]:
    # At one moment what clears counts last.
    return check.at, check.result in ("ok", CLEARED), check.evidence


def _facts(document: DocumentState, checks: Sequence[DocumentCheck]) -> dict[str, Value]:
    """A list is cleared by saying so alone, by whatever kind of check; all else by the same check done again."""
    latest = {one.check: one.result for one in checks}
    listed = [one.result in HITS for one in checks if one.result in HITS or one.result == CLEARED]
    return {
        "document.failed": "fail" in latest.values(),
        "document.expired": "expired" in latest.values(),
        "document.hit": bool(listed) and listed[-1],
        "document.replaced": document.state == "replaced",
    }
