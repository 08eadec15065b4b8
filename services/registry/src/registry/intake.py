"""What a batch of drafts does to the registry: who each is about, which chains it joins, what is announced. Pure."""

from dataclasses import replace

from contracts.snapshots import Origin
from registry.dealings import record_dealings
from registry.drafts import NOT_STORED, Draft, Subject
from registry.incidents import record
from registry.joining import Joining, join, newcomer
from registry.late import without_erased
from registry.lines import day_of
from registry.meeting import enrol
from registry.parties import learn
from registry.screening import beside_listings
from registry.sources import heard
from registry.world import Head, Outcome, SourceState, World

__all__ = ["TAPAL", "apply", "neighbours"]

TAPAL = "tapal"
"""The agency whose log entries are decisions of humans in Tapal itself."""


def apply(draft: Draft, world: World, joining: Joining) -> None:
    """Take one draft into the world, or give the first outcome again. Applying it twice changes nothing."""
    known = world.heads.get(draft.key)
    if known is not None:
        _again(draft, known, world)
        return
    linked, asked = _linked(draft, world), dict(world.reviews)
    draft = without_erased(draft, linked, world)
    parties = learn(draft, world, joining.mint)
    fresh = {subject.node.id for subject in draft.subjects if _join(subject, parties, world, joining)}
    people = {state.id for node in _nodes(draft) if (state := world.holder(node))}
    around = {state.id for head in linked for node in head.nodes if (state := world.holder(node))}
    _chain(draft, linked, people | around, world)
    _judge(draft, people, world)
    touched = people | around
    if fresh or linked or _stirs(draft, world):
        touched |= join(people | around, fresh, world, joining)
        enrol(fresh, world, joining.matcher)
    if draft.header.kind == "watchlist":
        touched |= beside_listings(touched, world)
    touched = {person for person in touched if person in world.persons}
    _touch(touched, draft, world)
    record(draft, linked, world)
    dealings = record_dealings(draft, linked, parties, world)
    _count(draft, world)
    _hear(draft, world)
    world.stored[draft.key] = draft
    world.heads[draft.key] = Head(
        draft.header,
        draft.content,
        draft.outcome,
        tuple(sorted(touched)),
        _nodes(draft),
        dealings,
        tuple(sorted(pair for pair, doubt in world.reviews.items() if asked.get(pair) is not doubt)),
    )
    world.outcomes.append(Outcome(draft, draft.outcome, draft.header.received_at))


def _again(draft: Draft, known: Head, world: World) -> None:
    if known.content == draft.content:
        # The first delivery may have been stored and not announced: whatever it touched is announced as it is now.
        world.repeated.update(known.subjects)
        world.repeated_parties.update(
            world.party_keys[claim.key] for claim in draft.parties.values() if claim.key in world.party_keys
        )
        world.repeated_parties.update(known.parties)
        world.repeated_reviews.update(known.reviews)
        if draft.header.kind == "check":
            world.repeated_incidents |= {draft.key} | chain_of(draft, world)
        if draft.status is not None:
            world.repeated_sources.add(f"{draft.header.agency}/{draft.header.source}")
        world.outcomes.append(Outcome(draft, known.outcome, known.header.received_at, repeat=True))
    else:
        first = world.refused_before.get(draft.refusal_id)
        world.outcomes.append(
            Outcome(draft, "id_conflict", first or draft.header.received_at, repeat=first is not None)
        )


def _nodes(draft: Draft) -> tuple[str, ...]:
    """Every node that an entry of the log speaks of: those of its claims, or those that a human decided on."""
    judged = draft.verdict.left | draft.verdict.right if draft.verdict else frozenset()
    decided = draft.decision.data["nodes"] if draft.decision else ()
    return tuple(sorted({subject.node.id for subject in draft.subjects} | judged | set(decided)))


def _join(subject: Subject, parties: dict[str, str], world: World, joining: Joining) -> bool:
    """Write what was claimed to the person whom it is about. A claim never made before makes a person: true."""
    # At a check, the host and the employer of one person are nothing to the others.
    mine = {
        path: party
        for path, party in parties.items()
        if not path.startswith("persons.") or path.startswith(f"{subject.path}.")
    }
    line = replace(subject.line, parties=mine)
    known = world.holder(subject.node.id)
    state = known or newcomer(subject.node, world, joining)
    state.lines[line.claim] = line.to_bytes()
    return known is None


def _stirs(draft: Draft, world: World) -> bool:
    """Whether who is who may change though no claim is new: a human spoke, or what was taken back is said again."""
    if draft.verdict or draft.decision or draft.header.target:
        return True
    holders = [(world.holder(subject.node.id), subject.node.id) for subject in draft.subjects]
    return any(holder is not None and node in holder.idle for holder, node in holders)


def _linked(draft: Draft, world: World) -> list[Head]:
    """Every other event of the chain: what this one corrects or takes back, and what does so to it, near or far."""
    target = draft.header.target
    if target is not None:
        world.new_links.setdefault(target, set()).add(draft.key)
        world.links.setdefault(target, set()).add(draft.key)
    return [world.heads[key] for key in sorted(chain_of(draft, world)) if key in world.heads]


def chain_of(draft: Draft, world: World) -> set[str]:
    """The keys of every other event of the chain, those that are still on their way included."""
    target = draft.header.target
    chain, ahead = {draft.key}, {target} if target else set()
    ahead |= world.links.get(draft.key, set())
    while ahead:
        chain |= ahead
        # A target may still be on its way: then what points to it is known all the same.
        ahead = {key for one in ahead for key in neighbours(world, one)} - chain
    return chain - {draft.key}


def neighbours(world: World, key: str) -> set[str]:
    """The events that correct or take back this one, and the one that it does so to."""
    target = world.heads[key].header.target if key in world.heads else None
    return world.links.get(key, set()) | ({target} if target else set())


def _chain(draft: Draft, linked: list[Head], people: set[str], world: World) -> None:
    """Whoever holds one event of a chain of corrections knows that the others exist."""
    for person in people if linked or draft.header.target else ():
        lines = world.persons[person].lines
        for header in (draft.header, *(head.header for head in linked)):
            lines.setdefault(header.key, header.to_bytes())


def _judge(draft: Draft, people: set[str], world: World) -> None:
    for person in people:
        if draft.verdict is not None:
            world.persons[person].verdicts[draft.verdict.key] = draft.verdict
        if draft.decision is not None:
            world.persons[person].lines[draft.decision.claim] = draft.decision.to_bytes()


def _touch(touched: set[str], draft: Draft, world: World) -> None:
    origin = Origin(trace=draft.trace, occurred_at=draft.header.at, received_at=draft.header.received_at)
    for person in touched:
        state = world.persons[person]
        state.change()
        if state.merged_into is None:
            world.touched[person] = origin
        else:
            world.touched.pop(person, None)


def _count(draft: Draft, world: World) -> None:
    if draft.outcome == NOT_STORED and draft.header.kind == "crossing" and draft.header.action:
        key = (day_of(draft.header.at).isoformat(), draft.post or "", draft.header.action)
        world.counts[key] = world.counts.get(key, 0) + 1


def _hear(draft: Draft, world: World) -> None:
    if draft.header.agency == TAPAL:
        return
    sender = f"{draft.header.agency}/{draft.header.source}"
    state = world.sources.setdefault(sender, SourceState(draft.header.agency, draft.header.source))
    heard(state, draft.header.received_at, draft.status, draft.header.at)
