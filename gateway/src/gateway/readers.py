"""Whom an alert about a reader is about: told to whoever watches over the readers, and to nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.accounts import Accounts
from gateway.flags import Flags

__all__ = ["Readers"]


@dataclass(frozen=True)
class Readers:
    """Opaque ids of accounts, and the accounts."""

    accounts: Accounts
    flags: Flags

    async def named(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows, each with the account it is about. Raises Unavailable."""
        names = self.flags.named(await self.accounts.names())
        return [{**row, "subject_name": names.get(row["subject"]["id"])} for row in rows]
