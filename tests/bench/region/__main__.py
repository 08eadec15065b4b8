"""Plays years of Kapuas Hulu with the truth in hand and scores what the system made of them: `./tapal bench region`."""

import argparse
import asyncio
import json
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from region.play import play
from region.reports import YEARLY
from region.score import found, scored
from region.show import show
from region.truth import JUDGED, expected
from region.year import played

HELD_OUT = (901, 902)


def main() -> None:
    ask = argparse.ArgumentParser("region")
    ask.add_argument("--seeds", type=int, nargs="+", default=HELD_OUT)
    ask.add_argument("--days", type=int, default=365)
    ask.add_argument("--scale", type=float, default=1.0)
    ask.add_argument("--clean", action="store_true", help="every report arrives as it is")
    asked = ask.parse_args()
    results = {str(seed): one(seed, asked) for seed in asked.seeds}
    print(json.dumps({"region": results}))


def one(seed: int, asked: argparse.Namespace) -> dict[str, object]:
    noise = replace(YEARLY, late=0, lost=0, again=0, doubled=0, silent=0) if asked.clean else YEARLY
    year = played(seed, asked.days, asked.scale, noise)
    addresses = {
        "amqp": os.environ["TAPAL_TEST_AMQP_ADMIN_URL"],
        "management": os.environ["TAPAL_TEST_MANAGEMENT_URL"],
        "mongo": os.environ["TAPAL_TEST_MONGO_ADMIN_URL"],
    }
    with tempfile.TemporaryDirectory(prefix="tapal-region-") as folder:
        done = asyncio.run(play(year, Path(folder), addresses, partial(print, flush=True)))
    due = expected(year.lives, year.arriving, year.clock)
    at_once = [replace(said, arrived=min(said.arrived, said.at)) for said in year.arriving if said.arrived]
    scores = scored(due, expected(year.lives, at_once, year.clock), [one for one in found(done) if one.rule in JUDGED])
    return show(seed, year, done, scores)


if __name__ == "__main__":
    main()
