"""The alerts at rest: load the block a batch needs, save what it changed in one transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from pymongo import ASCENDING, DeleteOne, InsertOne, ReplaceOne, UpdateOne

from alerts.alert import Alert
from alerts.anchors import Alias, alias_key
from alerts.block import Block
from alerts.decide import FIRST
from alerts.desk import Desk
from alerts.documents import (
    NEVER,
    SubjectState,
    alert_document,
    alert_of,
    alias_of,
    living,
    subject_document,
    subject_of,
)
from alerts.due import deadline_writes, dirty_writes, waiting_writes
from alerts.facts.around import Around
from alerts.facts.shares import Share
from alerts.figures import UNSTATED, Tally
from alerts.news import News, subject_key
from alerts.reasons import KEYS
from alerts.rulebook import MARK, era_of
from alerts.shelves import ALL, within
from alerts.subjects import KINDS, key_of
from alerts.world import World
from alerts.writes import KEYS_OF, share_write, sighting_write
from chassis.backwards import Span
from chassis.bus import Letter
from chassis.drawers import destroying, keys_of
from chassis.errors import Conflict
from chassis.mongo import Database, Document, Mongo, Session, by_ids, outages, transact
from chassis.outbox import Outbox
from chassis.writing import AsRead, Writes, some, write_all, write_checked
from contracts.messages import Message, PartyChanged
from contracts.snapshots import PersonChanged

__all__ = ["Store"]


class Store:
    """The alerts' database. Reads raise Unavailable; saving raises Conflict when another writer was faster."""

    def __init__(self, client: Mongo, database: Database, outbox: Outbox, hash_key: Callable[[str], str]) -> None:
        self._client = client
        self._db = database
        self._keys = keys_of(database)
        self._outbox = outbox
        self.alias_id = hash_key

    async def prepare(self) -> None:
        """Make the indexes: the shelves of the lists, and the shares in a party."""
        with outages():
            await self._db.alerts.create_index([("shelf", ASCENDING), ("at", ASCENDING)])
            await self._db.shares.create_index([("party", ASCENDING)])

    async def load(self, news: News, desk: Desk) -> Block:
        """Everything this news may touch."""
        with outages():
            sources = await self.sources(desk)
            wanted = news.keys()
            block = Block(sources | await self._subjects(wanted), era=desk.era)
            block.parties = await self._parties(news, block)
            block.shares = await self._shares(key for key in sorted(wanted) if key.startswith("party:"))
            world = desk.world(sources)
            touched = [block.subjects[key] for key in sorted(wanted & block.subjects.keys())]
            block.aliases = {key: Alias(anchor, state.key) for state in touched for key, anchor in state.keys.items()}
            around = Around(NEVER, world.tables, world.villages, block.parties)
            block.aliases |= await self._aliases(_keys(news, touched, around) - block.aliases.keys())
            block.known_keys = frozenset(block.aliases)
            ids = {id for state in touched for id in state.listed}
            ids |= {id for key, alias in block.aliases.items() for id in _ids(key, alias, world)}
            block.remember(map(alert_of, await self._found("alerts", ids)))
            return block

    async def _found(self, collection: str, ids: Iterable[str]) -> list[Document]:
        with outages():
            return await by_ids(self._db[collection], ids)

    async def _subjects(self, keys: Iterable[str]) -> dict[str, SubjectState]:
        """These, and who lives on for those who were merged away."""
        found = await self.known(keys)
        return found | await self.known({heir for state in found.values() if (heir := state.heir)} - found.keys())

    async def _parties(self, news: News, block: Block) -> dict[str, PartyChanged]:
        """What is known of the parties that the persons ask for."""
        told = [message for message in news.told if isinstance(message, PersonChanged)]
        stored = [block.subjects[key].told for key in news.keys() & block.subjects.keys() if key.startswith("person:")]
        people = [*told, *(one for one in stored if isinstance(one, PersonChanged))]
        wanted = {key_of("party", permit.sponsor) for one in people for permit in one.permits if permit.sponsor}
        states = map(subject_of, await self._found("subjects", wanted))
        return {state.id: party for state in states if isinstance(party := state.told, PartyChanged)}

    async def _shares(self, keys: Iterable[str]) -> dict[str, dict[str, Share]]:
        found: dict[str, dict[str, Share]] = {}
        for key in keys:
            rows = await self._db.shares.find({"party": (party := key.split(":", 1)[1])}).to_list(None)
            found[party] = {row["person"]: Share.model_validate_json(row["b"]) for row in rows}
        return found

    async def _aliases(self, keys: Iterable[str]) -> dict[str, Alias]:
        hashed = {self.alias_id(key): key for key in keys}
        return {hashed[row["_id"]]: alias_of(row) for row in await self._found("aliases", hashed)}

    async def sources(self, desk: Desk) -> dict[str, SubjectState]:
        """Every source of the agency files, as it stands."""
        # By their ids, one by one: a range of ids SecantusDB reads from the first row to the last.
        return (blank := desk.sources()) | await self.known(blank)

    async def known(self, keys: Iterable[str]) -> dict[str, SubjectState]:
        """These subjects as they stand."""
        return {row["_id"]: subject_of(row) for row in await self._found("subjects", keys)}

    async def subject(self, key: str) -> SubjectState | None:
        """One subject as it stands."""
        return (await self.known([key])).get(key)

    async def standing(self, keys: Collection[str]) -> dict[str, SubjectState]:
        """Those that are known, each as whoever lives on for them after merges."""
        known: dict[str, SubjectState] = {}
        asked, wanted = set[str](), set(keys)
        while wanted:
            known |= await self.known(wanted)
            asked |= wanted
            wanted = {heir for one in known.values() if (heir := one.heir)} - asked
        return {key: one for key in keys if (one := living(key, known))}

    async def persons_of(self, party: str) -> list[str]:
        """Keys of the persons who have to do with a party."""
        with outages():
            rows = await self._db.shares.find({"party": party}, {"person": 1}).to_list(None)
        return [key_of("person", row["person"]) for row in rows]

    async def alerts(self, ids: Iterable[str]) -> list[Alert]:
        return [alert_of(row) for row in await self._found("alerts", ids)]

    async def changed_within(
        self, span: Span, shelf: str = ALL, wanted: Callable[[Document], bool] = lambda row: True
    ) -> list[Alert]:
        """Alerts of a shelf that last changed after the first moment, and not after the last; the `wanted` rows."""
        return [alert_of(row) for row in await self.rows_within(span, shelf) if wanted(row)]

    async def rows_within(self, span: Span, shelf: str) -> list[Document]:
        """The rows of these alerts, as they lie there."""
        # Asked for one more field, SecantusDB reads the whole shelf.
        with outages():
            return await self._db.alerts.find(within(span, shelf)).to_list(None)

    async def tallies(self, span: Span) -> list[Tally]:
        """What counts of every alert that last changed then."""
        with outages():
            found = self._db.alerts.find(within(span, ALL), {"rule": 1, "state": 1, "code": 1})
            rows = await found.to_list(None)
        return [Tally(row["rule"], row["state"], row.get("code", UNSTATED)) for row in rows]

    async def save(self, block: Block, now: datetime, announce: Sequence[Letter] = ()) -> None:
        """Store what a batch changed: all of it or nothing. `announce` waits in the outbox.

        Raises Conflict, too, where a rebuild began or ended meanwhile.
        """
        checked, free = self._versioned(block), self._added(block, now)

        async def write(session: Session) -> None:
            if era_of(await self._db.rulebook.find_one(MARK, session=session)) != block.era:
                raise Conflict("rebuild")
            await self._write(checked, free, announce, session)

        if checked or free:
            await transact(self._client, write)

    async def replace(self, after: Alert, announce: Sequence[Letter], look_at: datetime | None = None) -> None:
        """Store one alert as it became; its keeper is looked at then. Raises Conflict when it is not as it was read."""
        writes = {"alerts": [AsRead(alert_document(after), "n", after.n)]}
        free: Writes = {"deadlines": dirty_writes([after.keeper], look_at)} if look_at else {}
        await self.written(writes, free, announce)

    async def written(self, checked: Writes, free: Writes, announce: Sequence[Letter] = ()) -> None:
        """Write in one: what must still be as it was read, the rest, and what is announced."""
        await transact(self._client, lambda session: self._write(checked, free, announce, session))

    async def _write(self, checked: Writes, free: Writes, announce: Sequence[Letter], session: Session) -> None:
        await write_checked(self._db, checked, session)
        places = [(self._keys if name.startswith(KEYS_OF) else self._db, name) for name in free]
        await write_all([(where, {name.removeprefix(KEYS_OF): free[name]}) for where, name in places], session)
        await self._outbox.add(announce, session)

    def _versioned(self, block: Block) -> Writes:
        """What must still be as it was read."""
        states = [block.subjects[key] for key in sorted(block.changed)]
        return some(
            {
                "subjects": [AsRead(subject_document(state), "n", state.n) for state in states],
                "alerts": [AsRead(alert_document(alert), "n", alert.n) for alert in block.written()],
            }
        )

    def _added(self, block: Block, now: datetime) -> Writes:
        """What is overwritten as it comes."""
        states = [block.subjects[key] for key in sorted(block.changed)]
        dirty, known = sorted(key_of("party", party) for party in block.dirty), block.known_keys
        return some(
            {
                # Whoever judges a party at this moment has to read its shares again.
                "subjects": [UpdateOne({"_id": key}, {"$inc": {"n": 1}}, upsert=True) for key in dirty],
                "aliases": [
                    *(self.alias_write(*one, known=one[0] in known) for one in block.new_aliases.items()),
                    *(DeleteOne({"_id": self.alias_id(key)}) for key in sorted(block.gone_keys)),
                ],
                "deadlines": [*deadline_writes(states), *dirty_writes(dirty, now)],
                "waiting": waiting_writes(states),
                "sightings": [
                    sighting_write(f"{one.rule} {self.alias_id(one.anchor)}", one, now) for one in block.sighted
                ],
                "shares": [share_write(*names, share) for names, share in sorted(block.new_shares.items())],
                f"{KEYS_OF}{KEYS}": destroying(one.id for one in block.written() if not one.subject.id),
            }
        )

    def alias_write(self, key: str, alias: Alias, *, known: bool) -> InsertOne[Document] | ReplaceOne[Document]:
        """A new alias, or one in place of what may be there."""
        row = {"_id": self.alias_id(key), "anchor": alias.anchor, "keeper": alias.keeper}
        return ReplaceOne({"_id": row["_id"]}, row, upsert=True) if known else InsertOne(row)


def _ids(key: str, alias: Alias, world: World) -> Iterator[str]:
    """The first alert of each series about what this key is tied to; later episodes are listed by who keeps them."""
    return (world.id_of(name, alias.anchor, FIRST) for name in world.rules.series(key.split(":", 1)[0]))


def _keys(news: News, states: Iterable[SubjectState], around: Around) -> set[str]:
    """Keys of things that may have an alert: open ones, and all of those who have alerts already."""
    known = {state.key: state for state in states}
    newest: dict[str, Message] = {key: told for key, state in known.items() if (told := state.told)}
    newest |= {subject_key(told): told for told in news.told}
    return {
        alias_key(item.anchor, name)
        for key, told in newest.items()
        for item in KINDS[key.split(":", 1)[0]].judged_on(told, around)
        if not item.over or (key in known and known[key].listed)
        for name in item.keys
    }
