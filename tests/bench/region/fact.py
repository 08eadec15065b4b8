"""What the reports say against what is so: the best reader of them errs where one was lost or wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from region.clock import Clock
from region.telling import Life, Said
from region.truth import Expected, expected

__all__ = ["differing", "flaws"]

COPIES = ("again", "doubled", "contrary")


def differing(
    lives: Mapping[str, Life], told: Sequence[Said], clock: Clock, due: Sequence[Expected]
) -> tuple[list[Expected], list[Expected]]:
    """At the end: what stands by what arrived and is not so; what is so, and nothing that arrived says it."""
    at_once = [replace(said, arrived=clock.after(said.at)) for said in told if said.flaw not in COPIES]
    so = [one for one in expected(lives, at_once, clock) if _of_people(one)]
    stands = [one for one in due if _of_people(one)]
    return _beside(stands, so), _beside(so, stands)


def flaws(told: Sequence[Said], life: str) -> str:
    """What went wrong with the reports of a life."""
    return ", ".join(sorted({said.flaw for said in told if life in said.about and said.flaw not in ("", "again")}))


def _of_people(one: Expected) -> bool:
    return one.ends is None and one.rule != "Q2"


def _beside(these: Sequence[Expected], those: Sequence[Expected]) -> list[Expected]:
    events = {(one.rule, event) for one in those for event in one.events}
    lives = {(one.rule, one.life) for one in those}
    apart = (one for one in these if (one.rule, one.life) not in lives)
    return [one for one in apart if not any((one.rule, event) in events for event in one.events)]
