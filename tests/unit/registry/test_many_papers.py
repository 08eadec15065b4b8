"""One name and one birthday under many passports: one person, and what one more costs does not grow with the square."""

from memory import Memory
from synthetic import entry, passport

from registry.matcher import Matcher

MANY = 60


def seen(number):
    who = {**passport(f"X{number * 7919:07d}"), "name": {"full": "Kamprat Suryadijaya"}, "birth_date": "1980-05-05"}
    return entry(who, number % 28, 60)


def test_one_more_is_compared_with_each_of_the_others_a_few_times(monkeypatch):
    memory, compared = Memory(), []
    edge = Matcher.edge
    monkeypatch.setattr(Matcher, "edge", lambda *pair: compared.append(pair) or edge(*pair))
    for number in range(MANY):
        compared.clear()
        memory.receive(seen(number))
    [one] = memory.living()
    assert len(one.nodes) == MANY
    assert 0 < len(compared) <= 6 * MANY
