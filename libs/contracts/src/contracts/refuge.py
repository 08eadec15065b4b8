"""Papers of refugees and stateless persons: by their kind, or by the codes of ICAO Doc 9303-3."""

from collections.abc import Mapping
from typing import Any, Literal

from contracts.mrz import MrzError, holder_states

__all__ = ["REFUGEE_CODES", "STATELESS_CODE", "codes_of", "is_decisive", "paper_of"]

STATELESS_CODE = "XXA"
REFUGEE_CODES = frozenset({"XXB", "XXC"})
"""A refugee by the convention of 1951, and any other one."""
UNHCR = "unhcr"


def codes_of(person: Mapping[str, Any]) -> set[Any]:
    """The codes that say of whom a person's papers are; those of a zone also where one of its digits is wrong."""
    issuers = {document.get("issuer") for document in person.get("documents") or ()}
    return {person.get("citizenship")} | issuers | _states(person.get("mrz"))


def _states(zone: Any) -> set[str]:
    try:
        return holder_states(zone) if isinstance(zone, str) else set()
    except MrzError:
        return set()


def is_decisive(document: Mapping[str, Any]) -> bool:
    """Whether this paper by itself says so."""
    return document.get("kind") == UNHCR or document.get("issuer") in {*REFUGEE_CODES, STATELESS_CODE}


def paper_of(person: Mapping[str, Any]) -> Literal["unhcr_document", "stateless"] | None:
    """Which kind of protection event a person's papers are; none for whoever shows none of them."""
    documents, codes = person.get("documents") or (), codes_of(person)
    if not documents:
        return None
    if any(document.get("kind") == UNHCR for document in documents) or codes & REFUGEE_CODES:
        return "unhcr_document"
    return "stateless" if STATELESS_CODE in codes else None
