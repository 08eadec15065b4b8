"""Q2: a source that falls silent is asked about, once for each silence."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from alerts.alert import Alert, Decision
from alerts.decide import decide_source
from alerts.facts import WIB
from alerts.judge import World
from contracts.messages import SourceChanged

HEARD = datetime(2026, 3, 1, 8, tzinfo=WIB)


def source(hours: float = 0, **fields: object) -> SourceChanged:
    given = {"agency": "imigrasi", "source": "pos", "version": 1, "rhythm_hours": 24, "last_heard_at": later(hours)}
    return SourceChanged.model_validate(given | fields)


def later(hours: float) -> datetime:
    return HEARD + timedelta(hours=hours)


@pytest.fixture
def silent(world: Callable[..., World]) -> tuple[World, Alert]:
    here = world()
    outcome, _ = decide_source(source(), None, 1, here, later(24))
    return here, outcome.alerts[0]


def test_it_is_due_a_rhythm_after_it_was_heard(world: Callable[..., World]) -> None:
    outcome, _ = decide_source(source(), None, 1, world(), later(1))
    assert (outcome.alerts, outcome.due) == ((), later(24))


def test_closing_makes_it_wait(world: Callable[..., World]) -> None:
    outcome, _ = decide_source(source(closed_until=later(50)), None, 1, world(), later(30))
    assert (outcome.alerts, outcome.due) == ((), later(50))


def test_it_is_about_the_source_and_tells_its_receivers(silent: tuple[World, Alert]) -> None:
    _, alert = silent
    assert (alert.subject.kind, alert.subject.id, alert.agencies) == ("source", "imigrasi/pos", ("imigrasi",))


def test_it_withdraws_when_the_source_is_heard_and_comes_anew(silent: tuple[World, Alert]) -> None:
    world, alert = silent
    outcome, episode = decide_source(source(25), alert, 1, world, later(25))
    (heard,) = outcome.alerts
    assert (heard.stage, episode, outcome.due) == ("withdrawn", 1, later(49))
    outcome, episode = decide_source(source(25), heard, 1, world, later(49))
    (again,) = outcome.alerts
    assert (again.stage, episode, again.id == alert.id, again.revision) == ("open", 2, False, 1)


def test_after_a_decision_the_next_silence_is_a_new_alert(silent: tuple[World, Alert]) -> None:
    world, alert = silent
    alert = alert.commanded("review", "ani", later(25)).decided(Decision("confirmed", "line cut", "ani", later(26)))
    assert decide_source(source(), alert, 1, world, later(27))[0].alerts == ()
    (heard,) = decide_source(source(28), alert, 1, world, later(28))[0].alerts
    assert heard.stage == "confirmed"
    outcome, episode = decide_source(source(28), heard, 1, world, later(60))
    assert (outcome.alerts[0].stage, episode) == ("open", 2)
