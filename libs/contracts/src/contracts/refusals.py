"""Why an event is refused: a stable code, the path of the field, a reason in Indonesian and English. Never a value."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

REASONS: Mapping[str, tuple[str, str]] = {
    "unreadable": ("Data tidak dapat dibaca sebagai satu peristiwa.", "The data cannot be read as one event."),
    "too_large": ("Peristiwa melebihi batas 64 KiB.", "The event is larger than 64 KiB."),
    "missing_field": ("Isian {field} wajib diisi.", "The field {field} is required."),
    "unknown_field": ("Isian {field} tidak dikenal.", "The field {field} is not known."),
    "wrong_value": ("Isian {field} tidak sesuai ketentuan.", "The field {field} does not hold a permitted value."),
    "unknown_type": ("Jenis peristiwa pada isian {field} tidak dikenal.", "The event type in {field} is not known."),
    "time_in_future": (
        "Waktu pada isian {field} lebih dari 10 menit di depan waktu sekarang.",
        "The time in {field} is more than 10 minutes ahead of now.",
    ),
    "no_offset": (
        "Waktu pada isian {field} harus memuat zona waktu, misalnya +07:00.",
        "The time in {field} must carry an offset, such as +07:00.",
    ),
    "mrz_check_digit": (
        "Angka periksa MRZ pada isian {field} tidak cocok.",
        "A check digit of the MRZ in {field} is wrong.",
    ),
    "not_applicable": (
        "Isian {field} tidak berlaku untuk peristiwa ini.",
        "The field {field} does not apply to this event.",
    ),
    "unknown_source": (
        "Sumber pada isian {field} tidak terdaftar untuk instansi pengirim.",
        "The source in {field} is not registered for the sending agency.",
    ),
    "not_allowed": (
        "Instansi pengirim tidak berwenang mengirim jenis peristiwa atau tindakan ini.",
        "The sending agency may not send this event type or action.",
    ),
    "citizen_listed": (
        "Warga negara Indonesia tidak didaftarkan di sini.",
        "Indonesian citizens are not listed here.",
    ),
    "id_conflict": (
        "Peristiwa lain dengan id ini sudah diterima; yang pertama berlaku.",
        "Another event with this id was accepted already; the first one stands.",
    ),
    "internal": (
        "Peristiwa tidak dapat diproses; petugas sistem akan memeriksanya.",
        "The event could not be processed; system staff will look at it.",
    ),
}
KNOWN_ERRORS = {"missing": "missing_field", "extra_forbidden": "unknown_field"}
FIELD_NAME = re.compile(r"[a-z][A-Za-z_]{0,39}|\d{1,4}")


class Refused(Exception):
    """An event that cannot be accepted. Its attributes cannot be changed."""

    code: str
    field: str
    message_id: str
    message_en: str

    # Not a frozen dataclass: those also freeze __traceback__, and then `with` blocks of contextlib fail.
    def __init__(self, code: str, field: str, message_id: str, message_en: str) -> None:
        super().__init__(code, field, message_id, message_en)
        self.__dict__.update(code=code, field=field, message_id=message_id, message_en=message_en)

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("code", "field", "message_id", "message_en", "args"):
            raise AttributeError(name)
        super().__setattr__(name, value)

    def __str__(self) -> str:
        return f"{self.code}: {self.field}" if self.field else self.code


def refusal(code: str, field: str = "") -> Refused:
    """The refusal with the reason that belongs to `code`."""
    reason_id, reason_en = REASONS[code]
    return Refused(code, field, reason_id.format(field=field), reason_en.format(field=field))


def refusal_of(error: ValidationError, prefix: str) -> Refused:
    """The first fault that validation found, as a refusal that names its field and nothing else."""
    fault: Mapping[str, Any] = error.errors(include_url=False)[0]
    within = fault.get("ctx", {}).get("field")
    path = [prefix, *map(_name, fault["loc"]), within]
    return refusal(_code(fault), ".".join(name for name in path if name))


def _code(fault: Mapping[str, Any]) -> str:
    if fault["input"] is None:
        return "missing_field"
    code = KNOWN_ERRORS.get(fault["type"], fault["type"])
    return code if code in REASONS else "wrong_value"


def _name(step: object) -> str:
    # An unknown key is the sender's text: it is repeated only where it looks like the name of a field.
    return str(step) if FIELD_NAME.fullmatch(str(step)) else "?"
