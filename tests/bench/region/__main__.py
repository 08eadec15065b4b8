"""Plays years of Kapuas Hulu with the truth in hand and scores what the system made of them: `./tapal bench region`."""

import argparse
import asyncio
import json
import os
import pickle
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from region.play import Played, play
from region.reports import YEARLY, Noise
from region.score import found, scored
from region.show import show, show_fact
from region.truth import JUDGED, expected
from region.year import Year, played

HELD_OUT = (903,)


def main() -> None:
    ask = argparse.ArgumentParser("region")
    ask.add_argument("--seeds", type=int, nargs="+", default=HELD_OUT)
    ask.add_argument("--days", type=int, default=365)
    ask.add_argument("--scale", type=float, default=1.0)
    ask.add_argument("--clean", action="store_true", help="every report arrives as it is")
    ask.add_argument("--keep", type=Path, help="a folder for what was heard, so that it can be scored again unplayed")
    asked = ask.parse_args()
    results = {str(seed): one(seed, asked) for seed in asked.seeds}
    print(json.dumps({"region": results}))


def one(seed: int, asked: argparse.Namespace) -> dict[str, object]:
    year = played(seed, asked.days, asked.scale, Noise() if asked.clean else YEARLY)
    done = _heard(year, asked.keep and asked.keep / f"{seed}.pickle")
    due = expected(year.lives, year.arriving, year.clock)
    at_once = [replace(said, arrived=year.clock.after(said.at)) for said in year.arriving]
    scores = scored(due, expected(year.lives, at_once, year.clock), [one for one in found(done) if one.rule in JUDGED])
    return {**show(seed, year, done, scores), **show_fact(year, due)}


def _heard(year: Year, kept: Path | None) -> Played:
    if kept is not None and kept.exists():
        before: Played = pickle.loads(kept.read_bytes())
        return before
    names = {"amqp": "AMQP_ADMIN_URL", "management": "MANAGEMENT_URL", "mongo": "MONGO_ADMIN_URL"}
    addresses = {part: os.environ[f"TAPAL_TEST_{name}"] for part, name in names.items()}
    with tempfile.TemporaryDirectory(prefix="tapal-region-") as folder:
        done = asyncio.run(play(year, Path(folder), addresses, partial(print, flush=True)))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(done))
    return done


if __name__ == "__main__":
    main()
