"""The queue of doubtful pairs: both sides, the score with its parts, and what was said of them before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chassis.errors import Problem
from chassis.listing import Asked, Key
from chassis.mongo import Database, Document, outages
from registry.matcher import Matcher
from registry.nodes import Node, Verdict
from registry.settle import Settler
from registry.store import Store
from registry.views import verdict_view
from registry.world import PersonState, World

__all__ = ["Reviews"]

# Two persons may stand in several pairs; the queue shows them once.
PAIRS_EACH = 4


@dataclass(frozen=True)
class Reviews:
    """Reads of the queue. All raise Unavailable while the database is away."""

    database: Database
    store: Store
    settler: Settler
    matcher: Matcher

    async def queue(self, asked: Asked) -> dict[str, Any]:
        """Open pairs, the likeliest first, one for each two persons. No names: they are read one pair at a time.

        Two persons stand where their likeliest pair does, on no later page. Raises Problem 422 for an unknown position.
        """
        with outages():
            rows = await self.database.reviews.find({"open": True}).to_list(None)
            likeliest = replace(asked, limit=asked.limit * PAIRS_EACH).page(rows, _place)
            world = await self._world(list(likeliest.items))
        pairs = _by_people(rows, world)
        people = {ids[0]: both for both, ids in pairs.items()}
        told = [row for row in likeliest.items if row["_id"] in people][: asked.limit]
        items = [_listed(row, people[row["_id"]], world) | {"pairs": len(pairs[people[row["_id"]]])} for row in told]
        full = len(told) == asked.limit and likeliest.items[-1] is not told[-1]
        return {"items": items, "next": asked.written(_place(told[-1])) if full else likeliest.next, "total": len(rows)}

    async def one(self, review: str) -> dict[str, Any]:
        """Both sides of a pair, why it may be one person, and every verdict on it. Raises Problem 404."""
        with outages():
            row = await self.database.reviews.find_one({"_id": review})
            if row is None:
                raise Problem(404, "unknown_review", id="Pasangan tidak dikenal.", en="Unknown pair.")
            world = await self._world([row])
        holders = [world.holder(node) for node in row["pair"]]
        sides = [(state, state.nodes[node]) for state, node in zip(holders, row["pair"], strict=True) if state]
        score = self.matcher.explain(sides[0][1], sides[-1][1])
        return {
            **_listed(row, tuple(state.id for state, _ in sides), world),
            "open": row["open"],
            "parts": [
                {"field": part.field, "label": part.label, "weight": round(part.weight, 1)} for part in score.parts
            ],
            "sides": [self._side(state, node) for state, node in sides],
            "verdicts": [verdict_view(verdict) for verdict in _verdicts([state for state, _ in sides], row["pair"])],
        }

    async def people(self, review: str) -> tuple[str, str]:
        """The two persons whom an open pair is about today. Raises Problem 404, or 409 where it is settled."""
        with outages():
            row = await self.database.reviews.find_one({"_id": review})
            world = await self._world([row] if row else [])
        people = _people(row, world) if row else []
        if row is None:
            raise Problem(404, "unknown_review", id="Pasangan tidak dikenal.", en="Unknown pair.")
        if len(set(people)) < 2 or not row["open"]:
            raise Problem(409, "settled", id="Pasangan ini sudah diputuskan.", en="This pair is settled.")
        return people[0], people[1]

    async def _world(self, rows: list[Document]) -> World:
        world = World()
        await self.store.load_nodes(world, {node for row in rows for node in row["pair"]})
        return world

    def _side(self, state: PersonState, node: Node) -> dict[str, Any]:
        dossier = self.settler.dossier(state)
        claims = [line for line in state.parsed() if line.node == node.id]
        return {
            "person": state.id,
            "name": dossier.name,
            "names": [item.value for item in dossier.names],
            "birth_dates": [item.value for item in dossier.birth_dates],
            "citizenships": [item.value for item in dossier.citizenships],
            "sexes": [item.value for item in dossier.sexes],
            "documents": [item.value for item in dossier.documents],
            "claims": [
                {"key": line.key, "agency": line.agency, "kind": line.kind, "action": line.action, "at": line.at}
                for line in sorted(claims, key=lambda line: line.order)
            ],
            "events": len(dossier.counted),
        }


def _place(row: Document) -> Key:
    return row["total"], -row["opened_at"].timestamp(), row["_id"]


def _by_people(rows: list[Document], world: World) -> dict[tuple[str, ...], list[str]]:
    """The pairs of each two persons that are known here, the likeliest first."""
    holder = {node: state.id for state in world.persons.values() for node in state.nodes}
    pairs: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in sorted(rows, key=_place, reverse=True):
        if all(node in holder for node in row["pair"]):
            pairs[tuple(sorted(holder[node] for node in row["pair"]))].append(row["_id"])
    return pairs


def _people(row: Document, world: World) -> list[str]:
    return [holder.id for node in row["pair"] if (holder := world.holder(node))]


def _listed(row: Document, people: tuple[str, ...], world: World) -> dict[str, Any]:
    verdicts = _verdicts([world.persons[person] for person in people], row["pair"])
    later = verdicts[-1] if verdicts and verdicts[-1].verdict == "later" else None
    return {
        "id": row["_id"],
        "kind": row["kind"],
        "total": row["total"],
        "opened_at": row["opened_at"],
        "people": list(people),
        "pairs": 0,
        # Its reason may name somebody, and the queue has no names.
        "later": {"by": later.by, "at": later.at} if later else None,
    }


def _verdicts(people: list[PersonState], pair: list[str]) -> list[Verdict]:
    found: Mapping[str, Verdict] = {v.key: v for state in people for v in state.verdicts.values()}
    return sorted((v for v in found.values() if v.speaks_of(*pair)), key=lambda verdict: verdict.order)
