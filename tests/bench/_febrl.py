"""The FEBRL sets: the production model beside Splink and recordlinkage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from _apart import told_by
from _pairs import Compared, compared, measured
from _with_address import with_address

from registry.matching import Profile

__all__ = ["febrl", "rivals", "show"]

Record = dict[str, str | None]
TABLES = {
    None: """As Tapal is. FEBRL has no passports, guarantors or phones; its fields stand for ours as follows: soc_sec_id
for a document number, postcode for the guarantor, address_1 without its spaces for the phone; street_number,
address_2, suburb and state are not used. Chosen among nine with the truth of these sets in view. Splink and
recordlinkage: the models of their manuals.""",
    "same_fields": "On what FEBRL and Tapal both have, for all three: given name, surname, date of birth, soc_sec_id.",
    "with_address": """If Tapal were told an address, which it is not: street number, street, suburb, postcode and state
for all three, and for all three the same candidates. The address is weighed in the bench alone, by values set down
beforehand.""",
}
ABOUT = """Dates that do not exist are left out, as our contract refuses them. `tapal` counts a pair as found where it
is linked or a human is asked about it, at the thresholds of a region of a million persons; `(linked)` only what is
linked without one. `(best)`: at the threshold that is best for the set, chosen with the truth in hand. Splink and
recordlinkage are trained on each set; Tapal is not."""


def rivals() -> list[dict[str, Any]]:
    """The sets and what the others found."""
    return told_by("_rival_matchers.py")


def febrl(found: dict[str, Any]) -> dict[str, Any]:
    """Ours beside theirs on one set, as TABLES says."""
    theirs = {name: found[name] for name in ("splink", "recordlinkage")}
    return {
        "tapal": tapal(found, adapted),
        **theirs,
        "same_fields": {"tapal": tapal(found, said_of_both), **found["same_fields"]},
        "with_address": {"tapal": _told_the_address(found), **found["with_address"]},
    }


def tapal(found: dict[str, Any], profile_of: Callable[[Record], Profile]) -> dict[str, Any]:
    """What the production model finds in one set."""
    profiles: dict[str, Profile] = {}
    sides: dict[str, int] = {}
    for side, records in enumerate(found["records"]):
        for record in records:
            profiles[record["rec_id"]] = profile_of(record)
            sides[record["rec_id"]] = side
    result = compared(profiles, sides if len(found["records"]) == 2 else None)
    true = _links(found)
    linked, review = result.zone("linked"), result.zone("review")
    ours = measured(linked | review, true)
    ours |= {f"linked_{name}": value for name, value in measured(linked, true).items()}
    never_met = len(true - set(result.scores))
    share = round(len(review) / len(linked | review), 4)
    return ours | {"review_share": share, "best_f1": best_f1(result, true), "never_met": never_met}


def _told_the_address(found: dict[str, Any]) -> dict[str, float]:
    records = [{record["rec_id"]: record for record in side} for side in found["records"]]
    profiles = {name: said_of_both(record) for side in records for name, record in side.items()}
    return with_address(profiles, records, _links(found))


def _links(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one, other) for one, other in found["links"]}


def best_f1(result: Compared, true: set[tuple[str, str]]) -> float:
    """At the threshold that is best here, chosen with the truth in hand: what the evidence is worth."""
    found = ({pair for pair, one in result.scores.items() if one.total >= bits} for bits in range(8, 28))
    return max(measured(pairs | result.by_document, true)["f1"] for pairs in found)


def adapted(record: Record) -> Profile:
    """A FEBRL record in the fields of ours; see TABLES."""
    return replace(
        said_of_both(record),
        guarantor=_joined(record.get("postcode")),
        phone=_joined(record.get("address_1")),
    )


def said_of_both(record: Record) -> Profile:
    """Only the fields that FEBRL and Tapal have in common."""
    said = {name: str(value).strip() or None for name, value in record.items() if value is not None}
    number = said.get("soc_sec_id")
    return Profile(
        documents=(("other", "AUS", number),) if number else (),
        surname=said.get("surname"),
        given=said.get("given_name"),
        birth_date=day(said.get("date_of_birth") or ""),
    )


def _joined(text: str | None) -> str | None:
    """Without spaces and marks, as a phone is brought to its digits."""
    return "".join(filter(str.isalnum, text or "")) or None


def day(text: str) -> str | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def show(found: dict[str, Any]) -> None:
    """All three tables, for a human."""
    print(ABOUT)
    for key, said in TABLES.items():
        print(f"\n{said}\n")
        print(f"{'F1':<10}{'tapal':>8}{'(linked)':>10}{'(best)':>9}{'splink':>9}{'(best)':>9}{'recordlinkage':>15}")
        for name, one in found.items():
            _show_set(name, one[key] if key else one)


def _show_set(name: str, one: dict[str, Any]) -> None:
    ours, splink, other = (one[who] for who in ("tapal", "splink", "recordlinkage"))
    mine = f"{ours['f1']:>8}{ours.get('linked_f1', '-'):>10}{ours['best_f1']:>9}"
    print(f"{name:<10}{mine}{splink['f1']:>9}{splink['best_f1']:>9}{other['f1']:>15}")
