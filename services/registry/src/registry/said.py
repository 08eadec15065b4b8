"""How a line is read: the parties it names, the evidence it gives. Pure."""

from collections.abc import Iterable

from contracts.message import Evidence
from registry.lines import Line

__all__ = ["evidence", "party"]


def party(line: Line, role: str) -> str | None:
    """The id of the party in this role: of the event or, at a check, of this person's own entry."""
    if role in line.parties:
        return line.parties[role]
    own = (path for path in sorted(line.parties) if path.startswith("persons.") and path.endswith(f".{role}"))
    return next((line.parties[path] for path in own), None)


def evidence(lines: Iterable[Line]) -> Evidence:
    """The keys of these events, each once."""
    return tuple(dict.fromkeys(line.key for line in lines))
