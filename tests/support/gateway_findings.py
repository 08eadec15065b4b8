"""The richer half of a synthetic snapshot: what was found, what offices wrote, what contradicts."""

from collections.abc import Callable
from typing import Any


def more(ago: Callable[..., str]) -> dict[str, Any]:
    """Parts of a snapshot; `ago` writes a moment before now."""
    today, before = ago(days=1)[:10], ago(days=40)[:10]
    return {
        "applications": [{"kind": "B1", "applied_on": before, "paid_on": before, "outcome": None, "evidence": ["k2"]}],
        "residences": [{"village": "61.06.14.2001", "starts": before, "until": None, "evidence": ["k2"]}],
        "absences": [{"village": "61.06.01.1001", "starts": before, "until": today, "evidence": ["k2"]}],
        "certificates": [{"village": "61.06.14.2001", "status": "issued", "issued_on": before, "evidence": ["k2"]}],
        "work": [
            {
                "status": "approved",
                "employer": "party-2",
                "position": "7212",
                "sites": ["61.06.14.2001"],
                "valid_until": today,
                "evidence": ["k2"],
            }
        ],
        "checks": [_check(ago)],
        "documents": [
            {
                "kind": "passport",
                "state": "deposited",
                "since": before,
                "holder": "party-1",
                "checks": [{"check": "sltd", "result": "hit_cleared", "at": ago(days=4), "evidence": ["k3"]}],
                "evidence": ["k1"],
            }
        ],
        "listings": [
            {
                "list": "entry_ban",
                "agency": "imigrasi",
                "authority": "DITJENIM",
                "ground": "UU6-2011-102",
                "starts": before,
                "until": today,
                "evidence": ["k2"],
            }
        ],
        "contradictions": [_contradiction(ago, resolved=False), _contradiction(ago, resolved=True)],
    }


def _check(ago: Callable[..., str]) -> dict[str, Any]:
    return {
        "kind": "patrol",
        "basis": "order",
        "at": ago(days=3),
        "village": "61.06.14.2001",
        "screening": "done",
        "documents_shown": "seen",
        "staying": "mess",
        "activity": "work",
        "activity_basis": "seen",
        "role": "passenger",
        "employer": "party-2",
        "group": {"incident": "k3", "size": 9, "citizens": 5, "minors": 2},
        "evidence": ["k3"],
    }


def _contradiction(ago: Callable[..., str], *, resolved: bool) -> dict[str, Any]:
    border = {"says": "exit", "agencies": ["plbn-badau"], "first_at": ago(days=9), "last_at": ago(days=9)}
    hotel = {"says": "lodging", "agencies": ["phri-kh"], "first_at": ago(days=5), "last_at": ago(days=4)}
    return {
        "kind": "present_after_exit",
        "sides": [{**border, "evidence": ["k1"]}, {**hotel, "evidence": ["k3"]}],
        "resolved": resolved,
        "explained_by": ["k2"] if resolved else [],
    }
