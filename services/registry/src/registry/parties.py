"""Guarantors, employers, lodgings and hosts: which party a claim is about, and what is learnt of it. Pure."""

from collections.abc import Callable

from registry.drafts import Draft
from registry.world import PartyState, World

__all__ = ["learn"]


def learn(draft: Draft, world: World, mint: Callable[[], str]) -> dict[str, str]:
    """The party at each path of an event, by its opaque id; one never named before is made."""
    found: dict[str, str] = {}
    for path, claim in draft.parties.items():
        party = world.party_keys.get(claim.key)
        if party is None:
            party = mint()
            world.party_keys[claim.key] = party
            world.parties[party] = PartyState(party, claim.stated["kind"], keys={claim.key})
        _learn(world.parties[party], claim.stated)
        found[path] = party
    return found


def _learn(party: PartyState, stated: dict[str, str]) -> None:
    before = (len(party.names), len(party.numbers), party.village)
    if (name := stated.get("name")) and name not in party.names:
        party.names.append(name)
    if (number := stated.get("id")) and number not in party.numbers:
        party.numbers.append(number)
    party.village = stated.get("village") or party.village
    if party.version == 0 or before != (len(party.names), len(party.numbers), party.village):
        party.change()
