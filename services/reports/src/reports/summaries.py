"""Which cells of which table a person or an alert counts in. Pure."""

from dataclasses import dataclass

from contracts.messages import AlertChanged
from contracts.snapshots import PersonChanged, PersonErased, Stay

__all__ = ["Row", "of_alert", "of_erased", "of_person"]

UNKNOWN = "unknown"
PRESENCE, ALERTS, CITIZENSHIP = "presence", "alerts", "citizenship"


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
    present = (_cell(open_stays[-1]),) if open_stays else ()
    return Row(message.person, message.version, (*present, f"{CITIZENSHIP}|{message.citizenship or UNKNOWN}"))


def of_erased(message: PersonErased) -> Row:
    """The version alone: it counts nowhere, and news from before is none."""
    return Row(message.person, message.version, (), erased=True)


def of_alert(message: AlertChanged) -> Row:
    """One cell for the rule and the state that everyone sees. Protection is not counted here."""
    cells = () if message.side == "protection" else (f"{ALERTS}|{message.rule}|{message.state}",)
    return Row(message.alert, message.revision, cells)


def _cell(stay: Stay) -> str:
    # The first three groups of a village's code are its district.
    district = ".".join(stay.village.split(".")[:3]) if stay.village else UNKNOWN
    return f"{PRESENCE}|{district}|{stay.permit_family}"
