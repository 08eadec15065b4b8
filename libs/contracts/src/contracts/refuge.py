"""Papers of refugees and stateless persons: by their kind, or by the codes of ICAO Doc 9303-3."""

from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["REFUGEE_CODES", "STATELESS_CODE", "codes_of", "paper_of"]

STATELESS_CODE = "XXA"
REFUGEE_CODES = frozenset({"XXB", "XXC"})
"""A refugee by the convention of 1951, and any other one."""
UNHCR = "unhcr"


def codes_of(person: Mapping[str, Any]) -> set[Any]:
    """The codes that say of whom a person's papers are."""
    return {person.get("citizenship"), *(document.get("issuer") for document in person.get("documents") or ())}


def paper_of(person: Mapping[str, Any]) -> Literal["unhcr_document", "stateless"] | None:
    """Which kind of protection event a person's papers are; none for whoever shows none of them."""
    documents, codes = person.get("documents") or (), codes_of(person)
    if not documents:
        return None
    if any(document.get("kind") == UNHCR for document in documents) or codes & REFUGEE_CODES:
        return "unhcr_document"
    return "stateless" if STATELESS_CODE in codes else None
