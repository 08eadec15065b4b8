"""Lives that need care before anything else: calls for help, claims, screenings, people met off the post; lists."""

from random import Random
from typing import Any

from region.acts import OFFICE, check, checked_in, clock, entered, left, met, pass_entered
from region.places import HOTELS, ZONE, at, written
from region.telling import Life

__all__ = ["CARE", "PATROLS"]


def _sealed(life: Life, when: float, kind: str, *, known: bool = True, **more: Any) -> None:
    data = {"kind": kind, **({"person": life.me(number=True)} if known else {}), **more}
    source = life.random.choice(("ppt/layanan", "polres/spkt"))
    life.say(source, "protection", at(0, 24 * when + life.random.uniform(8, 20)), data)


def calls_for_help(life: Life, first: int) -> None:
    """Overstays, and calls for help a week later: the call comes first from then on."""
    entered(life, first, until=first + 29)
    checked_in(life, first + 33, HOTELS[0], nights=None)
    _sealed(life, first + 40, life.random.choice(("help", "self_report")), danger_now="unknown")


def unknown_caller(life: Life, first: int) -> None:
    _sealed(life, first, "third_party", known=False, note="Sintetis: seseorang minta tolong.")


def claims_asylum(life: Life, first: int) -> None:
    entered(life, first, until=first + 29)
    check(life, clock(life, first + 35), [met(life, staying="family")])
    _sealed(life, first + 36, life.random.choice(("asylum", "unhcr_document", "stateless")))


def screened_strong(life: Life, first: int) -> None:
    """One strong sign."""
    _screened(life, first, ["documents_held"])


def screened_dimension(life: Life, first: int) -> None:
    """Two signs of medium strength and a weak one of one dimension; no strong one."""
    _screened(life, first, ["care_refused", "denounced_if_leaving", "isolated"])


def screened_weak(life: Life, first: int) -> None:
    """Signs that are too few to say anything."""
    _screened(life, first, ["wages_withheld", "isolated"])


def screened_clear(life: Life, first: int) -> None:
    _screened(life, first, [])


def screened_deceived(life: Life, first: int) -> None:
    _screened(life, first, ["deceived_conditions"])


def screened_deposited(life: Life, first: int) -> None:
    """The employer keeps the passport for an extension: a receipt says so."""
    issuer, number = life.human.passports[-1]
    document = {"kind": "passport", "number": number, "issuer": issuer}
    holder = {"kind": "institution", "id": "KANIM-PTS"}
    entered(life, first, until=first + 29)
    data = {"action": "deposited", "document": document, "person": life.me(), "holder": holder, "receipt_no": life.key}
    life.say(OFFICE, "document", at(first + 2, 10), data)
    _screened(life, first + 4, ["documents_held"], entry=False)


def _screened(life: Life, first: int, codes: list[str], *, entry: bool = True) -> None:
    if entry:
        entered(life, first, until=first + 29)
    signs = [{"code": code, "basis": "told_by_person"} for code in codes]
    _sealed(life, first + 2, "screening", indicators=signs, minor="no")


def listed_number(life: Life, first: int) -> None:
    """Somebody with an entry ban comes."""
    _listed(life, max(0, first - 20), "entry_ban", life.me(number=True), until=first + 300)
    entered(life, first, until=first + 29)
    left(life, first + 3)


def listed_name(life: Life, first: int) -> None:
    """Sought by name and birth date; the passport is not known to the list."""
    born = {"name": life.me()["name"], "birth_date": life.human.born.isoformat()}
    _listed(life, max(0, first - 10), "wanted", born, review_by=first + 200)
    entered(life, first, until=first + 29)
    left(life, first + 6)


def listed_namesake(life: Life, first: int) -> None:
    """Somebody else of the same name is listed, born on another day."""
    other = life.human.born.replace(year=life.human.born.year - 7)
    who = {"name": life.me()["name"], "birth_date": other.isoformat()}
    _listed(life, max(0, first - 10), "wanted", who, about=(), review_by=first + 200)
    entered(life, first, until=first + 29)
    left(life, first + 6)


def listed_no_more(life: Life, first: int) -> None:
    """The ban's last day was before the entry."""
    _listed(life, max(0, first - 40), "entry_ban", life.me(number=True), until=max(1, first - 5))
    entered(life, first + 1, until=first + 29)
    left(life, first + 6)


def _listed(life: Life, when: int, which: str, who: dict[str, Any], **more: Any) -> None:
    about = more.pop("about", None)
    dates = {name: written(day) for name, day in more.items()}
    data = {"action": "listed", "list": which, "listing_no": f"D-{life.key}", "person": who}
    data |= {"authority": "IMI", "ground": "UU6/75", "from": written(when), **dates}
    life.say(OFFICE, "watchlist", clock(life, when, 8, 14), data, **({} if about is None else {"about": about}))


CARE = {
    calls_for_help: 10,
    unknown_caller: 8,
    claims_asylum: 8,
    screened_strong: 6,
    screened_dimension: 6,
    screened_weak: 8,
    screened_clear: 15,
    screened_deceived: 6,
    screened_deposited: 5,
    listed_number: 8,
    listed_name: 8,
    listed_namesake: 10,
    listed_no_more: 8,
}


def guided(lives: list[Life], first: int) -> None:
    """Four passengers and their guide, off the post, against payment."""
    roles = ["guide", *["passenger"] * (len(lives) - 1)]
    _patrol(lives, first, roles, guide="yes", payment="yes", hidden="no")


def hidden(lives: list[Life], first: int) -> None:
    """Hidden in a vehicle; nobody says who drove it."""
    _patrol(lives, first, ["passenger"] * len(lives), guide="unknown", payment="no", hidden="yes")


def farmers(lives: list[Life], first: int) -> None:
    """On the way to their fields, by the path of their grandfathers."""
    _patrol(lives, first, ["unknown"] * len(lives), guide="no", payment="no", hidden="no")


def kin(lives: list[Life], first: int) -> None:
    _patrol(lives, first, ["passenger"] * len(lives), guide="unknown", payment="unknown", hidden="no")


def at_the_post(lives: list[Life], first: int) -> None:
    """A tour with its guide, at the post itself."""
    for life in lives:
        pass_entered(life, first)
        left(life, first + 1)
    _patrol(lives, first, ["guide", *["passenger"] * (len(lives) - 1)], off_post="no", guide="yes", payment="yes")


def _patrol(lives: list[Life], first: int, roles: list[str], **group: str) -> None:
    teller, random = lives[0], Random(lives[0].key)
    persons = [
        met(life, staying="unknown", activity="none", role=role) for life, role in zip(lives, roles, strict=True)
    ]
    counted = {"size": len(lives) + 2, "citizens": 2, "minors": 0, "off_post": "yes", "hidden": "no", **group}
    when = at(first, random.uniform(5, 18))
    more = {"kind": "patrol", "group": counted, "village": random.choice(ZONE), "source": "satgas-pamtas/patroli"}
    about = tuple(life.key for life in lives)
    check(teller, when, persons, **more, about=about, hours=9)


PATROLS = {guided: (6, 5), hidden: (4, 3), farmers: (10, 3), kin: (8, 3), at_the_post: (5, 4)}
"""How many of each in a year, and of how many people."""
