"""Answers as the OpenAPI document shows them. More fields may come; none of these goes away."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AlertPage",
    "AlertRow",
    "AlertView",
    "AskPage",
    "AskView",
    "AuditPage",
    "Found",
    "Hits",
    "Items",
    "Judged",
    "MatterPage",
    "MatterRow",
    "MatterView",
    "Me",
    "PartyView",
    "Receipts",
    "Taken",
    "Token",
]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class Me(_Answer):
    """Who is logged in."""

    account: str
    name: str
    role: str
    agency: str
    until: str = Field(description="When the login ends")


class Token(Me):
    """A fresh login. The same token is set as a cookie for the console."""

    token: str = Field(description="Send as `Authorization: Bearer <token>`")


class Taken(_Answer):
    """Events that the broker confirmed: each will be accepted or refused, never lost."""

    accepted: int
    receipts: list[str] = Field(description="Where the outcome of each can be read, in order")
    problems: list[dict[str, Any]] = Field(description="Events of the batch that were not taken: index, code, field")


class Judged(_Answer):
    """What each receipt would say. Nothing was sent, nothing stored, and nothing that Tapal knows went into it."""

    outcomes: list[dict[str, Any]] = Field(description="index, outcome, code, field, title, title_id")


class Receipts(_Answer):
    """Every outcome given to one event, oldest first; empty while it waits in the queue."""

    receipts: list[dict[str, Any]]
    next: str | None = None


class Subject(_Answer):
    kind: str = Field(description="person, party, incident, source or account")
    id: str


class AlertRow(_Answer):
    """An alert in a list."""

    id: str
    revision: int
    rule: str
    severity: int = Field(description="How soon a human should look: 1 (no hurry) to 4 (today). Not a degree of guilt")
    state: str = Field(description="open, acknowledged, in_review, held, confirmed, dismissed or withdrawn")
    subject: Subject
    subject_name: str | None = Field(None, description="Joined for open alerts of a purpose; never for closed ones")
    title: dict[str, str] = Field(default_factory=dict, description="In Indonesian (id) and English (en)")


class AlertPage(_Answer):
    """Alerts, newest change first."""

    items: list[AlertRow]
    next: str | None = Field(None, description="Send as `after` for the next page")
    away: list[str] = Field(default_factory=list, description="Parts that were away: their columns are empty")


class AlertView(AlertRow):
    """One alert with what it rests on and its history. A held alert tells no cause."""

    facts: list[dict[str, Any]] = Field(default_factory=list)
    conditions: list[dict[str, Any]] = Field(
        default_factory=list, description="Each part of the rule: text, whether it holds, its facts, and what ends it"
    )
    evidence: list[str] = Field(default_factory=list, description="Keys of the events it rests on")
    history: list[dict[str, Any]] = Field(default_factory=list)
    decision: dict[str, Any] | None = None


class Found(_Answer):
    """The person who holds a document."""

    id: str | None


class Hits(_Answer):
    """Persons found, the likeliest first."""

    items: list[dict[str, Any]] = Field(description="person, names, birth_dates, places, total and its parts")
    complete: bool = Field(description="False where too many fit for all to be looked at")
    next: str | None = None


class Stated(_Answer):
    """A value, and the events that state it."""

    value: str
    evidence: list[str] = Field(description="Keys of events, the newest first")


class PartyEvent(_Answer):
    """An event that names a party."""

    key: str
    role: str = Field(description="What the party is in it: sponsor, employer, establishment, holder or host")
    kind: str
    action: str | None = None
    at: str = Field(description="When it happened")
    agency: str
    source: str
    people: list[str] = Field(description="Persons it is about, as far as the purpose leads to them")
    said: dict[str, Any] = Field(description="What it says of the party's own doings")
    superseded: bool = Field(description="Whether a later event corrects it or takes it back")


class PartyView(_Answer):
    """A guarantor, employer, lodging or host, with its history."""

    id: str
    version: int
    kind: str = Field(description="company, person, lodging or institution")
    names: list[Stated]
    ids: list[Stated] = Field(description="Numbers, as they were stated")
    villages: list[Stated]
    people: list[str] = Field(description="Persons named with it in events that stand, as far as the purpose leads")
    persons: dict[str, str] = Field(description="The names of the persons of `events`, by their id")
    only: str | None = Field(None, description="The one person that an alert leads to; none where all are shown")
    others: int = Field(0, description="How many persons are not shown for that reason")
    events: list[PartyEvent]
    complete: bool = Field(True, description="False where there may be older events than those listed")


class Items(_Answer):
    """A page of a list."""

    items: list[dict[str, Any]]
    next: str | None = Field(None, description="Send as `after` for the next page; none where this is the last")


class FindingView(_Answer):
    """What a rule of the protection desk says, in words."""

    rule: str
    severity: int
    title: dict[str, str]
    wording: dict[str, str]


class MatterRow(_Answer):
    """A task of the protection desk: a call, a screening, or a sign that the desk's own rules found."""

    id: str
    revision: int
    state: str = Field(description="open or released")
    kind: str | None = Field(description="Kind of the call, or `sign`; none where it could not be read")
    severity: int = Field(description="How soon a human should look: 1 to 4 (now)")
    findings: list[FindingView] = Field(default_factory=list, description="The most urgent first")
    person: str | None = Field(description="The one person it is about; none where there is none or more than one")
    people: list[str] = Field(description="Everyone whom it is about: the task leads to each of their dossiers")
    lapsed: bool = Field(description="What it rested on was taken back; the hold stays until an officer releases it")
    unreadable: bool
    responsible: str | None = Field(None, description="Who has to look: whoever took it, else who is on duty")
    taken_by: str | None = None
    occurred_at: str
    received_at: str


class MatterPage(_Answer):
    """Tasks, the most urgent first, then the newest."""

    items: list[MatterRow]
    next: str | None = None


class MatterView(MatterRow):
    """One task in full."""

    event: dict[str, Any] | None = Field(None, description="What was reported, of a call or a screening")
    sign: dict[str, Any] | None = Field(None, description="Of a sign: wording, facts, and the keys of its events")


class AskView(_Answer):
    """A question before an administrative action. Its answer names no reason, to nobody."""

    id: str
    person: str
    action: str = Field(description="detention, hand_over or administrative")
    state: str = Field(description="pending, proceed, wait; lapsed where the answer is too old and is asked for again")
    asked_by: str
    asked_at: str
    answer_at: str = Field(description="From when there is an answer: the delay is the same for everyone")
    answer: str | None = Field(None, description="proceed or wait; stands once given")
    given_to: str | None = None
    given_at: str | None = None
    valid_until: str | None = None


class AskPage(_Answer):
    """What the viewer's agency asked of a person, the newest first."""

    items: list[AskView]
    next: str | None = None


class AuditPage(_Answer):
    """Access records, newest first."""

    items: list[dict[str, Any]] = Field(description="account, role, agency, action, purpose, ids, at, trace, outcome")
    next: str | None = None
