"""Accuracy of the matching: on the FEBRL sets beside Splink and recordlinkage, and on a synthetic border region.

The production model with its production thresholds, nothing trained on what it is measured on. The region's seeds are
other ones than those on which matching.yaml was tuned (101 to 103).
"""

import json
from itertools import combinations
from random import Random
from typing import Any

import _febrl
from _pairs import Compared, compared, wilson
from _questions import LEVELS, questions
from _region import claims, people

from registry.matching import Profile

SEEDS, PEOPLE = (7, 8, 9), 20_000


def region(seed: int) -> dict[str, Any]:
    """One synthetic region: counts, of pairs that no document number joins."""
    random = Random(seed)
    said = list(claims(random, people(random, PEOPLE)))
    width = len(str(len(said)))
    names = [f"{number:0{width}d}" for number in range(len(said))]
    profiles = {name: _profile(claim) for name, claim in zip(names, said, strict=True)}
    who = {name: claim["who"] for name, claim in zip(names, said, strict=True)}
    of: dict[int, list[str]] = {}
    for name in names:
        of.setdefault(who[name], []).append(name)
    result = compared(profiles)
    true = {pair for mine in of.values() for pair in combinations(mine, 2)}
    papers = {name: set(profile.documents) for name, profile in profiles.items()}
    true = {pair for pair in true if papers[pair[0]].isdisjoint(papers[pair[1]])}
    counts = {"people": PEOPLE, "claims": len(said), "true_pairs": len(true), **_counts(result, true)}
    return {**counts, **questions(result, who)}


def _counts(result: Compared, true: set[tuple[str, str]]) -> dict[str, Any]:
    linked, review = (result.zone(zone) - result.by_document for zone in ("linked", "review"))
    return {
        "compared": len(result.scores),
        "linked": len(linked),
        "linked_right": len(linked & true),
        "review": len(review),
        "review_right": len(review & true),
        "score_seconds": result.score_seconds,
        "tokens_seconds": result.tokens_seconds,
    }


def _profile(claim: dict[str, Any]) -> Profile:
    fields = ("surname", "given", "full", "birth_date", "citizenship", "sex", "guarantor", "phone")
    return Profile(documents=tuple(sorted(claim["documents"])), **{name: claim.get(name) for name in fields})


def regional() -> dict[str, Any]:
    """The regions of all seeds, taken together."""
    found = [region(seed) for seed in SEEDS]
    all_ = {name: sum(one[name] for one in found) for name in found[0]}
    low, high = wilson(all_["linked_right"], all_["linked"])
    return {
        "seeds": list(SEEDS),
        "precision": round(all_["linked_right"] / all_["linked"], 5),
        "precision_interval": [low, high],
        "linked_pairs": all_["linked"],
        "wrong_links": all_["linked"] - all_["linked_right"],
        "recall": round(all_["linked_right"] / all_["true_pairs"], 4),
        "recall_with_review": round((all_["linked_right"] + all_["review_right"]) / all_["true_pairs"], 4),
        "review_share": round(all_["review"] / (all_["review"] + all_["linked"]), 4),
        "review_right_share": round(all_["review_right"] / all_["review"], 4),
        "pairs_per_s": round(all_["compared"] / all_["score_seconds"]),
        "claims_per_s_tokens": round(all_["claims"] / all_["tokens_seconds"]),
        "questions": {bits: _asked(all_, bits) for bits in LEVELS},
        **{name: all_[name] for name in ("people", "claims", "true_pairs", "compared")},
    }


def _asked(all_: dict[str, Any], bits: int) -> dict[str, float]:
    asked, right = all_[f"asked_{bits}"], all_[f"asked_right_{bits}"]
    return {"per_1000_people": round(asked / all_["people"] * 1000), "right_share": round(right / asked, 3)}


def show(r: dict[str, Any]) -> None:
    print(
        f"\nregion: {r['people']} people, {r['claims']} claims, {r['true_pairs']} true pairs without a common document"
    )
    print(
        f"  linked without a document: {r['linked_pairs']} pairs, {r['wrong_links']} wrong: precision {r['precision']}"
    )
    print(f"  95 % interval (Wilson) {r['precision_interval'][0]} to {r['precision_interval'][1]}")
    print(f"  recall {r['recall']}, with review {r['recall_with_review']}")
    print(f"  to a human: {r['review_share']} of the pairs found, {r['review_right_share']} of those are one person")
    for bits, asked in r["questions"].items():
        often, right = asked["per_1000_people"], asked["right_share"]
        print(f"  asked from {bits} bits on: {often} times in 1,000 people, {right} of them one person")
    print(f"  {r['pairs_per_s']} pairs/s scored, tokens of {r['claims_per_s_tokens']} claims/s, one core\n")


def main() -> None:
    found: dict[str, Any] = {each["set"]: _febrl.febrl(each) for each in _febrl.rivals()}
    _febrl.show(found)
    found["region"] = regional()
    show(found["region"])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
