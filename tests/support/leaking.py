"""What of an event must not be found anywhere else: names, numbers, days of birth, phones, notes."""

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

PERSONAL = {"surname", "given", "full", "number", "mrz", "birth_date", "contact_phone", "permit_no", "application_no"}
PERSONAL |= {"safe_contact", "note", "stay_ref", "listing_no", "receipt_no", "evidence_ref"}


def personal(value: Any, within: str = "") -> Iterable[str]:
    """Every name, number and note in an event; of parties their names and numbers."""
    if isinstance(value, dict):
        for name, item in value.items():
            party = within in ("sponsor", "employer", "establishment", "host", "holder") and name in ("id", "name")
            if isinstance(item, str) and (name in PERSONAL or party):
                yield item
            yield from personal(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from personal(item, within)


def secrets_of(week: dict[str, list[dict[str, Any]]]) -> list[str]:
    found = {text for events in week.values() for event in events for text in personal(event.get("data"))}
    return sorted(text for text in found if len(text) >= 4)


def readable(value: Any) -> str:
    """What of a row can be read: without bytes that are no text, in which any four letters stand by chance."""
    if isinstance(value, dict):
        return " ".join(readable(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return " ".join(map(readable, value))
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):
            return value.decode()
        return ""
    return str(value)


def leaks(text: str, secrets: list[str]) -> list[str]:
    lowered = text.lower()
    # Looking for the bare text first is many times as fast as the expression.
    found = [secret for secret in secrets if secret.lower() in lowered]
    return [secret for secret in found if re.search(rf"(?<![a-z0-9]){re.escape(secret.lower())}(?![a-z0-9])", lowered)]
