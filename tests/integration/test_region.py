"""The labelled region in small: some weeks of it, so that the bench cannot rot."""

import pytest
from region.clock import RARELY
from region.play import play
from region.reports import Noise
from region.score import found, scored
from region.truth import JUDGED, expected
from region.year import played

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
DAYS, SEED = 40, 7


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_what_should_come_up_comes_up_and_nothing_else(tmp_path, amqp_admin_url, management_url, mongo_admin_url):
    year = played(SEED, DAYS, 0.002, Noise(), RARELY)
    addresses = {"amqp": amqp_admin_url, "management": management_url, "mongo": mongo_admin_url}
    done = await play(year, tmp_path, addresses, tell=lambda _: None)
    assert not done.heard.refused
    due = expected(year.lives, year.arriving, year.clock)
    scores = scored(due, due, [spell for spell in found(done) if spell.rule in JUDGED])
    assert {rule: (score.missed, score.false) for rule, score in scores.items() if score.missed or score.false} == {}
    assert sum(score.found for score in scores.values()) > 10
