"""The facts of a child on the way or at work: with whom, and whether it came back before the post closed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from alerts.facts.around import Around
from alerts.facts.table import DAY, WIB, Item, Value, day_of, fact, table
from contracts.messages import Subject
from contracts.snapshots import CheckFound, Crossing, PersonChanged

__all__ = ["CHILD", "children"]

ACCOMPANIED = frozenset({"parent", "guardian", "relative", "school_group"})
WORK = frozenset({"work", "trade"})
Seen = Crossing | CheckFound
OPPOSITE = {"entry": "exit", "exit": "entry"}

CHILD = table(
    fact("child.seen: timestamp", "When the child was seen.", "Terlihat", "Seen"),
    fact(
        "child.accompanied: bool",
        "With a parent, guardian or relative, with the school, or with a letter of consent; absent when not asked.",
        "Bersama orang tua, wali, kerabat, atau rombongan sekolah",
        "With a parent, guardian, relative or the school",
    ),
    fact("child.at_work: bool", "Seen at work.", "Terlihat bekerja", "Seen at work"),
    fact("child.closes: timestamp", "When the post closes that day.", "Pos tutup", "Post closes"),
    fact("child.returned: bool", "Crossed back before that.", "Sudah kembali", "Came back"),
)


def children(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each WIB day on which a person under 18 crossed or was met. Lodging does not say who was with the child."""
    if person.adult_on is None:
        return
    seen: list[Seen] = [crossing for crossing in person.crossings if crossing.action in OPPOSITE]
    found = sorted((*seen, *person.checks), key=lambda one: (one.at, one.evidence))
    young = (one for one in found if day_of(one.at) < person.adult_on)
    for _, day in groupby(young, key=lambda one: day_of(one.at)):
        yield _item(person, list(day), around)


def _item(person: PersonChanged, seen: Sequence[Seen], around: Around) -> Item:
    evidence = tuple(key for one in seen for key in one.evidence)
    return Item(
        anchor="child",
        keys=tuple(key for one in seen for key in _keys(one)),
        subjects={"person": Subject(kind="person", id=person.person)},
        facts=_facts(person, seen, around),
        evidence=evidence,
        village=next((one.village for one in seen if isinstance(one, CheckFound)), None),
    )


def _keys(seen: Seen) -> tuple[str, ...]:
    """One check may have met several children, each of whom has an alert of their own."""
    return (seen.ref,) if isinstance(seen, CheckFound) and seen.ref else seen.evidence


def _facts(person: PersonChanged, seen: Sequence[Seen], around: Around) -> dict[str, Value]:
    closes = _closes(seen[0].at, around)
    away = _away(seen, person.crossings, closes)
    facts: dict[str, Value] = {
        "now": around.now,
        "child.seen": seen[0].at.replace(microsecond=0),
        "child.closes": closes,
        "child.at_work": any(_working(one) for one in seen),
        "child.returned": not away,
    }
    told = [accompanied for one in away or [seen] if (accompanied := _accompanied(one)) is not None]
    return facts | ({"child.accompanied": all(told)} if told else {})


def _working(seen: Seen) -> bool:
    return isinstance(seen, CheckFound) and seen.activity in WORK and seen.activity_basis == "seen"


def _away(seen: Sequence[Seen], crossings: Sequence[Crossing], closes: datetime) -> list[Sequence[Seen]]:
    """What was seen of the child since it last came back before the post closed; reports of one crossing are one."""
    later = (one for one in crossings if one.action in OPPOSITE and seen[-1].at < one.at <= closes)
    found: list[Sequence[Seen]] = []
    going: list[Crossing] = []
    back = None
    for one in (*seen, *sorted(later, key=lambda one: (one.at, one.evidence))):
        if isinstance(one, CheckFound):
            found.append([one])
        elif going and one.action == going[0].action:
            going.append(one)
        elif going and one.at <= closes:
            # Met on the way or not: it is home again.
            del found[found.index(going) :]
            going, back = [], one.action
        elif one.action != back:
            going = [one]
            found.append(going)
    return found


def _accompanied(seen: Sequence[Seen]) -> bool | None:
    """Whether anybody says so of one sighting; none where nobody asked."""
    told = [one for one in seen if one.minor_with not in (None, "not_asked")]
    with_letter = any(isinstance(one, Crossing) and one.consent_letter is True for one in told)
    return with_letter or any(one.minor_with in ACCOMPANIED for one in told) if told else None


def _closes(at: datetime, around: Around) -> datetime:
    """The next closing of the post: the next day's for whoever is seen after it has closed."""
    closes = datetime.combine(day_of(at), around.tables.limits.post_closes, WIB)
    return closes if at <= closes else closes + DAY
