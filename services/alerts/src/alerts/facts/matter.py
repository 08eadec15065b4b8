"""The facts of a protection event. Computed inside the protection process alone, from an event that stays sealed."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from alerts.facts.around import Around
from alerts.facts.table import Item, Value, fact, table
from contracts.messages import Message, Subject
from contracts.refuge import REFUGEE_CODES, STATELESS_CODE, codes_of, paper_of

__all__ = ["MATTER", "MatterTold", "matters", "read_event"]

CALLS = frozenset({"help", "self_report", "third_party"})
REFUGEE = frozenset({"asylum", "unhcr_document"})

MATTER = table(
    fact("matter.call: bool", "Somebody called for help.", "Panggilan bantuan", "Call for help"),
    fact("matter.refugee: bool", "A claim for asylum, or a refugee's paper.", "Klaim pengungsi", "Refugee claim"),
    fact("matter.stateless: bool", "Said to be stateless, or a paper says so.", "Tanpa kewarganegaraan", "Stateless"),
    fact("matter.danger: bool", "Danger now.", "Bahaya saat ini", "Danger now"),
    fact("matter.minor: bool", "Under 18.", "Di bawah 18 tahun", "Under 18"),
    fact("signs.any: int", "Indicators of the table.", "Tanda", "Indicators"),
    fact("signs.strong: int", "Strong indicators.", "Tanda kuat", "Strong indicators"),
    fact("signs.dimensions: int", "Dimensions met by the published rule.", "Dimensi terpenuhi", "Dimensions met"),
    fact(
        "signs.deceptive: bool",
        "An indicator of deceptive recruitment.",
        "Tanda perekrutan dengan penipuan",
        "Indicator of deceptive recruitment",
    ),
)


class MatterTold(Message):
    """A protection event as far as rules may look at it. Never sent, never stored."""

    TYPE: ClassVar[str] = "matter.told"
    matter: str
    version: int = 1
    kind: str
    minor: str = "unknown"
    danger_now: str = "unknown"
    indicators: tuple[str, ...] = Field(default=(), description="Codes")
    stateless_code: bool = False
    refugee_code: bool = False
    deposited: bool = Field(default=False, description="A receipt says who keeps the document, and why that is known")


def read_event(matter: str, event: Any, *, deposited: bool = False) -> MatterTold | None:
    """What an opened event says; none where it cannot be read."""
    data = event.get("data") if isinstance(event, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str):
        return None
    person = data.get("person") or {}
    codes, paper = codes_of(person), paper_of(person)
    return MatterTold(
        matter=matter,
        kind=data["kind"],
        minor=data.get("minor") or "unknown",
        danger_now=data.get("danger_now") or "unknown",
        indicators=tuple(one["code"] for one in data.get("indicators") or ()),
        stateless_code=STATELESS_CODE in codes,
        refugee_code=paper == "unhcr_document" or bool(codes & REFUGEE_CODES),
        deposited=deposited,
    )


def matters(told: MatterTold, around: Around) -> Iterator[Item]:
    """One item: the matter itself."""
    yield Item(
        anchor="matter",
        keys=(told.matter,),
        subjects={"matter": Subject(kind="matter", id=told.matter)},
        facts=_facts(told, around),
        evidence=(),
    )


def _facts(told: MatterTold, around: Around) -> dict[str, Value]:
    table = around.tables.indicators
    # Who keeps the document is known by a receipt: an employer that hands in passports for an extension.
    codes = set(told.indicators) - ({"documents_held"} if told.deposited and told.minor != "yes" else set())
    return {
        "now": around.now,
        "matter.call": told.kind in CALLS,
        "matter.refugee": told.kind in REFUGEE or told.refugee_code,
        "matter.stateless": told.kind == "stateless" or told.stateless_code,
        "matter.danger": told.danger_now == "yes",
        "matter.minor": told.minor == "yes",
        "signs.any": len(table.of(codes)),
        "signs.strong": len(table.of(codes, strength="strong")),
        "signs.dimensions": len(table.met(codes)),
        "signs.deceptive": bool(table.of(codes, dimension="deceptive_recruitment")),
    }
