"""Names as forms that can be compared: any script in Latin letters, words without what is no name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii
from pydantic import BaseModel, ConfigDict

from chassis.yaml_text import read_yaml

__all__ = ["NameForm", "Word", "forms"]

REMEMBERED = 200_000
MOST_ALIASES = 3
# A machine readable zone holds 39, 31 or 30 characters of a name; a last filler may be lost.
CUT_LENGTHS = frozenset({29, 30, 31, 38, 39})
PATRONYMIC = re.compile(r"\b([ads])\s*[/.]\s*([lpo])\b\.?", re.IGNORECASE)
ALIAS = re.compile(r"@|\balias\b|\ba\.?k\.?a\.?\b", re.IGNORECASE)
ARTICLE = re.compile(r"\b([ae]l)[-'’]", re.IGNORECASE)
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]+")
SERVANT = re.compile(r"abd[aeou](?:l|r(?=r)|s(?=s)|d(?=d)|n(?=n)|z(?=z))?([a-z]{4,})")
LETTERS = re.compile(r"[a-z]+")
APOSTROPHES = re.compile(r"['`’]")
# Scripts that leave most vowels unwritten, and the article that Arabic writes in one with the word.
UNVOWELLED = re.compile(r"[\u0590-\u06ff\u0750-\u077f]")
JOINED_ARTICLE = re.compile(r"^al(?=[b-df-hj-np-tv-z][a-z]{4})")
ARABIC_ARTICLE = re.compile(r"^\u0627\u0644(?=\w{3})")


@dataclass(frozen=True)
class Word:
    """A word of a name.

    `sound`: its consonants, which remain in any script. `spelling`: the word without mere habits of writing.
    `vowelled`: whether the script it was written in has vowels.
    """

    text: str
    sound: str
    spelling: str
    vowelled: bool

    @property
    def key(self) -> str:
        """The sound, or the word itself where that is too short to tell names apart."""
        return self.sound if len(self.sound) > 2 else self.spelling


@dataclass(frozen=True)
class NameForm:
    """One way in which a person is named. `cut`: long enough that a machine readable zone may have cut it off."""

    words: tuple[Word, ...]
    cut: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        """By this two forms are put in one order, so that a comparison has no sides."""
        return tuple(word.text for word in self.words)


class _Spellings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str
    signed_off_by: str | None
    spellings: tuple[tuple[str, ...], ...]
    unwritten: dict[str, tuple[str, ...]]
    left_out: frozenset[str]
    no_names: tuple[str, ...]

    def of_each(self) -> Mapping[str, str]:
        found = {spelling: group[0] for group in self.spellings for spelling in group}
        return found | {bare: name for name, bares in self.unwritten.items() for bare in bares}


@cache
def _spellings() -> tuple[Mapping[str, str], frozenset[str], frozenset[frozenset[str]]]:
    text = files("registry.matching").joinpath("spellings.yaml").read_text(encoding="utf-8")
    table = _Spellings.model_validate(read_yaml(text))
    return table.of_each(), table.left_out, frozenset(frozenset(name.split()) for name in table.no_names)


@lru_cache(REMEMBERED)
def forms(surname: str | None, given: str | None, full: str | None) -> tuple[NameForm, ...]:
    """The ways in which a name is written: one, or one for each alias; none where there is no name."""
    whole = full or " ".join(filter(None, (given, surname)))
    length = len(surname or "") + (2 + len(given) if given else 0)
    parts = [part for part in ALIAS.split(whole)][:MOST_ALIASES]
    found = (NameForm(_words(part), length in CUT_LENGTHS) for part in parts)
    return tuple(dict.fromkeys(form for form in found if form.words))


def _words(text: str) -> tuple[Word, ...]:
    spaced = IDEOGRAPHS.sub(_surname_apart, ARTICLE.sub("", PATRONYMIC.sub(" ", text)))
    found = [piece for part in spaced.split() for piece in _pieces(part)]
    _, left_out, no_names = _spellings()
    if frozenset(word.text for word in found) in no_names:
        return ()
    spelled = [word for word in found if word.text not in left_out] or found
    return tuple(each for one in spelled for each in _spelled(one))


def _pieces(part: str) -> Iterator[Word]:
    vowelled = UNVOWELLED.search(part) is None
    latin = anyascii(ARABIC_ARTICLE.sub("", part)).lower()
    return (word(piece, vowelled) for piece in LETTERS.findall(APOSTROPHES.sub("", latin)))


def _surname_apart(found: re.Match[str]) -> str:
    # A Chinese or Korean name is written in one: surname first, nearly always of one sign.
    signs = found.group()
    return f" {signs[0]} {signs[1:]} " if 2 <= len(signs) <= 3 else f" {signs} "


def _spelled(one: Word) -> Iterator[Word]:
    """The word in the spelling of the table; a name like Abdurrahman as the two it is made of."""
    table = _spellings()[0]
    servant = SERVANT.fullmatch(one.text) if one.text not in table else None
    parts = ("abdul", servant[1]) if servant else (JOINED_ARTICLE.sub("", one.text),)
    return (word(table.get(part, part), one.vowelled or part in table) for part in parts)


@lru_cache(REMEMBERED)
def word(text: str, vowelled: bool) -> Word:
    """One word, already in Latin letters."""
    return Word(text, sound(text), spelling(text), vowelled)


STEPS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"ph", "f"),
        (r"tj|dj|zh|ch", "j"),
        (r"s[hjy](?=.)|sz", "s"),
        (r"c(?=[aoulrkt]|$)|kh|gh|q|g", "k"),
        (r"c", "j"),
        (r"th|dh|d", "t"),
        (r"[vwf](?=.)(?<!^.)(?=[aeiou])", "f"),
        (r"v|f", "f"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"(?<=.)[aeiouyhw]|^[aeiouyh]", ""),
        (r"(.)\1+", r"\1"),
    )
)


HABITS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"(?<=[aeiou])ye", "e"),
        (r"oe(?!v)|oo|ou", "u"),
        (r"ee|ie|ij|y", "i"),
        (r"ph|v", "f"),
        (r"tj|ch", "c"),
        (r"dj|zh", "j"),
        (r"s[hyji](?=[aeiou])|sz", "s"),
        (r"ck|kh|q|c(?=[aoulrkt])", "k"),
        (r"z", "s"),
        (r"th", "t"),
        (r"(?<=[a-z])h", ""),
        (r"(.)\1+", r"\1"),
    )
)


def spelling(text: str) -> str:
    """The word without what is a mere habit of writing: double letters, silent h, old and new spellings."""
    for pattern, instead in HABITS:
        text = pattern.sub(instead, text)
    return text


def sound(text: str) -> str:
    """The consonants of a word in classes of like sound: all that is left of it in every spelling and script."""
    for pattern, instead in STEPS:
        text = pattern.sub(instead, text)
    return text or "a"
