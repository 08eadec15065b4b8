"""What Tapal's comparison finds in FEBRL if it is told the address as well, among the same candidates as the others.

The address is weighed here and not in the product, which is never told one. Its weights are round numbers set down
beforehand; like all others they were not trained on these sets.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log2

from _pairs import measured
from rapidfuzz.distance import OSA

from registry.matching import Profile, matching_table, same_document, score

__all__ = ["with_address"]

Pair = tuple[str, str]
Record = dict[str, str | None]
Found = dict[str, float]
# The columns in which two records must agree to be compared at all: those of _rival_matchers.
BLOCKS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")
SLIPS = {"address_1": 2, "suburb": 2, "postcode": 1, "street_number": 0, "state": 0}
# m and u as in matching.yaml: the same, the same but for slips, and something else.
WEIGHTS = {
    "address_1": ((0.7, 0.0005), (0.2, 0.0005), (0.1, 1.0)),
    "suburb": ((0.7, 0.003), (0.2, 0.003), (0.1, 1.0)),
    "postcode": ((0.8, 0.002), (0.1, 0.01), (0.1, 1.0)),
    "street_number": ((0.8, 0.02), (0.8, 0.02), (0.2, 1.0)),
    "state": ((0.9, 0.2), (0.9, 0.2), (0.1, 0.8)),
}


def with_address(profiles: Mapping[str, Profile], records: Sequence[Mapping[str, Record]], true: set[Pair]) -> Found:
    """F1 at the production threshold, and at the one that is best for the set. With two lists only pairs across."""
    pairs = _candidates(records)
    addresses = {name: _address(record) for side in records for name, record in side.items()}
    sure = {(one, other) for one, other in pairs if same_document(profiles[one], profiles[other])}
    table = matching_table()
    bits = {
        (one, other): score(profiles[one], profiles[other], table).total + _bits(addresses[one], addresses[other])
        for one, other in pairs - sure
    }

    def found(least: float) -> Found:
        return measured(sure | {pair for pair, total in bits.items() if total >= least}, true)

    best = max(found(least)["f1"] for least in range(8, 30))
    return {**found(table.thresholds.review), "best_f1": best, "never_met": len(true - pairs)}


def _candidates(records: Sequence[Mapping[str, Record]]) -> set[Pair]:
    """Of one list all pairs that agree in a column; of two those across."""
    found: set[Pair] = set()
    for column in BLOCKS:
        left, right = _by(column, records[0]), _by(column, records[-1])
        found |= {
            (min(one, other), max(one, other))
            for value in left.keys() & right.keys()
            for one in left[value]
            for other in right[value]
            if one != other
        }
    return found


def _by(column: str, records: Mapping[str, Record]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for name, record in records.items():
        if value := record.get(column):
            index[value].append(name)
    return index


def _address(record: Record) -> dict[str, str]:
    return {field: "".join(filter(str.isalnum, record.get(field) or "")) for field in WEIGHTS}


def _bits(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    return sum(_weighed(field, one[field], other[field]) for field in WEIGHTS if one[field] and other[field])


def _weighed(field: str, one: str, other: str) -> float:
    same, near, differs = WEIGHTS[field]
    m, u = same if one == other else near if OSA.distance(one, other) <= SLIPS[field] else differs
    return log2(m / u)
