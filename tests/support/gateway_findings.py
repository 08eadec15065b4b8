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


def party(ago: Callable[..., str]) -> dict[str, Any]:
    """A company as the registry answers it: two workers, a check of it, and an approval that was taken back."""

    def named(key: str, kind: str, action: str | None, role: str, *people: str, **more: Any) -> dict[str, Any]:
        found = {"key": key, "role": role, "kind": kind, "action": action, "at": ago(days=20), "people": list(people)}
        sent = {"agency": "imigrasi", "source": "simkim", "said": {}, "superseded": False}
        return {**found, **sent, **more}

    position = {"position": "7212", "sites": ["61.06.14.2001"], "valid_until": ago(days=1)[:10]}
    found = {"sponsor_result": "not_found", "basis": "order", "village": "61.06.14.2001"}
    return {
        "id": "party-2",
        "version": 4,
        "kind": "company",
        "names": [{"value": "PT Contoh", "evidence": ["k9", "k2"]}, {"value": "PT. CONTOH", "evidence": ["k8"]}],
        "ids": [{"value": "9120001112223", "evidence": ["k9", "k8", "k2"]}],
        "villages": [{"value": "61.06.14.2001", "evidence": ["k9"]}],
        "people": ["person-1", "person-3"],
        "events": [
            named("k9", "check", None, "sponsor", agency="polres", source="spkt", at=ago(days=2), said=found),
            named("k8", "permit", "granted", "sponsor", "person-3", at=ago(days=9)),
            named("k2", "work", "approved", "employer", "person-1", said=position),
            named("k7", "work", "applied", "employer", "person-2", at=ago(days=30), superseded=True),
        ],
        "complete": True,
    }


def _finding(rule: str, severity: int, id: str, en: str) -> dict[str, Any]:
    wording = {"id": f"{id}. Perlu klarifikasi.", "en": f"{en}. Needs clarification."}
    return {"rule": rule, "severity": severity, "title": {"id": id, "en": en}, "wording": wording}


def tasks(ago: Callable[..., str]) -> dict[str, dict[str, Any]]:
    """A call about one person, and a sign about two whose report was taken back."""
    known = {"revision": 1, "state": "open", "unreadable": False, "taken_by": None, "responsible": "perlindungan"}
    call = {
        "id": "task-1",
        "person": "person-2",
        "people": ["person-2"],
        "kind": "help",
        "severity": 4,
        "lapsed": False,
        "findings": [_finding("R19", 4, "Panggilan bantuan", "Call for help")],
        "occurred_at": ago(hours=4),
        "received_at": ago(hours=3),
    }
    sign = {
        "id": "task-2",
        "person": None,
        "people": ["person-1", "person-3"],
        "kind": "sign",
        "severity": 4,
        "lapsed": True,
        "findings": [_finding("R21a", 4, "Orang ditemukan di luar pos", "People found off the post")],
        "occurred_at": ago(hours=9),
        "received_at": ago(hours=9),
    }
    return {"task-1": known | call, "task-2": known | sign}


SIGN = {
    "wording": {"id": "Perlu klarifikasi.", "en": "Needs clarification."},
    "facts": [{"name": "incident.guided", "value": True, "label": {"id": "Dengan pemandu", "en": "With a guide"}}],
    "evidence": ["k7"],
}
