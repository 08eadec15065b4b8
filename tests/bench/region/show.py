"""The account of a year, for the reader and for the machine."""

from typing import Any

from region.play import Played
from region.score import Found, RuleScore
from region.truth import Expected
from region.year import Year

__all__ = ["show"]

COLUMNS = ("should", "found", "missed", "false", "precision", "recall", "self_withdrawn", "held")


def show(seed: int, year: Year, done: Played, scores: dict[str, RuleScore]) -> dict[str, Any]:
    """Prints the table and every miss and false alert; returns what the last line says of this seed."""
    rows = {rule: scores[rule].line() for rule in sorted(scores)}
    told = len(year.arriving)
    print(f"\nseed {seed}: {len(year.lives)} lives, {told} events in {done.seconds:.0f} s")
    print(f"{'rule':<6}" + "".join(f"{name:>15}" for name in COLUMNS) + "   hours to raised / open (median, p95)")
    for rule, row in rows.items():
        cells = "".join(f"{'-' if row[name] is None else row[name]!s:>15}" for name in COLUMNS)
        print(f"{rule:<6}{cells}   {row['hours_to_raised']} / {row['hours_to_open']}")
    events = {said.id: said for said in year.told}
    kinds = {life.key: life.kind for life in year.lives.values()}
    for rule, score in sorted(scores.items()):
        for miss in score.missed:
            print(f"  missed {rule} {_of(miss, kinds)}")
        for what, wrong in (("false", score.false), ("withdrew", score.withdrew)):
            for spell in wrong:
                print(f"  {what} {rule} {_about(spell, events, kinds)}")
    who = done.identity
    print(
        f"  who is who: {who.asked} questions, {who.one_person} of them one person, {who.unanswered} open at the end; "
        f"{len(who.parted)} lives stay apart, {len(who.mixed)} persons are several lives"
    )
    for life, persons in who.parted:
        print(f"  apart: {kinds.get(life, life)} {life} {persons}")
    for several in who.mixed:
        print(f"  mixed: {[kinds.get(life, life) for life in several]} {several}")
    refused = {one["code"] for one in done.heard.refused}
    print(f"  refused: {len(done.heard.refused)} {sorted(refused)}")
    return {"events": told, "lives": len(year.lives), "seconds": round(done.seconds), "rules": rows}


def _of(miss: Expected, kinds: dict[str, str]) -> str:
    ends = f"{miss.ends:%m-%d %H}" if miss.ends else "end"
    return f"{kinds.get(miss.life, miss.life)} {miss.life} {miss.begins:%m-%d %H}..{ends}: {sorted(miss.events)[:4]}"


def _about(spell: Found, events: dict[str, Any], kinds: dict[str, str]) -> str:
    lives = {life for event in spell.events if event in events for life in events[event].about}
    named = sorted({kinds.get(life, life) for life in lives})
    ends = f"{spell.ends:%m-%d %H}" if spell.ends else "end"
    return f"{named} {sorted(lives)} {spell.begins:%m-%d %H}..{ends}: {sorted(spell.events)[:4]}"
