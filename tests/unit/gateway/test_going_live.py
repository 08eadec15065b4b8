"""What live mode demands: each thing that is missing is named, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from gateway.going_live import FaultyFile, Grounds, Paper, Papers, Point, Rota, check, read_papers, read_rota, unmet
from gateway.viewers import Role

NOW = datetime(2026, 11, 26, 1, tzinfo=UTC)
PAPER = Paper(number="12/2026", date=date(2026, 11, 1))
PAPERS = Papers(
    impact_assessment=PAPER,
    team_decree=PAPER,
    retention_decree=PAPER,
    agreements={"polres": PAPER, "dinsos": PAPER},
    data_protection_officer="budi",
)
ACCOUNTS = {
    "budi": (Role.DATA_PROTECTION_OFFICER, "Budi"),
    "rina": (Role.PROTECTION_OFFICER, "Rina"),
    "sari": (Role.PROTECTION_OFFICER, "Sari"),
}
LATER = {"ends": NOW + timedelta(days=1)}
ROTA = Rota(members={"rina", "sari"}, shifts=[LATER])
ALL = Grounds(PAPERS, ROTA, ["polres", "dinsos"], ACCOUNTS, secure_cookie=True, now=NOW)
TOMORROW = Paper(number="13/2026", date=date(2026, 11, 27))


def papers(**changed):
    return {"papers": PAPERS.model_copy(update=changed)}


def rota(members=("rina", "sari"), shifts=(LATER,)):
    return {"rota": Rota(members=members, shifts=shifts)}


def test_with_everything_there_nothing_is_missing():
    assert [one.point for one in check(ALL)] == list(Point)
    assert unmet(check(ALL)) == []


@pytest.mark.parametrize(
    ("changed", "point", "missing"),
    [
        (papers(impact_assessment=None), Point.IMPACT_ASSESSMENT, ["not_entered"]),
        (papers(impact_assessment=TOMORROW), Point.IMPACT_ASSESSMENT, ["not_in_force"]),
        (papers(team_decree=None), Point.TEAM_DECREE, ["not_entered"]),
        (papers(retention_decree=None), Point.RETENTION_DECREE, ["not_entered"]),
        (papers(agreements={}), Point.AGREEMENTS, ["polres", "dinsos"]),
        (papers(agreements={"polres": PAPER, "dinsos": TOMORROW}), Point.AGREEMENTS, ["dinsos"]),
        (papers(data_protection_officer=None), Point.DATA_PROTECTION_OFFICER, ["not_entered"]),
        (papers(data_protection_officer="rina"), Point.DATA_PROTECTION_OFFICER, ["no_such_account"]),
        (papers(data_protection_officer="nobody"), Point.DATA_PROTECTION_OFFICER, ["no_such_account"]),
        ({"rota": None}, Point.PROTECTION_ROTA, ["not_entered"]),
        (rota(members=["rina"]), Point.PROTECTION_ROTA, ["two_members"]),
        (rota(members=["rina", "budi"]), Point.PROTECTION_ROTA, ["member_without_account"]),
        (rota(shifts=[]), Point.PROTECTION_ROTA, ["no_shift_to_come"]),
        (rota(shifts=[{"ends": NOW}]), Point.PROTECTION_ROTA, ["no_shift_to_come"]),
        (
            {"accounts": {**ACCOUNTS, "admin": (Role.ADMINISTRATOR, "Administrator (Contoh)")}},
            Point.NO_SAMPLE_ACCOUNTS,
            ["admin"],
        ),
        ({"secure_cookie": False}, Point.SECURE_COOKIE, ["not_set"]),
    ],
)
def test_what_is_missing_is_named_and_nothing_else(changed, point, missing):
    [found] = unmet(check(replace(ALL, **changed)))
    assert (found.point, list(found.missing)) == (point, missing)


def test_a_paper_of_today_is_in_force_by_the_clock_of_the_office():
    late = replace(ALL, now=datetime(2026, 11, 26, 17, tzinfo=UTC), **papers(team_decree=TOMORROW))
    assert unmet(check(late)) == []
    [found] = unmet(check(replace(late, now=datetime(2026, 11, 26, 16, tzinfo=UTC))))
    assert found.point is Point.TEAM_DECREE


def test_the_file_is_read_and_its_rota_lies_beside_it(tmp_path):
    path = tmp_path / "live.yaml"
    assert read_papers(None) == read_papers(path) == Papers()
    path.write_text(yaml.safe_dump({**PAPERS.model_dump(mode="json"), "protection_rota": "rota.json"}))
    found = read_papers(path)
    assert found == PAPERS.model_copy(update={"protection_rota": Path("rota.json")})
    assert read_rota(path, found) is None
    (tmp_path / "rota.json").write_text(ROTA.model_dump_json())
    assert read_rota(path, found) == ROTA


@pytest.mark.parametrize("text", ["team_decree: 12", "teams_decree: {}", "[", "team_decree: {number: '', date: x}"])
def test_a_faulty_file_is_an_error_not_a_missing_paper(tmp_path, text):
    (tmp_path / "live.yaml").write_text(text)
    with pytest.raises(FaultyFile, match=r"live\.yaml"):
        read_papers(tmp_path / "live.yaml")


def test_the_example_is_a_valid_file():
    assert read_papers(Path(__file__).parents[3] / "deploy" / "live" / "live.example.yaml") == Papers()
