"""The account of a year, for the reader and for the machine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from region.fact import differing, flaws
from region.fairness import by_citizenship
from region.places import WIB
from region.play import Played
from region.score import Found, RuleScore
from region.truth import Expected
from region.year import Year

__all__ = ["show", "show_fact"]

COLUMNS = ("should", "found", "missed", "false", "precision", "recall", "self_withdrawn", "held")


class _Teller:
    """Says whom a miss or a false alert is about, and why it may have come about."""

    def __init__(self, year: Year, done: Played) -> None:
        self._events = {said.id: said for said in year.told}
        self._kinds = {life.key: life.kind for life in year.lives.values()}
        self._apart = dict(done.identity.parted)
        self._asked = done.identity.waiting
        self._mixed = {life for several in done.identity.mixed for life in several}

    def lives(self, events: Iterable[str]) -> list[str]:
        known = (self._events[event] for event in sorted(events) if event in self._events)
        return sorted({life for said in known for life in said.about})

    def cause(self, lives: Iterable[str]) -> str:
        mine = set(lives)
        if mine & self._mixed:
            return "identity: two people taken for one"
        if mine & self._apart.keys():
            return "identity: the reports of one person did not come together"
        if mine & self._asked:
            return "identity: waits for a human"
        return "not explained"

    def missed(self, miss: Expected) -> tuple[str, str]:
        lives = [miss.life]
        return self.cause(lives), self._line(lives, miss.begins, miss.ends, miss.events)

    def found(self, spell: Found) -> tuple[str, str]:
        lives = self.lives(spell.events)
        return self.cause(lives), self._line(lives, spell.begins, spell.ends, spell.events)

    def _line(self, lives: Iterable[str], begins: Any, ends: Any, events: Iterable[str]) -> str:
        named = ", ".join(f"{self._kinds.get(life, life)} {life}" for life in list(lives)[:4])
        until = f"{ends.astimezone(WIB):%d %b %H:%M}" if ends else "end"
        return f"{named}, {begins.astimezone(WIB):%d %b %H:%M} to {until}: {' '.join(sorted(events)[:5])}"


def show(seed: int, year: Year, done: Played, scores: dict[str, RuleScore]) -> dict[str, Any]:
    """Prints the table and every miss and false alert; returns what the last line says of this seed."""
    rows = {rule: scores[rule].line() for rule in sorted(scores)}
    told = len(year.arriving)
    print(f"\nseed {seed}: {len(year.lives)} lives, {told} events in {done.seconds:.0f} s")
    print(f"{'rule':<6}" + "".join(f"{name:>15}" for name in COLUMNS) + "   hours to raised / open (median, p95)")
    for rule, row in rows.items():
        cells = "".join(f"{'-' if row[name] in (None, {}) else row[name]!s:>15}" for name in COLUMNS)
        print(f"{rule:<6}{cells}   {row['hours_to_raised']} / {row['hours_to_open']}")
    teller = _Teller(year, done)
    causes = _listed(scores, teller)
    who = done.identity
    identity = {
        "asked": who.asked,
        "one_person": who.one_person,
        "open": who.unanswered,
        "apart": len(who.parted),
        "mixed": len(who.mixed),
    }
    print(f"  who is who: {identity}; refused: {Counter(one['code'] for one in done.heard.refused)}")
    hit = {life for score in scores.values() for spell in score.hits for life in teller.lives(spell.events)}
    fair = by_citizenship(year.lives, hit)
    print(f"  by citizenship: {fair}")
    return {
        "events": told,
        "lives": len(year.lives),
        "seconds": round(done.seconds),
        "rules": rows,
        "causes": causes,
        "identity": identity,
        "citizenship": fair,
    }


def _listed(scores: dict[str, RuleScore], teller: _Teller) -> dict[str, int]:
    causes: Counter[str] = Counter()
    for rule, score in sorted(scores.items()):
        lines = [("missed", *teller.missed(miss)) for miss in score.missed]
        lines += [("false", *teller.found(spell)) for spell in score.false]
        lines += [("withdrew", *teller.found(spell)) for spell in score.withdrew]
        for what, cause, line in lines:
            causes[f"{what}: {cause}"] += 1
            print(f"  {what} {rule} [{cause}] {line}")
    return dict(causes)


def show_fact(year: Year, due: Sequence[Expected]) -> dict[str, int]:
    """Prints where what arrived says something else than what is so; how many of both."""
    not_so, untold = differing(year.lives, year.told, year.clock, due)
    for what, several in (("not so in fact", not_so), ("so, and nothing arrived", untold)):
        for one in several:
            wrong = flaws(year.told, one.life) or "a silent source"
            print(f"  {what}: {one.rule} [{wrong}] {year.lives[one.life].kind} {one.life}")
    return {"not_so_in_fact": len(not_so), "untold": len(untold)}
