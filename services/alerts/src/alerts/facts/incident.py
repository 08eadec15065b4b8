"""The facts of people met together at a patrol: how many, and how they travelled. Citizens and minors are counted."""

from collections.abc import Iterator

from alerts.facts.around import Around
from alerts.facts.table import Item, Value, fact, table
from contracts.findings import Group
from contracts.messages import IncidentChanged, Subject

__all__ = ["INCIDENT", "LEADERS", "incidents", "passengers"]

LEADERS = frozenset({"guide", "driver", "recruiter"})

INCIDENT = table(
    fact("incident.off_post: bool", "Met off the official post.", "Di luar pos resmi", "Off the official post"),
    fact("incident.guided: bool", "With a guide.", "Dengan pemandu", "With a guide"),
    fact("incident.paid: bool", "Against payment.", "Dengan bayaran", "Against payment"),
    fact("incident.hidden: bool", "Hidden.", "Disembunyikan", "Hidden"),
    fact("incident.size: int", "People met.", "Jumlah orang", "People met"),
    fact("incident.minors: int", "Minors among them.", "Di antaranya anak", "Minors among them"),
)


def incidents(told: IncidentChanged, around: Around) -> Iterator[Item]:
    """One item where the report stands and says how the group travelled."""
    if told.withdrawn or told.merged_into is not None or told.group is None:
        return
    yield Item(
        anchor="incident",
        keys=(told.incident,),
        subjects={"incident": Subject(kind="incident", id=told.incident)},
        facts={"now": around.now, **_facts(told.group)},
        evidence=told.evidence,
        village=told.village,
    )


def _facts(group: Group) -> dict[str, Value]:
    """What is unknown counts as no: farmers and kin on a path need no protection from being asked."""
    return {
        "incident.off_post": group.off_post == "yes",
        "incident.guided": group.guide == "yes",
        "incident.paid": group.payment == "yes",
        "incident.hidden": group.hidden == "yes",
        "incident.size": group.size,
        "incident.minors": group.minors,
    }


def passengers(told: IncidentChanged) -> list[str]:
    """Those who were taken along: whoever led or drove them is not held by what protects them."""
    return sorted({met.person for met in told.people if met.role not in LEADERS})
