"""What the protection desk does when a matter arrives."""

from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.protection_store import Matters
from chassis.bus import Incoming
from contracts.messages import MatterOpened

__all__ = ["read_matter", "take_matters"]


def read_matter(incoming: Incoming) -> MatterOpened:
    """The sealed matter."""
    return MatterOpened.model_validate_json(incoming.body)


async def take_matters(batch: Sequence[MatterOpened], matters: Matters, now: Callable[[], datetime]) -> None:
    """A task for each; a repeat changes nothing."""
    await matters.open(batch, now())
