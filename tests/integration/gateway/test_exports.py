"""What leaves in one piece is all that was asked for, or nothing."""

import pytest

from gateway import exports

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


async def test_an_export_is_whole_or_none_and_the_consent_is_not_spent_on_none(stand, monkeypatch):
    alerts = stand.world.alerts
    alerts |= {f"more-{n}": {**alerts["alert-1"], "id": f"more-{n}", "state": "open"} for n in range(3)}
    wish = (await stand.post("/v1/exports", "supervisor", {"order_no": "SP-1/2026", "reason": "Rapat."})).json()
    path = f"/v1/exports/{wish['id']}"
    await stand.post(f"/v1/consents/{wish['id']}/answer", "dpo", {"allowed": True})
    monkeypatch.setattr(exports, "PAGE", 1)
    monkeypatch.setattr(exports, "MOST", 2)
    refused = await stand.get(path, "supervisor")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many")
    assert "exports.take" not in [row["action"] for row in await stand.audit()]
    monkeypatch.setattr(exports, "MOST", 50)
    told = [line.partition(",")[0] for line in (await stand.get(path, "supervisor")).text.splitlines()]
    assert len(told) == len(set(told))
    assert {"more-0", "more-1", "more-2"} <= set(told)
