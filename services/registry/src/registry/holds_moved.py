"""A legal hold goes where its claims go: whoever keeps cases is told of everybody who has them now."""

from chassis.mongo import Database, outages
from contracts.messages import LegalHoldChanged
from registry.legal_holds import holders
from registry.world import World

__all__ = ["holds_moved"]


async def holds_moved(world: World, database: Database) -> list[LegalHoldChanged]:
    """What is to be announced where persons were parted or became one. Raises Unavailable.

    To let go is announced once, by the hold: it is for everybody who was told of it.
    """
    changed = [state for state in world.persons.values() if state.version > state.read_version]
    if not any(state.lost for state in changed):
        return []
    with outages():
        # One that was set before this was told names nobody, and is not told of when it ends.
        rows = [row for row in await database.legal_holds.find({"on": True}).to_list(None) if "person" in row]
    return [
        LegalHoldChanged(hold=row["_id"], person=person, on=True)
        for row in rows
        for person in holders(row, changed)
        if person != row["person"]
    ]
