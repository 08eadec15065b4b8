"""Watchlists: who of the persons known may be somebody listed. Pure.

There is no button: a listing is a claim like any other, so a new listing meets everyone there is, and a new person
every listing, when it arrives. The number, the name and the birth date that agree stay in the registry.
"""

from collections.abc import Iterable, Iterator, Sequence

from contracts.findings import Listing, WatchlistMatch
from registry.chains import effective
from registry.doubts import listed_nodes
from registry.lines import Line
from registry.matcher import Matcher
from registry.nodes import Node
from registry.papers import build_listings
from registry.world import PersonState, World

__all__ = ["beside_listings", "screen"]

FULL_DATE = len("YYYY-MM-DD")


def beside_listings(people: Iterable[str], world: World) -> set[str]:
    """Everyone who may be one of these persons: what is listed of one is news of the other."""
    nodes = {node for person in people if person in world.persons for node in listed_nodes(world.persons[person])}
    return {holder.id for node in nodes if (holder := world.holder(node))}


def screen(state: PersonState, lines: Sequence[Line], world: World, matcher: Matcher) -> tuple[WatchlistMatch, ...]:
    """The listings of this person, whose counting lines these are, and those of persons who may be this one.

    exact: the document's number agrees, or a human said that it is this person. strong: name and full birth date agree.
    A person of whom nothing but a listing is known matches nothing.
    """
    if not listed_nodes(state) and all(line.kind != "watchlist" for line in lines):
        return ()
    mine = {line.node for line in lines if line.kind != "watchlist"}
    if not mine:
        return ()
    own = _matches(state, lines, mine, matcher)
    beside = [match for other in _others(state, world) for match in _maybe(state, other, mine, matcher)]
    found = {match.ref: match for match in (*beside, *own)}
    return tuple(found[ref] for ref in sorted(found))


def _others(state: PersonState, world: World) -> list[PersonState]:
    people = {holder.id for node in listed_nodes(state) if (holder := world.holder(node))}
    return [world.persons[person] for person in sorted(people)]


def _matches(state: PersonState, lines: Sequence[Line], mine: set[str], matcher: Matcher) -> Iterator[WatchlistMatch]:
    for listing, nodes in _listed(state, lines):
        seen = [state.nodes[node] for node in mine]
        judged = any(
            v.verdict == "same" and v.speaks_of(a, b.id) for v in state.verdicts.values() for a in mine for b in nodes
        )
        exact = judged or any(not set(one.keys).isdisjoint(other.keys) for one in nodes for other in seen)
        yield _match(listing, "exact" if exact else "strong")


def _maybe(state: PersonState, other: PersonState, mine: set[str], matcher: Matcher) -> Iterator[WatchlistMatch]:
    open_pairs = {pair for pair, doubt in state.doubts.items() if doubt.open}
    for listing, nodes in _listed(other, effective(other.parsed())):
        pairs = [(state.nodes[a], b) for a in mine for b in nodes if {(a, b.id), (b.id, a)} & open_pairs]
        if any(not set(one.keys).isdisjoint(two.keys) for one, two in pairs):
            yield _match(listing, "exact")
        elif any(_name_and_date(one, two, matcher) for one, two in pairs):
            yield _match(listing, "strong")


def _listed(state: PersonState, lines: Sequence[Line]) -> Iterator[tuple[Listing, list[Node]]]:
    nodes = {line.key: state.nodes[line.node] for line in lines if line.node}
    for listing in build_listings(lines):
        yield listing, [nodes[key] for key in listing.evidence]


def _name_and_date(one: Node, other: Node, matcher: Matcher) -> bool:
    date = one.profile.birth_date
    full = date is not None and len(date) == FULL_DATE and date == other.profile.birth_date
    return full and any(part.field == "name" and part.weight > 0 for part in matcher.explain(one, other).parts)


def _match(listing: Listing, match: str) -> WatchlistMatch:
    return WatchlistMatch.model_validate({**listing.model_dump(), "match": match})
