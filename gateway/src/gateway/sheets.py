"""The sheets that small senders fill in: their columns, in Indonesian and English. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.cells import Read, birth, country, day, moment, one_of, text, upper

__all__ = ["SHEETS", "Column", "Sheet"]

KINDS = {"paspor": "passport", "passport": "passport", "plb": "plb", "pas lintas batas": "plb", "border pass": "plb",
         "slp": "travel_letter", "surat perjalanan": "travel_letter", "travel letter": "travel_letter",
         "unhcr": "unhcr", "lainnya": "other", "other": "other"}  # fmt: skip
SEX = {"l": "M", "laki-laki": "M", "m": "M", "p": "F", "perempuan": "F", "f": "F", "x": "X"}
CROSSED = {
    "masuk": "entry",
    "entry": "entry",
    "keluar": "exit",
    "exit": "exit",
    "ditolak": "refused",
    "refused": "refused",
}
MOVED = {"pindah": "address_changed", "address changed": "address_changed", "pergi sementara": "temporary_absence",
         "temporary absence": "temporary_absence", "sktt diajukan": "sktt_applied", "sktt applied": "sktt_applied",
         "sktt terbit": "sktt_issued", "sktt issued": "sktt_issued", "sktt berakhir": "sktt_ended",
         "sktt ended": "sktt_ended"}  # fmt: skip
WITH = {"orang tua": "parent", "parent": "parent", "wali": "guardian", "guardian": "guardian", "keluarga": "relative",
        "relative": "relative", "rombongan sekolah": "school_group", "school group": "school_group",
        "bukan keluarga": "non_relative", "non relative": "non_relative", "sendiri": "alone", "alone": "alone",
        "tidak ditanya": "not_asked", "not asked": "not_asked"}  # fmt: skip
FLAG = {"ya": "true", "yes": "true", "tidak": "false", "no": "false"}


@dataclass(frozen=True)
class Column:
    """A column: its headings, how a cell is read, and where in the event's data its value goes."""

    key: str
    id: str
    en: str
    read: Read
    path: str = ""
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. `actions`: what of `kind` a source must be allowed to send to use it at all."""

    key: str
    kind: str
    actions: tuple[str, ...]
    channel: str
    columns: tuple[Column, ...]
    numbered: bool = False

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def at(self, path: str) -> Column | None:
        """The column whose value goes to this field, or to the part of the event it lies in."""
        inside = [c for c in self.columns if c.path and (path == c.path or path.startswith(f"{c.path}."))]
        beneath = [c for c in self.columns if c.path.startswith(f"{path}.")]
        return max(inside, key=lambda c: len(c.path), default=next(iter(beneath), None))


LINE = Column("line", "No. Baris", "Line", text, example="1")
PERSON = (
    Column("name", "Nama", "Name", text, "data.person.name", example="CONTOH NAMA"),
    Column("document_kind", "Jenis Dokumen", "Document Type", one_of(KINDS), "data.person.documents.0.kind",
           example="Paspor"),
    Column("number", "Nomor Dokumen", "Document Number", upper, "data.person.documents.0.number", example="X0000000"),
    Column("issuer", "Negara Penerbit", "Issuing Country", country, "data.person.documents.0.issuer", example="UTO"),
    Column("citizenship", "Kewarganegaraan", "Citizenship", country, "data.person.citizenship", example="UTO"),
    Column("birth_date", "Tanggal Lahir", "Date of Birth", birth, "data.person.birth_date", example="31/12/1990"),
    Column("sex", "Jenis Kelamin", "Sex", one_of(SEX), "data.person.sex", example="P"),
)  # fmt: skip

GUESTS = Sheet(
    "guests", "lodging", ("check_in",), "upload",
    (
        LINE,
        Column("stay_ref", "Nomor Tinggal", "Stay Reference", text, "data.stay_ref", example="2026-0001"),
        *PERSON,
        Column("came", "Masuk", "Check In", moment, "data.check_in_at", required=True, example="24/11/2026 14:30"),
        Column("planned", "Rencana Keluar", "Planned Out", day, "data.planned_out", example="26/11/2026"),
        Column("left", "Keluar", "Check Out", moment, "data.check_out_at", example=""),
    ),
)  # fmt: skip
RESIDENTS = Sheet(
    "residents", "residence", ("address_changed",), "upload",
    (
        LINE,
        Column("action", "Peristiwa", "Event", one_of(MOVED), "data.action", required=True, example="Pindah"),
        *PERSON,
        Column("permit_no", "Nomor Izin Tinggal", "Permit Number", text, "data.permit_no"),
        Column("village", "Kode Desa", "Village Code", text, "data.village", example="61.06.14.2001"),
        Column("begins", "Mulai", "From", day, "data.from", required=True, example="24/11/2026"),
        Column("until", "Sampai", "Until", day, "data.until"),
        Column("reported", "Tanggal Lapor", "Date Reported", day, "time", example="24/11/2026"),
    ),
)  # fmt: skip
CROSSINGS = Sheet(
    "crossings", "crossing", ("entry", "exit"), "paper",
    (
        replace(LINE, required=True),
        Column("at", "Waktu", "Time", moment, "time", required=True, example="24/11/2026 09:15"),
        Column("action", "Arah", "Direction", one_of(CROSSED), "data.action", required=True, example="Masuk"),
        *PERSON,
        Column("post", "Kode Pos", "Post Code", upper, "data.post", required=True, example="BADAU"),
        Column("permit_kind", "Jenis Izin", "Permit Kind", upper, "data.permit_kind", example="B1"),
        Column("valid_until", "Berlaku Sampai", "Valid Until", day, "data.valid_until", example="23/12/2026"),
        Column("minor_with", "Pendamping Anak", "Minor With", one_of(WITH), "data.minor_with"),
    ),
    numbered=True,
)  # fmt: skip
SHEETS: Mapping[str, Sheet] = {sheet.key: sheet for sheet in (GUESTS, RESIDENTS, CROSSINGS)}
