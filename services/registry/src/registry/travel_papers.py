"""The documents of a person: which there are, and what became of each. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.findings import DocumentCheck, DocumentState
from registry.lines import Line, day_of
from registry.matching import normal_number
from registry.said import evidence, party

__all__ = ["Key", "build_documents", "key_of", "spoken_of"]

Key = tuple[str, str, str]
HELD, KEPT = "held", ("lost", "stolen", "deposited")


def key_of(document: dict[str, Any]) -> Key:
    """What names a document: kind, issuing state, number."""
    return (document["kind"], document["issuer"], normal_number(document["number"]))


def spoken_of(line: Line) -> dict[str, Any] | None:
    """The document that an event of the type `document` is about."""
    documents = line.person.get("documents", [])
    # What the event is about comes after what the person is described by, and a new document after the old one.
    place = 2 if line.action == "replaced" else 1
    return dict(documents[-place]) if line.kind == "document" and len(documents) >= place else None


@dataclass
class _Paper:
    ref: str
    kind: str
    valid_until: str | None = None
    told: list[Line] = field(default_factory=list)
    events: list[Line] = field(default_factory=list)
    replaced_by: Key | None = None


def build_documents(lines: Sequence[Line]) -> tuple[DocumentState, ...]:
    """Every document that was ever named, as its last event left it."""
    papers = _papers(lines)
    refs = {key: paper.ref for key, paper in papers.items()}
    return tuple(_state(paper, refs) for paper in papers.values())


def _papers(lines: Iterable[Line]) -> dict[Key, _Paper]:
    papers: dict[Key, _Paper] = {}
    for line in lines:
        documents = line.person.get("documents", [])
        for place, document in enumerate(documents):
            ref = line.key if place == 0 else f"{line.key}.{place}"
            paper = papers.setdefault(key_of(document), _Paper(ref, document["kind"]))
            paper.valid_until = document.get("valid_until") or paper.valid_until
            paper.told.append(line)
        about = spoken_of(line)
        if about is not None:
            paper = papers[key_of(about)]
            paper.events.append(line)
            paper.replaced_by = key_of(documents[-1]) if line.action == "replaced" else paper.replaced_by
    return papers


def _state(paper: _Paper, refs: dict[Key, str]) -> DocumentState:
    steps = [line for line in paper.events if line.action != "checked"]
    last = steps[-1] if steps else None
    state = last.action if last and last.action in (*KEPT, "replaced") else HELD
    return DocumentState(
        ref=paper.ref,
        kind=paper.kind,
        state=str(state),
        since=day_of(last.at) if last and state != HELD else None,
        valid_until=paper.valid_until,
        holder=party(last, "holder") if last and state == "deposited" else None,
        replaced_by=refs.get(paper.replaced_by) if paper.replaced_by and state == "replaced" else None,
        checks=tuple(_checked(paper.events)),
        evidence=evidence(paper.told),
    )


def _checked(events: Iterable[Line]) -> Iterable[DocumentCheck]:
    for line in events:
        if line.action == "checked":
            yield DocumentCheck(check=line.data["check"], result=line.data["result"], at=line.at, evidence=(line.key,))
