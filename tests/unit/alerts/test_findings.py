"""What the desk's rules say of a screening whose person is known: a receipt accounts for the papers it names."""

from datetime import date, datetime
from typing import Any

import pytest

from alerts.desk import Desk
from alerts.facts import WIB
from alerts.facts.tables import read_tables
from alerts.protection.findings import findings
from alerts.rulebook import load
from contracts.findings import DocumentState
from contracts.snapshots import PersonChanged

NOW = datetime(2026, 3, 2, 8, tzinfo=WIB)
DESK = Desk(load(), [], read_tables(), lambda series, anchor, episode: f"{series}:{anchor}:{episode}")
SCREENED = {"data": {"kind": "screening", "indicators": [{"code": "documents_held", "basis": "told_by_person"}]}}


def papers(*states: str, **fields: Any) -> PersonChanged:
    documents = tuple(
        DocumentState(ref=f"d{n}", kind="passport", state=state, evidence=(f"k{n}",)) for n, state in enumerate(states)
    )
    return PersonChanged(person="p1", version=1, documents=documents, **fields)


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (papers("deposited"), []),
        (papers("deposited", "lost"), []),
        (papers("deposited", "held"), ["R16"]),
        (papers("held"), ["R16"]),
        (papers("deposited", adult_on=date(2030, 1, 1)), ["R16"]),
        (papers("deposited", adult_on=date(2026, 3, 2)), []),
        (None, ["R16"]),
    ],
    ids=["receipt", "receipt and lost", "of another paper", "no receipt", "a minor", "of age today", "unknown"],
)
def test_a_receipt_accounts_for_the_papers_of_an_adult(person: PersonChanged | None, found: list[str]) -> None:
    assert [one["rule"] for one in findings("m1", SCREENED, person, DESK, NOW)] == found
