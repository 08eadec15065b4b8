"""What a person is found by: made anew of what counts whenever a person changes. Pure."""

from collections.abc import Sequence

from registry.lines import Line
from registry.search import Card, card
from registry.world import PersonState, World

__all__ = ["cards", "index"]


def index(state: PersonState, counted: Sequence[Line], world: World) -> None:
    """Note how this person is to be found now. The spellings of a party are those known when an event named it."""
    named = {party for line in counted for party in line.parties.values()}
    for party in named & world.parties.keys():
        known = world.parties[party]
        number, name = (values[-1] if values else None for values in (known.numbers, known.names))
        state.parties[party] = (number, name)
    places = {line.village for line in counted if line.village}
    profiles = [node.profile for node in state.nodes.values() if node.id not in state.idle]
    parties = (state.parties[party] for party in named & state.parties.keys())
    state.card = card(profiles, places, parties).to_bytes()


def cards(state: PersonState) -> tuple[Card | None, Card | None]:
    """How the person was found before, and how now; none for one who was not there, or was merged away."""
    now = None if state.merged_into is not None else state.card
    return (Card.from_bytes(state.read_card) if state.read_card else None, Card.from_bytes(now) if now else None)
