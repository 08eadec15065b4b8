"""What a batch of drafts does to the registry: who each is about, which chains it joins, what is announced. Pure."""

from collections.abc import Callable
from dataclasses import replace

from contracts.snapshots import Origin
from registry.drafts import NOT_STORED, Draft
from registry.lines import Line, day_of
from registry.sources import heard
from registry.world import Head, HoldState, Outcome, PartyState, PersonState, SourceState, World

__all__ = ["TAPAL", "apply", "merge", "neighbours"]

Mint = Callable[[], str]
TAPAL = "tapal"
"""The agency whose log entries are decisions of humans in Tapal itself."""


def apply(draft: Draft, world: World, mint: Mint) -> None:
    """Take one draft into the world, or give the first outcome again. Applying it twice changes nothing."""
    known = world.heads.get(draft.key)
    if known is not None:
        _again(draft, known, world)
        return
    before = set(world.persons)
    lines = _lines(draft, _parties(draft, world, mint), world, mint)
    merged = {person for person in before if world.persons[person].merged_into in {one for one, _ in lines}}
    linked = _linked(draft, world)
    people = {person for person, _ in lines} | {world.living(person).id for head in linked for person in head.subjects}
    _write_lines(draft, lines, linked, people, world)
    for person in people:
        _touch(world, person, draft)
    _count(draft, world)
    _hear(draft, world)
    world.stored[draft.key] = draft
    subjects = tuple(sorted(people | merged))
    world.heads[draft.key] = Head(draft.header, draft.content, draft.outcome, subjects)
    world.outcomes.append(Outcome(draft, draft.outcome, draft.header.received_at))


def _again(draft: Draft, known: Head, world: World) -> None:
    if known.content == draft.content:
        # The first delivery may have been stored and not announced: whatever it touched is announced as it is now.
        world.repeated.update(known.subjects)
        world.repeated_parties.update(
            world.party_keys[claim.key] for claim in draft.parties.values() if claim.key in world.party_keys
        )
        if draft.status is not None:
            world.repeated_sources.add(f"{draft.header.agency}/{draft.header.source}")
        world.outcomes.append(Outcome(draft, known.outcome, known.header.received_at, repeat=True))
    else:
        first = world.refused_before.get(draft.refusal_id)
        world.outcomes.append(
            Outcome(draft, "id_conflict", first or draft.header.received_at, repeat=first is not None)
        )


def _parties(draft: Draft, world: World, mint: Mint) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, claim in draft.parties.items():
        party = world.party_keys.get(claim.key)
        if party is None:
            party = mint()
            world.party_keys[claim.key] = party
            world.parties[party] = PartyState(party, claim.stated["kind"], keys={claim.key})
        _learn(world.parties[party], claim.stated)
        found[path] = party
    return found


def _learn(party: PartyState, stated: dict[str, str]) -> None:
    before = (len(party.names), len(party.numbers), party.village)
    if (name := stated.get("name")) and name not in party.names:
        party.names.append(name)
    if (number := stated.get("id")) and number not in party.numbers:
        party.numbers.append(number)
    party.village = stated.get("village") or party.village
    if party.version == 0 or before != (len(party.names), len(party.numbers), party.village):
        party.version = party.read_version + 1


def _lines(draft: Draft, parties: dict[str, str], world: World, mint: Mint) -> list[tuple[str, Line]]:
    """Which person each subject is, and its line. Persons whom one event names as the same become one."""
    found = []
    for subject in draft.subjects:
        known = sorted({world.living(world.identities[key]).id for key in subject.keys if key in world.identities})
        if not known:
            known = [mint()]
            world.persons[known[0]] = PersonState(known[0])
        person = merge(known, world)
        for key in subject.keys:
            if key not in world.identities:
                world.identities[key] = world.new_identities[key] = person.id
                person.keys.add(key)
        # At a check, the host and the employer of one person are nothing to the others.
        mine = {
            path: party
            for path, party in parties.items()
            if not path.startswith("persons.") or path.startswith(f"{subject.path}.")
        }
        found.append((person.id, replace(subject.line, parties=mine)))
    return [(world.living(person).id, line) for person, line in found]


def merge(people: list[str], world: World) -> PersonState:
    """Make several persons one: the smallest id lives on, with the lines, keys and holds of all."""
    survivor, *others = (world.persons[person] for person in sorted(people))
    for other in others:
        for key, stored in other.lines.items():
            if key not in survivor.lines or Line.from_bytes(survivor.lines[key]).elsewhere:
                survivor.lines[key] = stored
        survivor.keys |= other.keys
        for key in other.keys:
            world.identities[key] = world.new_identities[key] = survivor.id
        _merge_holds(other.id, survivor.id, world)
        other.lines, other.keys, other.merged_into = {}, set(), survivor.id
        other.version = other.read_version + 1
        world.touched.pop(other.id, None)
    return survivor


def _merge_holds(old: str, new: str, world: World) -> None:
    if old in world.holds:
        hold = world.holds.setdefault(new, HoldState(new))
        hold.causes |= world.holds[old].causes
        hold.version = hold.read_version + 1


def _linked(draft: Draft, world: World) -> list[Head]:
    """Every other event of the chain: what this one corrects or takes back, and what does so to it, near or far."""
    target = draft.header.target
    if target is not None:
        world.new_links.setdefault(target, set()).add(draft.key)
        world.links.setdefault(target, set()).add(draft.key)
    chain, ahead = {draft.key}, {target} if target else set()
    ahead |= world.links.get(draft.key, set())
    while ahead:
        chain |= ahead
        # A target may still be on its way: then what points to it is known all the same.
        ahead = {key for one in ahead for key in neighbours(world, one)} - chain
    return [world.heads[key] for key in sorted(chain - {draft.key}) if key in world.heads]


def neighbours(world: World, key: str) -> set[str]:
    """The events that correct or take back this one, and the one that it does so to."""
    target = world.heads[key].header.target if key in world.heads else None
    return world.links.get(key, set()) | ({target} if target else set())


def _write_lines(
    draft: Draft, lines: list[tuple[str, Line]], linked: list[Head], people: set[str], world: World
) -> None:
    mine = dict(lines)
    for person in people:
        state = world.persons[person]
        state.lines[draft.key] = mine.get(person, draft.header).to_bytes()
        for head in linked:
            state.lines.setdefault(head.header.key, head.header.to_bytes())


def _touch(world: World, person: str, draft: Draft) -> None:
    state = world.persons[person]
    state.version = state.read_version + 1
    world.touched[person] = Origin(trace=draft.trace, occurred_at=draft.header.at, received_at=draft.header.received_at)


def _count(draft: Draft, world: World) -> None:
    if draft.outcome == NOT_STORED and draft.header.kind == "crossing" and draft.header.action:
        key = (day_of(draft.header.at).isoformat(), draft.post or "", draft.header.action)
        world.counts[key] = world.counts.get(key, 0) + 1


def _hear(draft: Draft, world: World) -> None:
    if draft.header.agency == TAPAL:
        return
    sender = f"{draft.header.agency}/{draft.header.source}"
    state = world.sources.setdefault(sender, SourceState(draft.header.agency, draft.header.source))
    heard(state, draft.header.received_at, draft.status)
