"""Rules: evaluations a second against other engines, and what an event costs with 30 and with 300 rules.

One condition (R02b) on the same cases in every engine, side by side in one run; all must give the same answers. Then
the whole judgement of a person, as the service makes it, by rules of the catalogue multiplied.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from _apart import told_by

from alerts.decide import Before, Known, Outcome, decide
from alerts.facts import WIB, Value
from alerts.facts.around import Around
from alerts.facts.tables import read_tables
from alerts.rulebook import load
from alerts.ruleset import Ruleset
from alerts.subjects import KINDS
from alerts.world import World
from contracts.snapshots import Lookup, PersonChanged, Presence, Stay

CASES, SECONDS, ROUNDS = 200, 1.0, 5
FEW, MANY = 30, 300
TABLES, RULES = read_tables(), load()
START = datetime(2026, 2, 1, 9, tzinfo=WIB)
PERSON = KINDS["person"]


def by_hand(facts: Mapping[str, Any]) -> bool:
    """R02b as a Python function."""
    return (
        facts["stay.open"]
        and not facts["stay.border_pass"]
        and not facts["stay.application_pending"]
        and not facts["stay.impeded"]
        and not facts["stay.exit_found"]
        and facts["now"] >= facts["stay.ends"] + timedelta(hours=48)
        and (facts["stay.placed_after_end"] or facts["stay.no_record_after_end"])
    )


def person(random: Random, number: int) -> PersonChanged:
    """Somebody whose stay has ended or has not, seen since or not."""
    ends = START.date() + timedelta(days=random.randint(-20, 20))
    seen = START + timedelta(days=random.randint(-30, 0))
    stay = Stay(
        keys=(f"k{number}",),
        opened_on=ends - timedelta(days=29),
        opened_by="entry",
        permit_family="visit",
        ends=ends,
        ends_basis="printed",
        application_pending=random.random() < 0.1,
        closed_on=START.date() if random.random() < 0.2 else None,
    )
    looked = Lookup(looked_for="exit", result=random.choice(["found", "no_record"]), at=seen)
    return PersonChanged(
        person=f"p{number}",
        version=1,
        stays=(stay,),
        presences=(Presence(kind="check", at=seen, evidence=("e",)),),
        lookups=(looked,) if random.random() < 0.3 else (),
    )


def cases(random: Random) -> list[dict[str, Value]]:
    around = Around(START, TABLES)
    found = (item for number in range(CASES) for item in PERSON.judged_on(person(random, number), around))
    return [dict(item.facts) for item in found if item.anchor == "stay"]


def told(value: Value) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def rate(evaluate: Callable[[Any], Any], given: Sequence[Any]) -> int:
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for one in given:
            evaluate(one)
        done += len(given)
    return round(done / (time.perf_counter() - began))


def engines(facts: Sequence[dict[str, Value]]) -> dict[str, int]:
    """Evaluations a second of one condition, of every engine; the answers agree."""
    rule = RULES.compiled["R02b"]
    made = [RULES.activation("stay", one) for one in facts]
    answers = "".join(str(int(rule.fires(one))) for one in made)
    assert answers == "".join(str(int(by_hand(one))) for one in facts)
    assert set(answers) == {"0", "1"}
    found = {
        "tapal, facts made ready": rate(rule.fires, made),
        "tapal, making them ready": rate(lambda one: rule.fires(RULES.activation("stay", one)), facts),
        "by hand, in Python": rate(by_hand, facts),
    }
    others = told_by("_rival_engines.py", json.dumps([{name: told(v) for name, v in one.items()} for one in facts]))
    for other in others:
        assert other["answers"] == answers, other["engine"]
        found[other["engine"]] = other["per_second"]
    return found


def multiplied(count: int) -> Ruleset:
    """So many rules of stays, each a little different, one in five by the clock."""
    stays = [item.rule for item in RULES.compiled.values() if item.rule.anchor == "stay"]
    plain = "stay.open && !stay.border_pass && permit.family == 'none of them {n}'"
    made = []
    for number in range(count):
        rule = stays[number // 5 % len(stays)]
        changes: dict[str, Any] = {"id": f"X{number}", "series": f"s{number}"}
        if number % 5:
            changes |= {
                "condition": plain.replace("{n}", str(number)),
                "deadline": None,
                "reading": None,
                "absence": None,
            }
        made.append(rule.model_copy(update=changes))
    return Ruleset(made)


@dataclass
class Desk:
    """One person after another, judged as the service judges."""

    rules: Ruleset

    def world(self) -> World:
        return World(self.rules, lambda *parts: ":".join(map(str, parts)), [], {}, TABLES)

    def judge(self, told: PersonChanged, now: datetime, before: Before | None = None) -> Outcome:
        known = Known(f"person:{told.person}", {}, {}, before=before)
        return decide(PERSON.judged_on(told, Around(now, TABLES)), known, self.world(), now)

    def cost(self, story: Callable[[int], tuple[PersonChanged, PersonChanged | None]]) -> float:
        """Microseconds an event, the median of some rounds."""
        pairs = [story(number) for number in range(100)]
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for now, was in pairs:
                self.judge(now, START + timedelta(hours=1), _before(was))
            took.append((time.perf_counter() - began) / len(pairs) * 1e6)
        return round(median(took), 1)


def _before(was: PersonChanged | None) -> Before | None:
    return Before(tuple(PERSON.judged_on(was, Around(START, TABLES))), START) if was else None


def lawful(number: int) -> PersonChanged:
    stay = Stay(
        keys=(f"k{number}",),
        opened_on=date(2026, 1, 25),
        opened_by="entry",
        permit_family="visit",
        ends=date(2026, 5, 25),
        ends_basis="printed",
    )
    return PersonChanged(person=f"p{number}", version=1, stays=(stay,))


def new(number: int) -> tuple[PersonChanged, None]:
    """A stay that nobody knew."""
    return lawful(number), None


def extended(number: int) -> tuple[PersonChanged, PersonChanged]:
    """An extension moves the end."""
    was = lawful(number)
    stay = was.stays[0].model_copy(update={"ends": date(2026, 6, 25), "extended": True})
    return was.model_copy(update={"version": 2, "stays": (stay,)}), was


def seen(number: int) -> tuple[PersonChanged, PersonChanged]:
    """Somebody whose stay is lawful is seen: nothing that a rule names is new."""
    was = lawful(number)
    return was.model_copy(update={"version": 2, "presences": (Presence(kind="check", at=START),)}), was


def events() -> dict[str, dict[str, float]]:
    """Microseconds of judging one event, with few and with many rules."""
    few, many = Desk(multiplied(FEW)), Desk(multiplied(MANY))
    stories = {"new stay": new, "extension": extended, "seen": seen}
    found: dict[str, dict[str, float]] = {}
    for name, story in stories.items():
        one, other = few.cost(story), many.cost(story)
        found[name] = {str(FEW): one, str(MANY): other, "ratio": round(other / one, 2)}
    return found


def show(found: dict[str, Any]) -> None:
    ours = found["evaluations_per_second"]["tapal, facts made ready"]
    print(f"\n{'one condition (R02b)':<28}{'evaluations/s':>16}{'to Tapal':>10}")
    for name, per_second in found["evaluations_per_second"].items():
        print(f"{name:<28}{per_second:>16,}{per_second / ours:>10.3f}")
    print(f"\n{'judging an event, µs':<28}{FEW:>10} rules{MANY:>10} rules{'ratio':>10}")
    for name, one in found["event_us"].items():
        print(f"{name:<28}{one[str(FEW)]:>16}{one[str(MANY)]:>16}{one['ratio']:>10}")
    print()


def main() -> None:
    found = {"evaluations_per_second": engines(cases(Random(3))), "event_us": events()}
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
