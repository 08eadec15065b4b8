"""Whoever was judged while another process heard news of what they rest on is looked at again."""

from collections.abc import Iterable, Iterator

from alerts.block import Block
from alerts.news import News
from alerts.store import Store
from alerts.subjects import key_of

__all__ = ["overtaken"]


async def overtaken(store: Store, block: Block, news: News) -> list[str]:
    """Keys of those to look at again, to be asked once the block is saved. Raises Unavailable.

    Who hears the news wakes everybody who is written down as waiting by then; who was written down after that finds
    the news here. A repeat may have been cut short between the two: it is looked at in any case.
    """
    touched = news.keys()
    resting = {key: state.waits for key in touched if (state := block.subjects.get(key)) and state.waits}
    read = {key: _version(block, key) for names in resting.values() for key in _keys(names)}
    moved = {key for key, state in (await store.known(read)).items() if state.version > read[key]}
    return [key for key, names in resting.items() if key not in block.judged or not moved.isdisjoint(_keys(names))]


def _keys(names: Iterable[str]) -> Iterator[str]:
    """Of which subjects these are the names: a source is waited for by its id."""
    return (name if ":" in name else key_of("source", name) for name in names)


def _version(block: Block, key: str) -> int:
    state, party = block.subjects.get(key), block.parties.get(key.partition(":")[2])
    return max(state.version if state else 0, party.version if party else 0)
