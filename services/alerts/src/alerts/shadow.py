"""What a rule on probation finds on live events: written down, raised to nobody. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alerts.facts import Item
from alerts.judge import waiting
from alerts.world import World, told
from contracts.messages import Subject

__all__ = ["Sighting", "sightings"]


@dataclass(frozen=True)
class Sighting:
    """Whether a rule on probation fires for one thing now, whom it would tell, and whether the alert would wait."""

    rule: str
    anchor: str
    subject: Subject
    fires: bool
    agencies: tuple[str, ...]
    waits: bool


def sightings(items: Iterable[Item], world: World) -> Iterator[Sighting]:
    """What the rules on probation find among these things."""
    for item in items:
        for compiled in world.rules.shadows(item.anchor):
            subject = item.subjects.get(compiled.rule.subject)
            if subject is not None:
                activation = world.rules.activation(item.anchor, item.facts)
                waits = bool(waiting(compiled.rule, item, world)) or compiled.waits(activation)
                agencies = told(world.agencies, compiled.rule.id, item.village)
                key = f"{compiled.rule.id}/{compiled.rule.version}"
                yield Sighting(key, item.keys[0], subject, compiled.fires(activation), agencies, waits)
