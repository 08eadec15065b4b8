"""Read the block of the registry that a batch may touch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from chassis.mongo import Database, Document
from registry.clusters import REVIEW, Edge
from registry.documents import head_of, hold_of, incident_of, party_of, person_of, source_of
from registry.doubts import doubtful_nodes, listed_nodes
from registry.drafts import Draft
from registry.incidents import roots
from registry.intake import neighbours
from registry.matcher import Matcher
from registry.nodes import Node
from registry.regroup import tied_nodes
from registry.world import PersonState, World, living_of

__all__ = ["Gatherer"]

WHO = {"lines": 0}


@dataclass(frozen=True)
class Gatherer:
    """Loads what is known already of what some drafts speak of. Every read names its ids: none scans."""

    database: Database
    matcher: Matcher

    async def gather(self, drafts: Sequence[Draft]) -> World:
        """Everything these drafts may touch, and everyone whom a new claim of theirs may be."""
        world = World()
        await self.chains(world, {key for draft in drafts for key in (draft.key, draft.header.target) if key})
        others = {d.refusal_id for d in drafts if d.key in world.heads and world.heads[d.key].content != d.content}
        for record in await self.found("quarantine", others):
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
            for head in map(head_of, await self.found("log", ahead)):
                world.heads[head.header.key] = head
            seen |= ahead
            keys = {key for one in ahead for key in neighbours(world, one)}

    async def rows(self, world: World, keys: Iterable[str]) -> None:
        """What is known under these keys, and which version of it was read: none is version 0."""
        missing = set(keys) - world.row_versions.keys()
        world.row_versions |= dict.fromkeys(missing, 0)
        for row in await self.found("rows", missing):
            world.row_versions[row["_id"]] = row["v"]
            world.rows.setdefault(row["_id"], set()).update(row["people"])

    async def persons(self, world: World, people: Iterable[str]) -> None:
        """These persons, whom they were merged into, the ids that a split would give back, and all their holds."""
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
        for hold in map(hold_of, await self.found("holds", world.persons.keys() - world.holds.keys())):
            world.holds[hold.person] = hold

    @staticmethod
    def _stirs(drafts: Iterable[Draft], world: World) -> bool:
        """Whether persons may be cut again though no claim is new."""
        spoken = any(draft.verdict or draft.decision or draft.header.target for draft in drafts)
        return spoken or any(world.links.values()) or any(state.idle for state in world.persons.values())

    async def _candidates(self, world: World, unknown: Sequence[Node]) -> set[str]:
        """Of all who share a row with a new claim those whom it may be: most share a birthday and no more.

        Returns who is linked with one; the rest are only in doubt.
        """
        rows = {node: self.matcher.rows(node) for node in unknown}
        await self.rows(world, {key for row in rows.values() for key in row.held | row.sought})
        asked: dict[str, set[Node]] = defaultdict(set)
        for node, row in rows.items():
            for person in {person for key in row.held | row.sought for person in world.rows.get(key, ())}:
                asked[person].add(node)
        who = await self._who(asked.keys() - world.persons.keys())
        edges = {one: self._edges(state, asked[one]) for one, state in who.items()}
        await self.persons(world, {one for one, found in edges.items() if found})
        return {who[one].id for one, found in edges.items() if any(edge.rank < REVIEW for edge in found)}

    async def _who(self, people: Iterable[str]) -> dict[str, PersonState]:
        """Who these ids mean today, without what is said of them."""
        found: dict[str, PersonState] = {}
        wanted, missing = set(people), set(people)
        while missing:
            found |= {state.id: state for state in map(person_of, await self.found("persons", missing, WHO))}
            missing = {state.merged_into for state in found.values() if state.merged_into} - found.keys()
        return {person: living_of(found, person) for person in wanted & found.keys()}

    def _edges(self, state: PersonState, asked: Iterable[Node]) -> list[Edge]:
        pairs = ((node, one) for node in asked for one in state.nodes.values())
        return [edge for node, one in pairs if (edge := self.matcher.edge(node, one))]

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
        for party in map(party_of, await self.found("parties", set(world.party_keys.values()))):
            world.parties[party.id] = party

    async def found(
        self, collection: str, ids: Iterable[str], projection: dict[str, int] | None = None
    ) -> list[Document]:
        """The documents with these ids."""
        wanted = sorted(set(ids))
        if not wanted:
            return []
        return await self.database[collection].find({"_id": {"$in": wanted}}, projection).to_list(None)


def _held_by(nodes: Iterable[str], world: World) -> set[str]:
    return {holder.id for node in nodes if (holder := world.holder(node))}


def spoken_of(drafts: Iterable[Draft], world: World) -> set[str]:
    """The nodes of the chains that these drafts join, and those that a human decided on."""
    chained = {node for head in world.heads.values() for node in head.nodes}
    judged = {node for d in drafts if d.verdict for node in d.verdict.left | d.verdict.right}
    return chained | judged | {node for d in drafts if d.decision for node in d.decision.data["nodes"]}
