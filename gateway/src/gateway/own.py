"""For which sources somebody speaks: of one, where their account or key names it, else of all of the agency. Pure."""

from collections.abc import Mapping

from chassis.errors import Problem
from contracts.agencies import Agency, Source
from gateway.viewers import Viewer

__all__ = ["not_your_source", "own_sources"]


def own_sources(agencies: Mapping[str, Agency], viewer: Viewer) -> tuple[Source, ...]:
    """Their sources; none where the agency or the source is not there any more."""
    agency = agencies.get(viewer.agency)
    return tuple(one for one in (agency.sources if agency else ()) if viewer.source in ("", one.code))


def not_your_source() -> Problem:
    """It is another's."""
    return Problem(403, "not_your_source", id="Sumber ini bukan milik Anda.", en="This source is not yours.")
