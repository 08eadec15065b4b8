"""What goes when a person, or some events of one, are erased. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.snapshots import Origin
from registry.chains import by_root
from registry.lines import Line
from registry.nodes import Node, Pair, Verdict
from registry.scope import counted_nodes
from registry.world import PersonState, World

__all__ = ["Wiped", "chains_with", "wipe"]


@dataclass(frozen=True)
class Wiped:
    """What goes beside what the world says of it.

    `entries` are those of the log: the parts that go, or None where nothing of it stays. `gone` are the ids that never
    mean anybody again: none of them where part of the person stays. `nodes` are claims that nobody makes any more.
    """

    person: str
    entries: Mapping[str, frozenset[str] | None]
    nodes: tuple[Node, ...]
    kept: tuple[Node, ...]
    gone: tuple[str, ...]
    mentions: tuple[str, ...]
    reviews: tuple[Pair, ...]


def chains_with(events: Iterable[str], lines: Iterable[Line]) -> frozenset[str]:
    """These events, with all that corrects them or takes them back, and what was decided of them."""
    told, wanted = list(lines), set(events)
    for chain in by_root(told).values():
        if any(line.key in wanted for line in chain):
            wanted |= {line.key for line in chain}
    return frozenset(wanted | {line.key for line in told if line.kind == "decision" and line.data["event"] in wanted})


def wipe(state: PersonState, events: frozenset[str] | None, world: World, origin: Origin) -> Wiped:
    """Take these events, or everything, from a person and from whoever knows of it. Whom it changes is touched.

    In the world are the heads of all events and verdicts, whoever they were about, and whoever may be this person.
    """
    lines = state.parsed()
    going = chains_with(events, lines) if events is not None else frozenset(line.key for line in lines)
    staying = [line for line in lines if line.key not in going]
    left = {line.node for line in staying if line.node}
    wiped, nodes = [line for line in lines if line.key in going], state.nodes.keys() - left
    entries = {key: _parts(key, wiped, world) for key in {line.key for line in wiped if not line.elsewhere}}
    verdicts = [one for one in state.verdicts.values() if _speaks_of_nobody(one, nodes, world)]
    entries |= {verdict.key: None for verdict in verdicts}
    result = Wiped(
        person=state.id,
        entries=entries,
        nodes=tuple(state.nodes[node] for node in sorted(nodes)),
        kept=tuple(state.nodes[node] for node in sorted(left)),
        gone=() if left else _ids(state, world),
        mentions=tuple(sorted(_mentions(wiped, entries))),
        reviews=tuple(pair for pair in sorted(state.doubts) if not nodes.isdisjoint(pair)),
    )
    _forget(result, verdicts, world, origin)
    _leave(state, staying, result, world)
    world.touched |= {state.id: origin} if left else {}
    return result


def _parts(key: str, wiped: Iterable[Line], world: World) -> frozenset[str] | None:
    """The parts of an entry that are these lines'; None where it is about nobody else who is still there."""
    told = [line for line in wiped if line.key == key]
    if key not in world.heads:
        return None
    mine = {line.node for line in told}
    others = [node for node in world.heads[key].nodes if node not in mine and world.holder(node)]
    if not others or any(line.kind == "decision" for line in told):
        return None
    return frozenset(line.path for line in told)


def _speaks_of_nobody(verdict: Verdict, gone: Iterable[str], world: World) -> bool:
    """Whether all that one of its sides names is gone."""
    there = [{node for node in side - set(gone) if world.holder(node)} for side in (verdict.left, verdict.right)]
    return not all(there)


def _ids(state: PersonState, world: World) -> tuple[str, ...]:
    """The id of a person and those that were merged into it."""
    return tuple(sorted(one for one in world.persons if world.living(one).id == state.id))


def _mentions(wiped: Iterable[Line], entries: Mapping[str, frozenset[str] | None]) -> Iterable[str]:
    for line in wiped:
        for path, party in line.parties.items():
            if entries[line.key] is None or path.startswith(f"{line.path}."):
                yield f"{party}.{line.key}.{path}"


def _forget(wiped: Wiped, verdicts: Iterable[Verdict], world: World, origin: Origin) -> None:
    """Whoever doubted, or was judged, whether it is this person knows nothing of it any more."""
    beside = {node for pair in wiped.reviews for node in pair}
    beside |= {node for verdict in verdicts for node in verdict.left | verdict.right}
    keys = {verdict.key for verdict in verdicts}
    for person in {holder.id for node in beside if (holder := world.holder(node))} - {wiped.person}:
        other = world.persons[person]
        other.doubts = {pair: doubt for pair, doubt in other.doubts.items() if pair not in wiped.reviews}
        other.verdicts = {key: verdict for key, verdict in other.verdicts.items() if key not in keys}
        other.change()
        world.touched[person] = origin


def _leave(state: PersonState, staying: Iterable[Line], wiped: Wiped, world: World) -> None:
    lines, gone = list(staying), {node.id for node in wiped.nodes}
    for id in wiped.gone:
        world.persons[id].erase()
        world.holds.pop(id, None)
        world.disputed[id] = ()
    if not wiped.gone:
        state.lines = {line.claim: line.to_bytes() for line in lines}
        state.nodes = {node.id: node for node in wiped.kept}
        state.idle = frozenset(state.nodes) - counted_nodes(lines)
        state.doubts = {pair: doubt for pair, doubt in state.doubts.items() if gone.isdisjoint(pair)}
        state.verdicts = {key: one for key, one in state.verdicts.items() if key not in wiped.entries}
        named = {party for line in lines for party in line.parties.values()}
        state.parties = {party: known for party, known in state.parties.items() if party in named}
        state.change()
