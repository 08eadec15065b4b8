"""The tables of docs/dpia.md that follow from the code: who reads, for what, who sends, how long, what is unsigned."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from alerts.cases.clock import read_limits
from alerts.facts.tables import read_tables
from chassis.settings import read_models
from chassis.signed import unsigned
from contracts.agencies import Agency
from contracts.events import KINDS
from gateway.consents import ASKS, GIVES
from gateway.policy import TABLE, Action, may_ever
from gateway.purpose import Kind
from gateway.retention import terms
from gateway.viewers import Role
from registry.retention import retention_table

__all__ = ["filled", "tables"]

ROOT = Path(__file__).parents[2]
READS = (
    *(Action.READ_PERSON, Action.READ_EVENT, Action.JOIN_NAMES, Action.LIST_NAMES, Action.FIND_PERSON),
    Action.SEARCH_PERSONS,
    *(Action.READ_PARTY, Action.READ_REVIEW, Action.READ_MATTER, Action.EXPORT, Action.TAKE_EVERYTHING),
)
SPANS = ("lodging", "closed_lawful_stay", "open_stay", "refused", "remind_before")


def tables() -> dict[str, str]:
    """Each table by the name its markers carry."""
    agencies = read_models(ROOT / "deploy" / "agencies", Agency)
    return {
        "roles": _table(("role", "may read of persons", "for which purposes"), _roles()),
        "two-people": _table(("what", "asked for by", "allowed by another one, a"), _two_people()),
        "data": _table(("event", "what it tells", "sent by"), _data(agencies)),
        "agencies": _table(("agency", "of a dossier its people see"), _agencies(agencies)),
        "retention": _table(("value", "length", "signed by"), _retention()),
        "unsigned": _table(("part", "tables that nobody signed yet"), _unsigned()),
    }


def filled(page: str) -> str:
    """The page with each table between its markers as it follows from the code. Raises ValueError without a marker."""
    for name, text in tables().items():
        begin, end = f"<!-- {name}: generated -->\n", f"<!-- {name}: end -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"docs/dpia.md has no place for {name}")
        page = f"{before}{begin}{text}{end}{after}"
    return page


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _roles() -> Iterator[Sequence[str]]:
    for role in Role:
        ways: dict[str, list[str]] = {}
        for action in READS:
            if kinds := TABLE[role].get(action):
                ways.setdefault(_purposes(kinds), []).append(f"`{action}`")
        if not ways:
            yield f"`{role}`", "nothing", "–"
        for purposes, actions in ways.items():
            yield f"`{role}`", ", ".join(actions), purposes


def _purposes(kinds: frozenset[Kind]) -> str:
    if kinds == frozenset(Kind):
        return "by consent of two people"
    return ", ".join(sorted(kinds))


def _two_people() -> Iterator[Sequence[str]]:
    for what in ASKS:
        yield what, _who(ASKS[what]), _who(GIVES[what])


def _who(action: Action) -> str:
    return ", ".join(f"`{role}`" for role in Role if may_ever(role, action))


def _data(agencies: Sequence[Agency]) -> Iterator[Sequence[str]]:
    for kind, model in KINDS.items():
        told = (model.__doc__ or "").strip().splitlines()[0]
        senders = [agency.code for agency in agencies if kind in agency.may_send]
        yield f"`{kind}`", told, ", ".join(senders) or "every source"


def _agencies(agencies: Sequence[Agency]) -> Iterator[Sequence[str]]:
    for agency in agencies:
        yield f"{agency.names.id} (`{agency.code}`)", ", ".join(agency.sees) or "nothing: it only sends"


def _retention() -> Iterator[Sequence[str]]:
    rules = retention_table()
    for name in SPANS:
        span = getattr(rules, name)
        parts = {"years": span.years, "months": span.months, "days": span.days}
        length = " ".join(f"{n} {unit if n > 1 else unit[:-1]}" for unit, n in parts.items() if n)
        yield f"`{name}`", length, rules.signed_by or "nobody yet"
    limits = read_tables().limits
    yield "`dismissed_days`", f"{limits.dismissed_days} days", limits.signed_off_by or "nobody yet"
    held = terms()
    for name in ("left_account_days", "reasons_days", "access_log_days"):
        yield f"`{name}`", f"{getattr(held, name)} days", held.signed_off_by or "nobody yet"
    cases = read_limits()
    yield "`closed_days` of cases", f"{cases.closed_days} days", cases.signed_off_by or "nobody yet"


def _unsigned() -> Iterator[Sequence[str]]:
    for part in ("registry", "alerts", "gateway"):
        yield part, ", ".join(f"`{name}`" for name in unsigned(part)) or "none"
