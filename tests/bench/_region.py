"""A synthetic border region: people, and what six kinds of sources write down about them. Imports no service code.

Everything follows from the seed. A claim is a plain dict: name parts, birth date, citizenship, sex, documents,
guarantor, phone, and `who`, the truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from _region_names import MAKERS, Named, other_spellings, twin_of

__all__ = ["Human", "claims", "people"]

OTHERS = other_spellings()
TWINS, SIBLINGS, SECOND_PASSPORT = 0.02, 0.08, 0.12
ZONE = 39
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Human:
    """The truth about one person."""

    who: int
    named: Named
    sex: str
    born: date
    citizenship: str
    passports: tuple[tuple[str, str], ...]
    guarantor: str
    phone: str


def people(random: Random, count: int) -> list[Human]:
    """So many people, among them twins and other siblings."""
    found: list[Human] = []
    while len(found) < count:
        one = _human(random, len(found))
        found.append(one)
        chance = random.random()
        if chance < TWINS + SIBLINGS and len(found) < count:
            found.append(_sibling(random, one, len(found), same_day=chance < TWINS))
    return found


def _human(random: Random, who: int) -> Human:
    sex = random.choice("MF")
    maker, _, citizenship = random.choices(MAKERS, [share for _, share, _ in MAKERS])[0]
    born = date(1950, 1, 1) + timedelta(days=random.randrange(365 * 58))
    passports = tuple((citizenship, _number(random)) for _ in range(2 if random.random() < SECOND_PASSPORT else 1))
    # A company answers for many, a family for few.
    guarantor = f"company-{random.randrange(60)}" if random.random() < 0.5 else f"family-{who}"
    return Human(
        who, maker(random, sex), sex, born, citizenship, passports, guarantor, f"60{random.randrange(10**9):09d}"
    )


def _sibling(random: Random, one: Human, who: int, *, same_day: bool) -> Human:
    sex = random.choice("MF") if not same_day or random.random() < 0.3 else one.sex
    born = one.born if same_day else one.born + timedelta(days=random.randrange(300, 4000))
    # Families fetch their passports together: the numbers follow each other.
    number = one.passports[0][1]
    following = number[0] + f"{(int(number[1:]) + 1) % 10**8:08d}"
    named = twin_of(random, one.named, sex)
    return replace(one, who=who, named=named, sex=sex, born=born, passports=((one.citizenship, following),))


def _number(random: Random) -> str:
    return random.choice("AEGHK") + f"{random.randrange(10**8):08d}"


def claims(random: Random, humans: list[Human]) -> Iterator[dict[str, Any]]:
    """What the sources say, two to four claims about each."""
    for human in humans:
        for source in random.sample(SOURCES, random.randint(2, 4)):
            yield source(random, human)


def border(random: Random, human: Human) -> dict[str, Any]:
    """The machine readable zone: everything is there, the name cut at 39 characters."""
    surname, given = _in_zone(human.named)
    return _claim(human, human.passports[-1], surname=surname, given=given, birth_date=human.born.isoformat())


def permit(random: Random, human: Human) -> dict[str, Any]:
    """Immigration's own system: typed from the first passport, guarantor and phone."""
    name = _spoken(random, human.named, respelt=0.05)
    more = {"guarantor": human.guarantor, "phone": human.phone if random.random() < 0.8 else None}
    return _claim(human, human.passports[0], full=name, birth_date=_date(random, human, 0.01), **more)


def hotel(random: Random, human: Human) -> dict[str, Any]:
    """Typed by a clerk, often without the number."""
    name = _typed(random, _spoken(random, human.named, respelt=0.15), 0.06)
    paper = random.choice(human.passports) if random.random() < 0.55 else None
    found = _claim(human, paper, full=name, birth_date=_date(random, human, 0.03))
    return _forgetful(random, found, 0.25)


def village(random: Random, human: Human) -> dict[str, Any]:
    """By ear: no number, spelt as it sounds, the date as far as it is known."""
    name = _typed(random, _spoken(random, human.named, respelt=0.35, short=0.15), 0.08)
    found = _claim(human, None, full=name, birth_date=_date(random, human, 0.04, unknown=0.25))
    phone = human.phone if random.random() < 0.3 else None
    return _forgetful(random, {**found, "phone": phone}, 0.2)


