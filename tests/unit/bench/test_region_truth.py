"""The truth of the labelled region against the catalogue, kind by kind: what must come up, what must not."""

import ast
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from region import care, crossings, encounters, houses, residents, visits
from region.clock import Clock
from region.people import aged, crowd
from region.places import day as date_of
from region.reports import Calendar, Noise, delivered
from region.telling import Life
from region.truth import expected

BENCH = Path(__file__).parents[2] / "bench" / "region"
DAYS, FIRST = 200, 10
# R01 comes and goes with nearly every stay; it is in a row only where that is the point.
MUST = {
    visits.long_visit: "R01",
    visits.left_elsewhere: "R02a",
    visits.stays_on: "R02a R02b",
    visits.day_sixty: "R02a R02b",
    visits.day_sixty_one: "R02a R02b R03",
    visits.applied_unpaid: "R02a R02b",
    visits.extension_told_late: "R02a",
    crossings.pass_outside: "R14",
    crossings.pass_funeral: "R14",
    crossings.pass_stays: "R15",
    crossings.pass_paper_book: "R15",
    crossings.child_alone: "R17",
    residents.never_asks: "R11 R02a",
    residents.no_certificate: "R12",
    residents.certificate_late: "R12",
    residents.guarantor_withdraws: "R13",
    residents.guarantor_replaced: "R13",
    residents.guarantor_not_found: "R13",
    residents.worker_elsewhere: "R09",
    residents.worker_lent: "R09",
    residents.approval_ends: "R10",
    encounters.night_untold: "R06",
    encounters.night_told_late: "R06",
    encounters.lives_elsewhere: "R07",
    encounters.works_on_visit: "R08",
    encounters.works_unscreened: "R08 R02a",
    encounters.no_entry: "R24",
    encounters.entry_told_late: "R24",
    encounters.document_failed: "R23",
    encounters.document_listed: "R23",
    houses.told_late: "R04",
    houses.never_checked_out: "R04",
    houses.request_unanswered: "R05",
    houses.request_answered_late: "R05",
    care.calls_for_help: "R02a R02b R03 R19",
    care.unknown_caller: "R19",
    care.claims_asylum: "R02a R02b R03 R20",
    care.screened_strong: "R16 R02a",
    care.screened_dimension: "R16 R02a",
    care.screened_deceived: "R18 R02a",
    care.listed_number: "R25",
    care.listed_name: "R25",
}
MUST_NOT = [
    visits.lawful,
    visits.often,
    visits.extended_in_time,
    visits.paid_and_waiting,
    visits.refused_extension,
    visits.one_day_over,
    visits.ill,
    visits.in_custody,
    visits.exit_corrected,
    visits.bridged,
    visits.passport_renewed,
    visits.second_passport_used,
    crossings.trader,
    crossings.pass_visit,
    crossings.pass_medical,
    crossings.pass_returns_late,
    crossings.child_with_parent,
    crossings.child_for_the_day,
    crossings.school_trip,
    crossings.child_with_letter,
    residents.settles,
    residents.given_at_post,
    residents.first_load,
    residents.guarantor_told_of,
    residents.worker,
    residents.worker_two_sites,
    residents.approval_renewed,
    residents.approval_applied,
    encounters.night_with_family,
    encounters.night_just_begun,
    encounters.lives_as_told,
    encounters.away_for_a_while,
    encounters.works_by_hearsay,
    encounters.works_by_tip,
    encounters.does_chores,
    encounters.entry_elsewhere,
    encounters.digit_misread,
    houses.told_on_paper,
    houses.request_answered,
    care.listed_namesake,
    care.listed_no_more,
]
TOGETHER = {
    care.guided: "R21a R21b",
    care.hidden: "R21a",
    care.farmers: "",
    care.kin: "",
    care.at_the_post: "",
    houses.one_for_many: "R22",
    houses.one_phone: "R22",
    houses.a_family: "",
    houses.a_plantation: "",
    houses.again_after_a_failed_check: "R13 R22",
}


def comes_up(lives: list[Life]) -> set[str]:
    clock = Clock(DAYS + 7)
    told = delivered(Random(1), [said for life in lives for said in life.said], Noise(), Calendar(), clock)
    found = expected({life.key: life for life in lives}, [said for said in told if said.arrived], clock)
    return {one.rule for one in found if one.rule not in ("Q2",)}


def people(kind: object, count: int = 1) -> list[Life]:
    strangers = crowd(Random(5))
    paper = "plb" if kind in crossings.CROSSINGS else "passport"
    return [Life("kind", f"L{number}", next(strangers), Random(number), paper=paper) for number in range(1, count + 1)]


def played(kind: object) -> set[str]:
    (life,) = people(kind)
    if kind in crossings.MINORS:
        life.human = aged(life.random, life.human, 12, date_of(FIRST))
    kind(life, FIRST)  # type: ignore[operator]
    return comes_up([life])


@pytest.mark.parametrize("kind", MUST, ids=lambda kind: kind.__name__)
def test_what_the_catalogue_asks_about_comes_up(kind):
    assert played(kind) - {"R01"} | ({"R01"} & {MUST[kind]}) == set(MUST[kind].split())


@pytest.mark.parametrize("kind", MUST_NOT, ids=lambda kind: kind.__name__)
def test_what_is_named_as_a_false_positive_does_not(kind):
    assert played(kind) <= {"R01"}


@pytest.mark.parametrize("kind", TOGETHER, ids=lambda kind: kind.__name__)
def test_groups(kind):
    lives = people(kind, {**care.PATROLS, **houses.MANY}[kind][1])
    kind(lives, FIRST)
    assert comes_up(lives) - {"R01"} == set(TOGETHER[kind].split())


def imported(path: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])


@pytest.mark.parametrize("path", sorted(BENCH.glob("*.py")), ids=lambda path: path.stem)
def test_the_generator_and_the_truth_know_nothing_of_the_services(path):
    services = {"registry", "alerts", "reports", "gateway", "contracts", "chassis", "tapal_local"}
    drives_or_counts = path.stem in ("play", "steward", "score", "fairness")
    assert drives_or_counts or not {name.split(".")[0] for name in imported(path)} & services
