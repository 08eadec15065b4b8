"""A whole year: the lives, what was said of them, and what of that arrived."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from region import care, crossings, encounters, houses, residents, visits
from region.clock import FOUR_A_DAY, Clock, Pace
from region.people import Human, aged, crowd
from region.places import day as date_of
from region.reports import YEARLY, Calendar, Noise, delivered, silences
from region.telling import Life, Said

__all__ = ["Year", "played"]

Story = Callable[[Life, int], None]
CITIZENS = 75_000
# Stories, the paper that is carried, and the days that a story needs to come out.
ALONE = (
    (visits.VISITS, "passport", 0),
    (crossings.CROSSINGS, "plb", 0),
    (residents.RESIDENTS, "passport", 150),
    (encounters.ENCOUNTERS, "passport", 60),
    (houses.HOUSES, "passport", 5),
    (care.CARE, "passport", 20),
)
TOGETHER = {**care.PATROLS, **houses.MANY}


@dataclass(frozen=True)
class Year:
    """What happened in it. `told` is in order of arrival, with what was lost."""

    lives: Mapping[str, Life]
    told: list[Said]
    calendar: Calendar
    days: int
    clock: Clock

    @property
    def arriving(self) -> list[Said]:
        """What arrives before the end, a week after the cut-off."""
        return [said for said in self.told if said.arrived is not None]


def played(seed: int, days: int = 365, scale: float = 1.0, noise: Noise = YEARLY, pace: Pace = FOUR_A_DAY) -> Year:
    """The year of this seed, up to a day of cut-off, with so many times the people of Kapuas Hulu."""
    random = Random(seed)
    lives = list(_lives(random, days, scale))
    told = [said for life in lives for said in life.said]
    if citizens := round(CITIZENS * scale * days / 365):
        counted = Life("citizens", "citizens", lives[0].human, Random(random.random()))
        crossings.citizen_days(counted, range(days), citizens)
        told += counted.said
    calendar = silences(random, noise, days)
    happened = [said for said in told if said.at.date() < date_of(days)]
    clock = Clock(days + 7, pace)
    sent = delivered(random, happened, noise, calendar, clock)
    return Year({life.key: life for life in lives}, sent, calendar, days, clock)


def _lives(random: Random, days: int, scale: float) -> Iterator[Life]:
    people = _strangers(random)
    for stories, paper, reach in ALONE:
        for story, count in stories.items():
            for _ in range(max(1, round(count * scale))):
                life = next(people)(story.__name__, paper)
                first = random.randrange(max(1, days - 2 - reach))
                if story in crossings.MINORS:
                    life.human = _young(random, life.human, first)
                story(life, first)
                yield life
    for together, (count, people_in) in TOGETHER.items():
        for _ in range(max(1, round(count * scale))):
            lives = [next(people)(together.__name__, "passport") for _ in range(people_in)]
            together(lives, random.randrange(max(1, days - 2)))
            yield from lives


def _strangers(random: Random) -> Iterator[Callable[[str, str], Life]]:
    """Lives that nothing is known of yet."""
    for number, human in enumerate(crowd(random), 1):
        yield lambda kind, paper, n=number, who=human: Life(kind, f"L{n}", who, Random(random.random()), paper=paper)


def _young(random: Random, human: Human, first: int) -> Human:
    return aged(random, human, random.randint(6, 15), date_of(first))
