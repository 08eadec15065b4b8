"""Q2: a source that falls silent is asked about, once for each silence."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from alerts.alert import Alert, Decision
from alerts.anchors import Alias
from alerts.decide import FIRST, Known, Outcome
from alerts.facts import WIB
from alerts.world import World
from contracts.messages import SourceChanged

HEARD = datetime(2026, 3, 1, 8, tzinfo=WIB)


def source(hours: float = 0, **fields: object) -> SourceChanged:
    given = {"agency": "imigrasi", "source": "pos", "version": 1, "rhythm_hours": 24, "last_heard_at": later(hours)}
    return SourceChanged.model_validate(given | fields)


def later(hours: float) -> datetime:
    return HEARD + timedelta(hours=hours)


Look = Callable[..., Outcome]


@pytest.fixture
def look(world: Callable[..., World], judge: Callable[..., Outcome]) -> Look:
    """What follows for the source, given the alert there is and which episode of silence that is."""
    here = world()

    def found(told: SourceChanged, now: datetime, alert: Alert | None = None, episode: int = 1) -> Outcome:
        alerts = {alert.id: alert} if alert else {}
        key = "source:imigrasi/pos"
        aliases = {key: Alias("imigrasi/pos", key)} if alert else {}
        episodes = {"source-silent imigrasi/pos": episode} if episode > FIRST else {}
        known = Known(key, alerts, aliases, [*alerts], episodes=episodes)
        return judge(told, known, here, now)

    return found


@pytest.fixture
def silent(look: Look) -> Alert:
    return look(source(), later(24)).alerts[0]


def test_it_is_due_a_rhythm_after_it_was_heard(look: Look) -> None:
    outcome = look(source(), later(1))
    assert (outcome.alerts, outcome.due) == ((), later(24))


def test_closing_makes_it_wait(look: Look) -> None:
    outcome = look(source(closed_until=later(50)), later(30))
    assert (outcome.alerts, outcome.due) == ((), later(50))


def test_it_is_about_the_source_and_tells_its_receivers(silent: Alert) -> None:
    assert (silent.subject.kind, silent.subject.id, silent.agencies) == ("source", "imigrasi/pos", ("imigrasi",))


def test_it_withdraws_when_the_source_is_heard_and_comes_anew(look: Look, silent: Alert) -> None:
    outcome = look(source(25), later(25), silent)
    (heard,) = outcome.alerts
    assert (heard.stage, outcome.episodes, outcome.due) == ("withdrawn", {}, later(49))
    outcome = look(source(25), later(49), heard)
    (again,) = outcome.alerts
    assert (again.stage, [*outcome.episodes.values()], again.id == silent.id, again.revision) == ("open", [2], False, 1)
    assert outcome.kept == (again.id,)


def test_after_a_decision_the_next_silence_is_a_new_alert(look: Look, silent: Alert) -> None:
    alert = silent.commanded("review", "ani", later(25)).decided(Decision("confirmed", "line cut", "ani", later(26)))
    assert look(source(), later(27), alert).alerts == ()
    (heard,) = look(source(28), later(28), alert).alerts
    assert heard.stage == "confirmed"
    outcome = look(source(28), later(60), heard)
    assert (outcome.alerts[0].stage, [*outcome.episodes.values()]) == ("open", [2])


EXPIRED = 20_000
"""Hours: by then the rule has expired."""


def test_an_expired_rule_asks_about_no_new_silence(look: Look, silent: Alert) -> None:
    (heard,) = look(source(25), later(25), silent).alerts
    assert look(source(25), later(EXPIRED), heard).alerts == ()
    decided = silent.commanded("review", "ani", later(25)).decided(Decision("confirmed", "cut", "ani", later(26)))
    (noted,) = look(source(28), later(28), decided).alerts
    assert [alert.id for alert in look(source(28), later(EXPIRED), noted).alerts] in ([], [noted.id])
    # What it raised and still stands goes on as it was.
    assert look(source(), later(EXPIRED), silent).alerts == ()
