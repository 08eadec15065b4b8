"""The audit log is a chain too: who read what cannot be changed or taken out unseen."""

from datetime import UTC, datetime

import pytest

from gateway.evidence import inspect_audit, sealing

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def read_some(stand):
    for _ in range(3):
        await stand.get("/v1/persons/person-1", "operator", tapal_purpose="alert:alert-1")
    await sealing(stand.database, lambda: datetime.now(UTC))()


async def findings(stand):
    chain, protection = await inspect_audit(stand.database, {}, datetime.now(UTC))
    assert (protection.chain, protection.findings) == ("audit-protection", [])
    return chain, [(item.kind, item.key) for item in chain.findings]


async def test_every_read_is_sealed(stand):
    await read_some(stand)
    chain, found = await findings(stand)
    assert (chain.entries, chain.unsealed, found) == (3, 0, [])


async def test_a_row_that_was_changed_deleted_or_slipped_in_is_named(stand):
    await read_some(stand)
    one, two, three = await stand.audit()
    await stand.database.audit.update_one({"_id": one["_id"]}, {"$set": {"account": "somebody"}})
    await stand.database.audit.delete_one({"_id": two["_id"]})
    await stand.database.audit.insert_one({**three, "_id": "z"})
    _, found = await findings(stand)
    assert sorted(found) == [("entry_changed", one["_id"]), ("entry_missing", two["_id"]), ("entry_unaccounted", "z")]


async def test_what_the_protection_desk_read_is_in_a_chain_of_its_own(stand):
    await stand.get("/v1/protection/tasks/task-1", "perlindungan", tapal_purpose="matter:task-1")
    await read_some(stand)
    chain, protection = await inspect_audit(stand.database, {}, datetime.now(UTC))
    assert (chain.entries, protection.entries) == (3, 1)
