"""The facts of an account that read persons in an unusual way. Of what it read, nothing."""

from collections.abc import Iterator

from alerts.facts.around import Around
from alerts.facts.table import Item, fact, table
from contracts.messages import AccessFlagged, Subject

__all__ = ["ACCESS", "flags"]

ACCESS = table(
    fact("access.kind: string", "no_case, mass_reads, off_hours, own_name.", "Jenis akses", "Kind of access"),
    fact("access.count: int", "Reads in the window.", "Jumlah pembacaan", "Reads"),
    fact("access.covered: bool", "An order covers all of it.", "Tercakup surat perintah", "Covered by an order"),
    fact("access.since: timestamp", "When it began.", "Sejak", "Since"),
)


def flags(told: AccessFlagged, around: Around) -> Iterator[Item]:
    """One item for each anomaly of an account in a window."""
    yield Item(
        anchor="access",
        keys=(told.flag,),
        subjects={"account": Subject(kind="account", id=told.account)},
        facts={
            "now": around.now,
            "access.kind": told.kind,
            "access.count": told.count,
            "access.covered": told.covered,
            "access.since": told.starts,
        },
        evidence=(),
    )
