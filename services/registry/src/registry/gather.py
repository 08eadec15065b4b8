"""Read the block of the registry that a batch may touch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from chassis.errors import Conflict
from chassis.mongo import Document, by_ids
from registry.clusters import REVIEW
from registry.documents import head_of, hold_of, incident_of, party_of, person_of, review_of, source_of
from registry.doubts import doubtful_nodes, listed_nodes
from registry.drafts import Draft
from registry.incidents import roots
from registry.intake import neighbours
from registry.matcher import Matcher
from registry.meeting import alike, met
from registry.nodes import Node
from registry.regroup import tied_nodes
from registry.settle import review_id
from registry.shelf import Shelf
from registry.world import PersonState, World

__all__ = ["Gatherer"]


@dataclass(frozen=True)
class Gatherer:
    """Loads what is known already of what some drafts speak of. Every read names its ids: none scans."""

    shelf: Shelf
    matcher: Matcher

    async def gather(self, drafts: Sequence[Draft]) -> World:
        """Everything these drafts may touch, and everyone whom a new claim of theirs may be."""
        world = World()
        await self.chains(world, {key for draft in drafts for key in spoken_to(draft) if key})
        others = {d.refusal_id for d in drafts if d.key in world.heads and world.heads[d.key].content != d.content}
        for record in await by_ids(self.shelf.database.quarantine, others):
            world.refused_before[record["_id"]] = record["at"]
        new = {draft.key: draft for draft in drafts if draft.key not in world.heads}
        claimed = {s.node.id: s.node for draft in new.values() for s in draft.subjects}
        await self.rows(world, claimed.keys() | spoken_of(new.values(), world))
        touched = {person for head in world.heads.values() for person in head.subjects}
        await self.persons(world, touched | {person for row in world.rows.values() for person in row})
        known = {state.id for state in world.persons.values() if state.merged_into is None}
        unknown = [node for node in claimed.values() if world.holder(node.id) is None]
        linked = await self._candidates(world, unknown)
        if unknown or self._stirs(new.values(), world):
            await self._around(world, known | linked)
        await self.holders(world, {node for state in world.persons.values() for node in listed_nodes(state)})
        await self._parties(world, drafts)
        for incident in map(incident_of, await self.found("incidents", roots(drafts, world))):
            world.incidents[incident.id] = incident
        senders = {f"{draft.header.agency}/{draft.header.source}" for draft in drafts}
        for source in map(source_of, await self.found("sources", senders)):
            world.sources[f"{source.agency}/{source.code}"] = source
        return world

    async def chains(self, world: World, keys: set[str]) -> None:
        """The log's headers of these events, and of every event that a chain of corrections joins to them."""
        seen: set[str] = set()
        while ahead := keys - seen:
            for link in await self.found("links", ahead):
                world.links[link["_id"]] = set(link["by"])
            for head in map(head_of, await by_ids(self.shelf.database.log, ahead)):
                world.heads[head.header.key] = head
            seen |= ahead
            keys = {key for one in ahead for key in neighbours(world, one)}

    async def rows(self, world: World, keys: Iterable[str]) -> None:
        """Which persons these keys lead to."""
        for row in await self._unread("rows", keys, world.row_versions):
            world.rows.setdefault(row["_id"], set()).update(row["people"])

    async def tokens(self, world: World, keys: Iterable[str]) -> None:
        """Which nodes hold these tokens."""
        rows = await self._unread("tokens", keys, world.token_versions)
        nodes = {node.id: node for node in await self.shelf.nodes(one for row in rows for one in row["nodes"])}
        for row in rows:
            found = (nodes[one["id"]] for one in row["nodes"] if one["id"] in nodes)
            world.tokens.setdefault(row["_id"], set()).update(found)

    async def _unread(self, collection: str, keys: Iterable[str], versions: dict[str, int]) -> list[Document]:
        """What is known under the keys that were not read yet. Notes the version read: none is version 0."""
        missing = set(keys) - versions.keys()
        found = await self.found(collection, missing)
        versions |= dict.fromkeys(missing, 0) | {row["_id"]: row["v"] for row in found}
        return found

    async def people(self, world: World, people: Iterable[str]) -> None:
        """These persons, whom they were merged into, and the ids that a split would give back."""
        missing = set(people) - world.persons.keys()
        asked: set[str] = set()
        while missing - asked:
            asked |= missing
            for state in map(person_of, await self.found("persons", missing)):
                world.persons[state.id] = state
                world.read_at |= dict.fromkeys(state.nodes, state.id)
            named = {state.merged_into for state in world.persons.values() if state.merged_into}
            named |= {node.home for state in world.persons.values() for node in state.nodes.values()}
            missing = named - world.persons.keys()

    async def persons(self, world: World, people: Iterable[str]) -> None:
        """The same with all their holds."""
        await self.people(world, people)
        for hold in map(hold_of, await self.found("holds", world.persons.keys() - world.holds.keys())):
            world.holds[hold.person] = hold

    @staticmethod
    def _stirs(drafts: Iterable[Draft], world: World) -> bool:
        """Whether persons may be cut again though no claim is new."""
        spoken = any(draft.verdict or draft.decision or draft.header.target for draft in drafts)
        return spoken or any(world.links.values()) or any(state.idle for state in world.persons.values())

    async def _candidates(self, world: World, unknown: Sequence[Node]) -> set[str]:
        """Whoever a new claim may be. Returns who is linked with one; the rest are only in doubt."""
        rows = [self.matcher.rows(node) for node in unknown]
        await self.tokens(world, {key for row in rows for key in row.sought})
        await self.rows(world, {key for row in rows for key in row.certain})
        named = {person for row in rows for key in row.certain for person in world.rows.get(key, ())}
        await self.persons(world, named)
        similar = {other.id for node in unknown for other in alike(node, world, self.matcher)}
        await self.holders(world, similar)
        if any(world.holder(node) is None for node in similar - {node.id for node in unknown}):
            raise Conflict("persons")  # it went to someone else between two reads
        pairs = (pair for node in unknown for pair in met(node, world, self.matcher))
        return {holder.id for edge, holder in pairs if edge.rank < REVIEW}

    async def _around(self, world: World, people: set[str]) -> None:
        """Whoever is cut together with these, near or far, and beside each of them all who may be the same."""
        done: set[str] = set()
        ahead = people
        while ahead:
            done |= ahead
            tied = {node for person in ahead for node in tied_nodes(world.persons[person])}
            beside = {node for person in ahead for node in doubtful_nodes(world.persons[person])}
            await self.holders(world, tied | beside)
            # Whoever may be the one who may be this one is not asked: only a link leads on.
            rim = _held_by(beside, world)
            linked = {person for person in rim if self._linked_to(world.persons[person], world, ahead)}
            ahead = (_held_by(tied, world) | linked) - done

    async def holders(self, world: World, nodes: Collection[str]) -> None:
        """The persons who hold these nodes today."""
        await self.rows(world, nodes)
        await self.persons(world, {person for node in nodes for person in world.rows.get(node, ())})

    def _linked_to(self, state: PersonState, world: World, people: set[str]) -> bool:
        theirs = [node for person in people for node in world.persons[person].nodes.values()]
        edges = (self.matcher.edge(one, other) for one in state.nodes.values() for other in theirs)
        return any(edge is not None and edge.rank < REVIEW for edge in edges)

    async def _parties(self, world: World, drafts: Sequence[Draft]) -> None:
        keys = {claim.key for draft in drafts for claim in draft.parties.values()}
        for row in await self.found("party_keys", keys):
            world.party_keys[row["_id"]] = row["party"]
        dealt = {party for head in world.heads.values() for party in head.parties}
        for party in map(party_of, await self.found("parties", dealt | set(world.party_keys.values()))):
            world.parties[party.id] = party

    async def whole(self, world: World, person: str) -> None:
        """A person with everybody and everything that knows of it: its events, its doubts, who was merged into it."""
        await self.persons(world, {person})
        if person not in world.persons:
            return
        state = world.living(person)
        await self.chains(world, {line.key for line in state.parsed()} | set(state.verdicts))
        await self.persons(world, {one for head in world.heads.values() for one in head.subjects})
        nodes = {node for head in world.heads.values() for node in head.nodes} | state.nodes.keys()
        judged = {node for verdict in state.verdicts.values() for node in verdict.left | verdict.right}
        await self.holders(world, nodes | judged | doubtful_nodes(state))
        await self.rows(world, {key for node in state.nodes.values() for key in self.matcher.rows(node).certain})

    async def reviews(self, world: World) -> None:
        """What was asked and answered so far on what this batch asks, answers or repeats."""
        pairs = world.reviews.keys() | world.repeated_reviews
        if not pairs:
            return
        for row in await self.found("reviews", {review_id(self.matcher.hasher, pair) for pair in pairs}):
            known = review_of(row)
            world.known_reviews[known.doubt.pair] = known
        await self.holders(world, {node for pair in world.repeated_reviews for node in pair})

    async def found(self, collection: str, ids: Iterable[str]) -> list[Document]:
        """The documents with these ids."""
        return await self.shelf.by_ids(collection, ids)


def _held_by(nodes: Iterable[str], world: World) -> set[str]:
    return {holder.id for node in nodes if (holder := world.holder(node))}


def spoken_to(draft: Draft) -> tuple[str | None, ...]:
    """The event itself, what it corrects or takes back, and what a human decides on."""
    return draft.key, draft.header.target, draft.decision.data["event"] if draft.decision else None


def spoken_of(drafts: Iterable[Draft], world: World) -> set[str]:
    """The nodes of the chains that these drafts join, and those that a human decided on."""
    chained = {node for head in world.heads.values() for node in head.nodes}
    judged = {node for d in drafts if d.verdict for node in d.verdict.left | d.verdict.right}
    return chained | judged | {node for d in drafts if d.decision for node in d.decision.data["nodes"]}