def police(random: Random, human: Human) -> dict[str, Any]:
    """A check: the document was seen by two in five; sometimes written in the script of its bearer."""
    named = human.named
    own = named.script and random.random() < 0.3
    name = named.script if own else _typed(random, _spoken(random, named, respelt=0.1), 0.05)
    paper = human.passports[-1] if random.random() < 0.4 else None
    return _claim(human, paper, full=name, birth_date=_date(random, human, 0.03, unknown=0.08))


def employer(random: Random, human: Human) -> dict[str, Any]:
    """A list of workers: names in order of the register, guarantor, few numbers."""
    given_first = replace(human.named, given_first=not human.named.given_first, tie="")
    name = _typed(random, _spoken(random, given_first, respelt=0.1, short=0.05), 0.04).upper()
    paper = human.passports[0] if random.random() < 0.3 else None
    found = _claim(human, paper, full=name, birth_date=_date(random, human, 0.02, unknown=0.05))
    return {**found, "guarantor": human.guarantor}


SOURCES = [border, permit, hotel, village, police, employer]


def _claim(human: Human, paper: tuple[str, str] | None, **said: Any) -> dict[str, Any]:
    documents = [("passport", *paper)] if paper else []
    return {"who": human.who, "documents": documents, "citizenship": human.citizenship, "sex": human.sex, **said}


def _forgetful(random: Random, claim: dict[str, Any], share: float) -> dict[str, Any]:
    return {
        name: None if name in ("citizenship", "sex", "birth_date") and random.random() < share / 3 else value
        for name, value in claim.items()
    }


def _in_zone(named: Named) -> tuple[str | None, str | None]:
    surname = " ".join(_plain(word) for word in named.surname)
    # Malay, Iban and Indian passports hold one name field, the father's name with its particle in it.
    given = " ".join(_plain(word) for word in named.given)
    if named.tie:
        surname, given = f"{given} {named.tie.replace('/', '')} {surname}".upper(), ""
    elif not surname:
        surname, given = given, ""
    room = ZONE - len(surname) - 2
    return surname.upper()[:ZONE].strip(), given.upper()[: max(room, 0)].strip() or None


def _plain(word: str) -> str:
    return word.replace("-", " ")


def _spoken(random: Random, named: Named, respelt: float, short: float = 0.0) -> str:
    given, surname = ([_respelt(random, word, respelt) for word in part] for part in (named.given, named.surname))
    if random.random() < short and len(given) + len(surname) > 2:
        (given if len(given) > 1 else surname).pop(0)
    if named.kind == "chinese" and random.random() < respelt:
        given = [_apart(given[0])]
    tie = [named.tie] if named.tie and random.random() > short else []
    parts = [*given, *tie, *surname] if named.given_first or named.tie else [*surname, *given]
    return " ".join(parts)


def _apart(joined: str) -> str:
    """Xiaoming as Xiao Ming."""
    cuts = [at for at in range(2, len(joined) - 1) if joined[at] not in "aeioungr"]
    return f"{joined[: cuts[-1]]} {joined[cuts[-1] :].capitalize()}" if cuts else joined


def _respelt(random: Random, word: str, chance: float) -> str:
    return random.choice(OTHERS[word]) if word in OTHERS and random.random() < chance else word


def _typed(random: Random, text: str, chance: float) -> str:
    """One slip of the fingers: a letter wrong, lost, doubled or exchanged with its neighbour."""
    if random.random() >= chance or len(text) < 4:
        return text
    at = random.randrange(1, len(text) - 1)
    slips = (
        text[:at] + random.choice(LETTERS) + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return random.choice(slips)


def _date(random: Random, human: Human, wrong: float, unknown: float = 0.0) -> str | None:
    born = human.born
    chance = random.random()
    if chance < wrong / 2 and born.day <= 12:
        return f"{born.year}-{born.day:02d}-{born.month:02d}"
    if chance < wrong:
        return (born + timedelta(days=random.choice((-10, -1, 1, 10, 365, -365)))).isoformat()
    if chance < wrong + unknown:
        return random.choice((None, str(born.year), f"{born.year}-{born.month:02d}", f"{born.year}-01-01"))
    return born.isoformat()
