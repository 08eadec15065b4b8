"""The facts of a source: when it was heard, and when it is expected to be heard again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.facts.around import Around
from alerts.facts.table import Item, Value, fact, table
from contracts.messages import SourceChanged, Subject

__all__ = ["SOURCE", "sources"]

SOURCE = table(
    fact("source.heard: timestamp", "Last heard, or the end of what it covers.", "Terakhir terdengar", "Last heard"),
    fact("source.due: timestamp", "When it is expected to be heard again.", "Diharapkan pada", "Expected by"),
    fact("source.closed: bool", "It has said that it is closed now.", "Sedang tutup", "Closed now", moves=True),
)


def sources(source: SourceChanged, around: Around) -> Iterator[Item]:
    """The facts of one source at this moment; a source that was never heard is not yet expected."""
    key = f"{source.agency}/{source.source}"
    yield Item(
        anchor="source",
        keys=(key,),
        subjects={"source": Subject(kind="source", id=key)},
        facts=_facts(source, around.now),
        evidence=(),
        village=around.villages.get(key),
        moments=(source.closed_until,) if source.closed_until else (),
    )


def _facts(source: SourceChanged, now: datetime) -> dict[str, Value]:
    closed = source.closed_until is not None and source.closed_until > now
    facts: dict[str, Value] = {"now": now, "source.closed": closed}
    heard = [moment for moment in (source.last_heard_at, *(end for _, end in source.covers[-1:])) if moment]
    if heard:
        # Whole seconds: the database keeps milliseconds, and a fact must compare equal after it was stored.
        last = max(heard).replace(microsecond=0)
        facts["source.heard"] = last
        facts["source.due"] = last + timedelta(hours=source.rhythm_hours)
    return facts
