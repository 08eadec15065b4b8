"""The console's words: all in two languages, none missing, none that judges."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import gateway
from chassis.settings import read_models
from contracts.agencies import Agency
from gateway.policy import Action
from gateway.texts import FILES, Texts, read_catalogue
from gateway.viewers import Role

CATALOGUE = read_catalogue()
TEMPLATES = Path(gateway.__file__).parent / "templates"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def used():
    for path in TEMPLATES.glob("*.html"):
        yield from re.findall(r"\bt\('([a-z_.0-9]+)'\)", path.read_text())


def test_every_text_that_a_page_uses_is_there():
    assert set(used()) - set(CATALOGUE) == set()


def test_every_role_has_a_name():
    assert [role for role in Role if f"role.{role}" not in CATALOGUE] == []


def test_every_recorded_read_has_a_name():
    recorded = [
        action
        for action in Action
        if action.startswith(
            (
                *("persons.", "parties.", "matters.", "reviews.", "asks.", "cases.", "subscriptions.change"),
                *("emergencies.", "reveals.", "exports.", "everything.", "legal_holds.", "erasures.", "corrections."),
            )
        )
        and action not in (Action.LIST_REVIEWS, Action.READ_EMERGENCIES)
    ]
    assert [action for action in recorded if f"action.{action}" not in CATALOGUE] == []


def test_what_a_source_clears_has_a_name():
    team = read_models(Path(__file__).parents[3] / "deploy" / "agencies", Agency)
    cleared = {what for agency in team for source in agency.sources for what in source.clears}
    assert [what for what in cleared if f"clears.{what}" not in CATALOGUE] == []


def test_how_far_a_field_agrees_is_said_in_words():
    assert Texts(CATALOGUE, "id").level("2 same, 1 left out") == "2 sama, 1 kata tidak ditulis"
    assert Texts(CATALOGUE, "en").level("digit") == "one digit differs"


def test_no_text_judges():
    texts = " ".join(text.lower() for pair in CATALOGUE.values() for text in pair)
    assert re.findall(r"overstay|illegal|ilegal|pelanggar|gelap", texts) == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-24T11:59:40+00:00", "baru saja"),
        ("2026-11-24T18:50:00+07:00", "10 menit lalu"),
        ("2026-11-23T12:00:00Z", "24 jam lalu"),
        ("2026-11-20T12:00:00Z", "4 hari lalu"),
        (None, ""),
    ],
)
def test_how_long_ago_is_said_roughly(at, said):
    assert Texts(CATALOGUE, "id").ago(at, NOW) == said


def test_moments_are_written_in_western_indonesian_time():
    assert Texts(CATALOGUE, "id").moment("2026-07-31T20:15:00Z") == "1 Agu 2026 03.15"
    assert Texts(CATALOGUE, "en").day("2026-08-01") == "1 Aug 2026"


def test_a_new_code_is_shown_as_it_stands():
    assert Texts(CATALOGUE, "en").word("state.frozen") == "frozen"


def test_no_text_is_given_twice():
    keys = [
        line.split(":")[0]
        for name in FILES
        for line in (Path(gateway.__file__).parent / name).read_text().splitlines()
        if re.match(r"[a-z_0-9.]+:", line)
    ]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []
