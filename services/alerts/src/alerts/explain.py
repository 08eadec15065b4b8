"""An alert in words that can be checked: each condition of its rule with its value, and what would end it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from alerts.facts import FACTS, Value
from alerts.rules import ENVIRONMENTS, NAME, Rule

__all__ = ["conditions", "parts"]

OPENING, CLOSING, QUOTES = "([", ")]", "'\""


def conditions(rule: Rule, facts: Mapping[str, Value], now: datetime) -> list[dict[str, Any]]:
    """Each part of the condition that has to be true: its text, whether it holds, and the facts it names.

    `ends` says for a plain yes or no what it would have to become. A part that moves with the clock is judged at `now`
    where its facts are known, and is none otherwise.
    """
    known = {**facts, "now": now}
    environment = ENVIRONMENTS[rule.anchor]
    activation = environment.Activation(known)
    try:
        compiled = {text: environment.compile(text) for text in parts(rule.condition)}
    except RuntimeError:
        return []  # an old version may name facts that there are no more
    return [_told(text, one.eval(activation).value(), rule, known) for text, one in compiled.items()]


def _told(text: str, holds: Any, rule: Rule, known: Mapping[str, Value]) -> dict[str, Any]:
    table = FACTS[rule.anchor]
    names = [name for name in dict.fromkeys(NAME.findall(text)) if name in table and name != "now"]
    plain = text.removeprefix("!").strip()
    return {
        "text": text,
        "holds": holds if isinstance(holds, bool) else None,
        "facts": [{"name": name, "value": known.get(name), "label": table[name].label.model_dump()} for name in names],
        "ends": text.startswith("!") if plain in names and table[plain].type == "bool" else None,
    }


def parts(condition: str) -> list[str]:
    """The condition cut where `&&` joins it at the top; whole where something else joins it there."""
    found, start = [], 0
    for at in _joints(condition, "&&"):
        found.append(condition[start:at])
        start = at + 2
    found.append(condition[start:])
    if any(True for _ in _joints(condition, "||")):
        return [" ".join(condition.split())]
    return [" ".join(part.split()) for part in found]


def _joints(condition: str, operator: str) -> Iterator[int]:
    depth, quote = 0, ""
    for at, letter in enumerate(condition):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in QUOTES:
            quote = letter
        elif letter in OPENING or letter in CLOSING:
            depth += 1 if letter in OPENING else -1
        elif depth == 0 and condition.startswith(operator, at):
            yield at
