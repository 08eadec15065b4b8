"""The console's texts in two languages, and dates as people here write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files

import yaml

__all__ = ["LANGUAGES", "WIB", "Texts", "read_catalogue"]

LANGUAGES = ("id", "en")
NAMES = ("texts", "words", "sending", "notifying", "cases", "rules", "guards", "privacy", "accounts", "going_live")
FILES = tuple(f"{name}.yaml" for name in NAMES)
WIB = timezone(timedelta(hours=7))
Catalogue = Mapping[str, tuple[str, str]]


def read_catalogue() -> Catalogue:
    """All texts. Raises ValueError where one is not given in both languages."""
    found: dict[str, tuple[str, str]] = {}
    for name in FILES:
        # The loader that reads nothing but text: a bare yes, no, true is a word here.
        for key, pair in yaml.load((files("gateway") / name).read_text(), yaml.CBaseLoader).items():
            match pair:
                case [str(indonesian), str(english)]:
                    found[key] = (indonesian, english)
                case _:
                    raise ValueError(f"{name}: {key} needs a text in both languages")
    return found


@dataclass(frozen=True)
class Texts:
    """The texts in one language."""

    catalogue: Catalogue
    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key. Raises KeyError for an unknown one."""
        return self.catalogue[key][LANGUAGES.index(self.language)].format(**values)

    def word(self, *keys: str) -> str:
        """The text of the first key that there is, else the last key as it stands: new codes come before new words."""
        return next((self(key) for key in keys if key in self.catalogue), keys[-1].rpartition(".")[2])

    def level(self, label: str) -> str:
        """How far a field agrees, in words: `2 same, 1 left_out` and the like."""
        return ", ".join(self._piece(piece) for piece in label.split(", "))

    def _piece(self, piece: str) -> str:
        count, _, level = piece.partition(" ") if piece[:1].isdigit() else ("", "", piece)
        return f"{count} {self.word('level.' + level.replace(' ', '_'))}".strip()

    def pick(self, pair: Mapping[str, str] | None) -> str:
        """This language of a text that came in both."""
        return (pair or {}).get(self.language, "")

    def day(self, value: str | date | None) -> str:
        """A day: 24 Nov 2026."""
        if not value:
            return ""
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return f"{day.day} {self('months').split()[day.month - 1]} {day.year}"

    def moment(self, value: str | None) -> str:
        """A moment in western Indonesian time: 24 Nov 2026 18.42."""
        if not value:
            return ""
        at = datetime.fromisoformat(value).astimezone(WIB)
        return f"{self.day(at.date())} {at:%H.%M}"

    def ago(self, value: str | None, now: datetime) -> str:
        """How long ago, roughly."""
        if not value:
            return ""
        minutes = int((now - datetime.fromisoformat(value)).total_seconds() // 60)
        if minutes < 1:
            return self("ago.now")
        if minutes < 60:
            return self("ago.minutes", n=minutes)
        return self("ago.hours", n=minutes // 60) if minutes < 48 * 60 else self("ago.days", n=minutes // 1440)
