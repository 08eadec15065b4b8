"""The condition of R02b in three other engines, run in an environment of their own. Reads cases, prints rates.

Each gets its facts in the form it likes best, made before the clock starts; moments are seconds where it has no type.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import celpy
import rule_engine
import zen

SECONDS = 1.0
NAMES = (
    "open", "border_pass", "application_pending", "impeded", "exit_found", "placed_after_end", "no_record_after_end"
)  # fmt: skip
CEL = (
    "stay.open && !stay.border_pass && !stay.application_pending && !stay.impeded && !stay.exit_found"
    " && now >= stay.ends + duration('48h') && (stay.placed_after_end || stay.no_record_after_end)"
)
WORDS = (
    "open and not border_pass and not application_pending and not impeded and not exit_found"
    " and now >= ends + 172800 and (placed_after_end or no_record_after_end)"
)

Case = dict[str, Any]


def flat(case: Case) -> Case:
    moments = {"now": case["now"], "ends": case["stay.ends"]}
    seconds = {name: datetime.fromisoformat(text).timestamp() for name, text in moments.items()}
    return {name: case[f"stay.{name}"] for name in NAMES} | seconds


def by_cel_python() -> tuple[Callable[[Case], Any], Callable[[Any], Any]]:
    environment = celpy.Environment()
    program = environment.program(environment.compile(CEL))

    def made(case: Case) -> Any:
        types = celpy.celtypes
        stay = {types.StringType(name): types.BoolType(case[f"stay.{name}"]) for name in NAMES}
        stay[types.StringType("ends")] = types.TimestampType(case["stay.ends"])
        return {"stay": types.MapType(stay), "now": types.TimestampType(case["now"])}

    return made, program.evaluate


def by_zen() -> tuple[Callable[[Case], Any], Callable[[Any], Any]]:
    return flat, zen.compile_expression(WORDS).evaluate


def by_rule_engine() -> tuple[Callable[[Case], Any], Callable[[Any], Any]]:
    return flat, rule_engine.Rule(WORDS).matches


def rate(evaluate: Callable[[Any], Any], cases: list[Any]) -> float:
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for case in cases:
            evaluate(case)
        done += len(cases)
    return done / (time.perf_counter() - began)


def main() -> None:
    cases = json.load(sys.stdin)
    for name, engine in (("cel-python", by_cel_python), ("zen-engine", by_zen), ("rule-engine", by_rule_engine)):
        made, evaluate = engine()
        facts = [made(case) for case in cases]
        answers = "".join(str(int(bool(evaluate(one)))) for one in facts)
        print(json.dumps({"engine": name, "per_second": round(rate(evaluate, facts)), "answers": answers}))


if __name__ == "__main__":
    main()
