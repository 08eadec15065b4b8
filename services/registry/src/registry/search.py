"""Search, the pure part: what is known of a person, the tokens by which it is found, and a query. Equality only."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from registry.matching import Profile, normal_number
from registry.matching.names import NameForm, forms

__all__ = ["Card", "Query", "card", "entries", "parse", "stages", "variants"]

PAIRED_WORDS = 4
DATE = re.compile(r"\b(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))\b")
PLACE = re.compile(r"\b\d{2}\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?(?!\.?\d)")
NUMBER = re.compile(r"\b(?=[A-Za-z/-]*\d)[A-Za-z0-9][A-Za-z0-9/-]{3,}\b")
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
# What stands in the name of nearly every establishment tells none from the other.
LEGAL_FORMS = frozenset(
    ["hotel", "losmen", "penginapan", "homestay", "wisma", "pt", "cv", "ud", "tbk", "sdn", "bhd", "ltd", "co"]
)
CONSONANTS = "bfjklmnprstw"
Party = tuple[str | None, str | None]


@dataclass(frozen=True)
class Card:
    """What a person is found and ranked by. `parties` are (number, name) of establishments, guarantors, employers."""

    names: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()

    def to_bytes(self) -> bytes:
        """Compact and canonical, as every row of the index carries it."""
        said = [self.names, self.births, self.numbers, self.places, self.parties]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Card":
        """The inverse of to_bytes."""
        *plain, parties = json.loads(stored)
        names, births, numbers, places = (tuple(part) for part in plain)
        return cls(names, births, numbers, places, tuple((number, name) for number, name in parties))


def card(profiles: Iterable[Profile], places: Iterable[str] = (), parties: Iterable[Party] = ()) -> Card:
    """What all claims about a person say, whatever their order; of names that differ in writing only, one."""
    claims = list(profiles)
    shown: dict[tuple[NameForm, ...], str] = {}
    for name in sorted({claim.whole_name for claim in claims if claim.whole_name}, reverse=True):
        shown[forms(None, None, name)] = name
    return Card(
        names=tuple(sorted(shown.values())),
        births=tuple(sorted({claim.birth_date for claim in claims if claim.birth_date})),
        numbers=tuple(sorted({number for claim in claims for _, _, number in claim.documents})),
        places=tuple(sorted(set(places))),
        parties=tuple(sorted(set(parties), key=lambda party: (party[0] or "", party[1] or ""))),
    )


def entries(known: Card) -> frozenset[str]:
    """The tokens under which a person is found."""
    names = (form for name in known.names for form in forms(None, None, name))
    return frozenset(
        token
        for tokens in (
            *map(_of_name, names),
            (_of_day(birth) for birth in known.births if len(birth) == len("YYYY-MM-DD")),
            (f"i:{number}" for number in known.numbers),
            (f"v:{part}" for place in known.places for part in _places(place)),
            (token for party in known.parties for token in _of_party(party)),
        )
        for token in tokens
    )


def _of_name(form: NameForm) -> Iterator[str]:
    keys = sorted({word.key for word in form.words}, key=lambda key: (-len(key), key))
    yield from (f"w:{key}" for key in keys)
    yield from _pairs(keys)


def _pairs(keys: Sequence[str]) -> Iterator[str]:
    """Pairs of the longest words, the two longest first."""
    for pair in combinations(keys[:PAIRED_WORDS], 2):
        yield f"x:{' '.join(sorted(pair))}"


def _of_day(birth: str) -> str:
    year, month, day = birth.split("-")
    return f"d:{year}-{'-'.join(sorted((month, day)))}"


def _places(code: str) -> tuple[str, ...]:
    """A village and its district."""
    return tuple({code, code[: len("61.06.14")]})


def _of_party(party: Party) -> Iterator[str]:
    number, name = party
    if number:
        yield f"e:{normal_number(number)}"
    if name and (key := _party_name(name)):
        yield f"e:{key}"


def _party_name(name: str) -> str:
    words = (word for form in forms(None, None, name) for word in form.words)
    return " ".join(sorted({word.key for word in words if word.text not in LEGAL_FORMS}))


@dataclass(frozen=True)
class Query:
    """What somebody looks for. Everything may be absent."""

    name: NameForm | None = None
    birth: str | None = None
    year: str | None = None
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    party: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The sounds of the words, the longest first."""
        keys = {word.key for word in self.name.words} if self.name else set()
        return tuple(sorted(keys, key=lambda key: (-len(key), key)))


def parse(text: str) -> Query:
    """Read a line as people type it: words in any order and script, a date, a number, a village or district code."""
    rest, places = _taken(PLACE, text)
    rest, births = _taken(DATE, rest)
    rest, years = _taken(YEAR, rest)
    rest, numbers = _taken(NUMBER, rest)
    named = forms(None, None, rest)
    return Query(
        name=named[0] if named else None,
        birth=next(filter(None, map(_day, births)), None),
        year=years[0] if years else None,
        numbers=tuple(map(normal_number, numbers)),
        places=tuple(places),
        party=_party_name(rest) or None,
    )


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    return pattern.sub(" ", text), [found.group() for found in pattern.finditer(text)]


def _day(text: str) -> str | None:
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()[:3] if found[1] else found.groups()[:2:-1]
    return f"{year}-{int(month):02d}-{int(day):02d}"


def stages(query: Query) -> Iterator[tuple[str, ...]]:
    """The tokens to look under, the most specific first. Who searches stops where somebody fits all that was asked.

    Whoever has two words is found under every pair of them, so one pair that fits has found all of that name.
    """
    party = (f"e:{query.party}",) if query.party else ()
    if query.numbers:
        yield tuple(f"{kind}:{number}" for number in query.numbers for kind in ("i", "e"))
    if query.birth:
        yield (_of_day(query.birth),)
    singles = [f"w:{key}" for key in query.keys]
    for number, token in enumerate([*_pairs(query.keys), *singles] if len(singles) > 1 else singles):
        yield (token, *party) if number == 0 else (token,)
    if query.places and not query.keys:
        yield tuple(f"v:{place}" for place in query.places)


def variants(query: Query) -> Iterator[str]:
    """Tokens for one wrong consonant in one word: what a slip of the finger leaves when all else found nothing."""
    keys = query.keys[:2]
    for key in keys:
        others = [other for other in keys if other != key]
        for wrong in dict.fromkeys(_one_slip(key)):
            yield from (f"x:{' '.join(sorted((wrong, other)))}" for other in others)
            if not others:
                yield f"w:{wrong}"


def _one_slip(key: str) -> Iterator[str]:
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + letter + tail[1:] for head, tail in cuts if tail for letter in CONSONANTS if letter != tail[0])
    yield from (head + letter + tail for head, tail in cuts for letter in CONSONANTS)


def changes(
    before: Card | None, after: Card | None, *, again: bool = False
) -> tuple[Mapping[str, bytes], frozenset[str]]:
    """Which tokens to write, each with what it carries, and which to remove. `again`: also what has not changed."""
    old = entries(before) if before else frozenset()
    new = entries(after) if after else frozenset()
    if (before == after and not again) or after is None:
        return {}, old - new
    carried = after.to_bytes()
    return dict.fromkeys(sorted(new), carried), old - new
