"""Which events are about which lodging, guarantor or phone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from region.oracle_parties import of_lodgings, of_requests, of_sponsors
from region.oracle_stay import Finding
from region.telling import Said

__all__ = ["Parties"]

Rules = Callable[[Sequence[Said], datetime], Iterable[Finding]]
GUESTS = ("check_in", "check_out")


class Parties:
    """The events of each party, of all that arrived."""

    def __init__(self, told: Sequence[Said]) -> None:
        self._guests: dict[tuple[str, str], list[Said]] = defaultdict(list)
        self._requests: dict[str, list[Said]] = defaultdict(list)
        self._sponsors: dict[str, list[Said]] = defaultdict(list)
        self._phones: dict[str, list[Said]] = defaultdict(list)
        self._exits: dict[str, list[Said]] = defaultdict(list)
        for said in told:
            if said.data is not None and said.arrived is not None:
                self._sort(said)

    def _sort(self, said: Said) -> None:
        assert said.data is not None
        if said.action == "exit" and said.about:
            self._exits[said.about[0]].append(said)
        if said.kind == "lodging":
            house = said.data["establishment"]["id"]
            if said.action in GUESTS:
                self._guests[house, said.data["stay_ref"]].append(said)
            else:
                self._requests[house].append(said)
        for role in ("sponsor", "employer") if said.kind in ("permit", "work", "check") else ():
            if role in said.data:
                self._sponsors[said.data[role]["id"]].append(said)
        if "contact_phone" in said.data:
            self._phones[said.data["contact_phone"]].append(said)

    def checks_for(self, told: Iterable[Said]) -> list[Said]:
        """The checks of the guarantors that these permits name."""
        named = {one.data["sponsor"]["id"] for one in told if one.data and "sponsor" in one.data}
        return [one for who in sorted(named) for one in self._sponsors[who] if one.kind == "check"]

    def judged(self) -> Iterator[tuple[list[Said], Rules]]:
        """The events of each party, by guest where it is a lodging, and the rules that look at them."""
        yield from ((mine, of_lodgings) for mine in self._guests.values())
        yield from ((mine, of_requests) for mine in self._requests.values())
        several = (mine for mine in (*self._sponsors.values(), *self._phones.values()) if len(mine) > 1)
        yield from ((mine + self._exits_of(mine), of_sponsors) for mine in several)

    def _exits_of(self, mine: Iterable[Said]) -> list[Said]:
        holders = dict.fromkeys(one.about[0] for one in mine if one.kind == "permit" and one.about)
        return [said for holder in holders for said in self._exits[holder]]
