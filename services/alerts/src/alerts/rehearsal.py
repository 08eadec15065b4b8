"""A rule and its twins: each case judged among the rules in force, where one source clears everything. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.decide import Known, decide
from alerts.facts import WIB
from alerts.facts.around import Around
from alerts.facts.tables import Tables
from alerts.rules import Rule
from alerts.ruleset import Ruleset
from alerts.subjects import KINDS
from alerts.twins import Twin
from alerts.world import World
from contracts.agencies import Agency
from contracts.messages import SourceChanged

__all__ = ["Failure", "answer", "failures", "rehearsed"]

ALWAYS = ((datetime(2000, 1, 1, tzinfo=WIB), datetime(2100, 1, 1, tzinfo=WIB)),)
CLEARS = ("exit", "lodging", "residence", "permit", "certificate", "work")
POST = Agency.model_validate(
    {
        "code": "twins",
        "names": {"id": "Uji", "en": "Trial"},
        "area": [],
        "may_send": {},
        "sources": [
            {
                "code": "pos",
                "uri": "/twins/pos",
                "names": {"id": "Pos", "en": "Post"},
                "rhythm_hours": 24,
                "village": "61.06.14.2001",
            }
        ],
        "contact": "-",
    }
)


@dataclass(frozen=True)
class Failure:
    """A twin that was not answered as its rule says: the state that was expected and the one that was found."""

    twin: str
    expected: str | None
    found: str | None


def rehearsed(rule: Rule, rules: Ruleset) -> Ruleset:
    """These rules with this one in place of any of its name."""
    others = [item.rule for item in rules.compiled.values() if item.rule.id != rule.id]
    return Ruleset([*others, rule])


def failures(rule: Rule, rules: Ruleset, tables: Tables) -> Iterator[Failure]:
    """The twins that this rule does not answer as it says, judged among the rules in force."""
    among = rehearsed(rule, rules)
    for fires, twins in ((True, rule.twins.must_fire), (False, rule.twins.must_not_fire)):
        for twin in twins:
            expected = ("held" if twin.held else "open") if fires else None
            if (found := answer(rule.id, twin, among, tables)) != expected:
                yield Failure(twin.name, expected, found)


def answer(id: str, twin: Twin, rules: Ruleset, tables: Tables) -> str | None:
    """The state of the alert that a rule raises in this case; none where it raises none."""
    post = _post(ALWAYS if twin.covers is None else twin.covers)
    world = World(rules, _id_of, [POST], {"twins/pos": post}, twin.tables(tables))
    parties = {party.party: party for party in twin.parties}
    around = Around(twin.now, world.tables, world.villages, parties, twin.shares)
    items = KINDS[twin.key.split(":", 1)[0]].judged_on(twin.told(), around)
    outcome = decide(items, Known(twin.key, {}, {}), world, twin.now)
    return next((alert.state for alert in outcome.alerts if alert.rule == id), None)


def _id_of(series: str, anchor: str, episode: int) -> str:
    return f"{series}:{anchor}:{episode}"


def _post(covers: Sequence[tuple[datetime, datetime]]) -> SourceChanged:
    return SourceChanged(agency="twins", source="pos", version=1, clears=CLEARS, rhythm_hours=24, covers=tuple(covers))
