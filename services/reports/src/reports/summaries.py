"""Which cells of which table a person or an alert counts in. Pure."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from contracts.messages import AlertChanged
from contracts.snapshots import PersonChanged, PersonErased, Stay

__all__ = ["Cells", "Row", "by_district", "of_alert", "of_erased", "of_person"]

UNKNOWN = "unknown"
DISTRICT = 3
PRESENCE, ALERTS, CITIZENSHIP = "presence", "alerts", "citizenship"
TOLD, READERS = "told", "readers"
"""Alerts by the agency that is told of them; and those about readers, which are for whoever watches over these."""
Cells = list[tuple[list[str], int]]


@dataclass(frozen=True)
class Row:
    """One subject at one version, and the cells it counts in: table|column|column."""

    id: str
    version: int
    cells: tuple[str, ...]
    erased: bool = False


def of_person(message: PersonChanged) -> Row:
    """Present now: one cell for the latest stay that is open; and everybody's citizenship.

    A merged person counts under the survivor.
    """
    if message.merged_into is not None:
        return Row(message.person, message.version, ())
    open_stays = [stay for stay in message.stays if stay.closed_on is None]
    present = (_present(open_stays[-1]),) if open_stays else ()
    return Row(message.person, message.version, (*present, f"{CITIZENSHIP}|{message.citizenship or UNKNOWN}"))


def of_erased(message: PersonErased) -> Row:
    """The version alone: it counts nowhere, and news from before is none."""
    return Row(message.person, message.version, (), erased=True)


def of_alert(message: AlertChanged) -> Row:
    """Cells for the rule and the state that everyone sees: one, and one for each agency that is told.

    Protection is not counted here; what watches the readers, apart.
    """
    cell = f"{message.rule}|{message.state}"
    told = [f"{TOLD}|{agency}|{cell}" for agency in sorted(set(message.agencies))]
    cells = {"protection": (), "safeguard": (f"{READERS}|{cell}",)}.get(message.side, (f"{ALERTS}|{cell}", *told))
    return Row(message.alert, message.revision, cells)


def by_district(cells: Cells, seen: Callable[[str], bool]) -> Cells:
    """Who is present per district and permit family, of the villages that may be seen."""
    found: Counter[tuple[str, str]] = Counter()
    for (village, family), n in cells:
        if seen(village):
            # The first three groups of a village's code are its district.
            found[".".join(village.split(".")[:DISTRICT]), family] += n
    return [(list(cell), n) for cell, n in sorted(found.items())]


def _present(stay: Stay) -> str:
    return f"{PRESENCE}|{stay.village or UNKNOWN}|{stay.permit_family}"
