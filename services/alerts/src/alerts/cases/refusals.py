"""How a refused step is answered: a status and words for each code. Pure."""

from collections.abc import Mapping

from alerts.cases.record import CaseRefused
from chassis.errors import Problem

__all__ = ["changed", "not_yours", "refusal", "unknown_case"]

_TOLD: Mapping[str, tuple[int, str, str]] = {
    "wrong_case_state": (409, "Kasus tidak dalam keadaan yang sesuai.", "The case is not in a fitting state."),
    "wrong_task_state": (409, "Tugas tidak dalam keadaan yang sesuai.", "The task is not in a fitting state."),
    "unknown_task": (404, "Tugas tidak dikenal.", "Unknown task."),
    "unknown_subject": (
        404,
        "Tidak ada peringatan instansi Anda tentang ini; sebutkan surat perintah.",
        "Your agency has no alert about this; name an order.",
    ),
    "unknown_alert": (404, "Peringatan tidak dikenal.", "Unknown alert."),
    "outside_area": (409, "Di luar wilayah instansi Anda.", "Outside the area of your agency."),
    "unknown_agency": (409, "Instansi ini tidak menangani kasus.", "This agency does not work on cases."),
    "own_agency": (409, "Kasus sudah ada pada instansi ini.", "The case is with this agency already."),
    "about_nothing": (409, "Kasus harus tentang sesuatu.", "A case has to be about something."),
    "offer_pending": (409, "Penyerahan kasus belum dijawab.", "A hand-over waits for its answer."),
    "no_offer": (409, "Tidak ada penyerahan untuk instansi Anda.", "There is no offer to your agency."),
    "tasks_open": (409, "Masih ada tugas yang belum selesai.", "There are tasks that are not over."),
    "action_required": (
        409,
        "Hasil ini memerlukan tindakan administratif yang selesai dalam kasus ini.",
        "This outcome needs a finished administrative action in the case.",
    ),
    "basis_required": (
        409,
        "Pemeriksaan lapangan memerlukan surat perintah, atau alasan tertangkap tangan yang disetujui.",
        "A field check needs an order, or an approved ground of a direct find.",
    ),
    "order_must_follow": (
        409,
        "Setelah temuan langsung, surat perintah menyusul dalam satu hari: catat nomornya.",
        "After a direct find the order follows within a day: record its number.",
    ),
    "conference_required": (
        409,
        "Tindakan administratif memerlukan berita acara gelar perkara.",
        "Administrative action needs the record of the case conference.",
    ),
    "conference_not_held_yet": (409, "Gelar perkara belum berlangsung.", "The case conference has not been held yet."),
    "person_required": (409, "Kasus ini tidak tentang seseorang.", "The case is about no person."),
    "ask_required": (
        409,
        "Tanyakan dahulu untuk setiap orang dalam kasus; jawaban «lanjutkan» harus masih berlaku.",
        "Ask first for every person of the case; the answer `proceed` must still be good.",
    ),
    "already_over": (409, "Masa berlaku sudah lewat.", "Its end has passed already."),
    "verdicts_missing": (409, "Ada peringatan tanpa alasan penutupan.", "An alert has no closing reason."),
    "verdict_not_due": (
        409,
        "Peringatan ini tidak diputuskan dengan kasus: ditahan, sudah diputuskan, atau bukan bagiannya.",
        "This alert is not decided with the case: on hold, decided already, or no part of it.",
    ),
    "old_alert": (412, "Peringatan telah berubah; muat ulang.", "An alert has changed; reload."),
    "same_case": (409, "Kasus yang sama.", "The same case."),
    "other_holder": (409, "Kasus itu ada pada instansi lain.", "That case is with another agency."),
    "not_merged": (409, "Kasus itu tidak digabung ke sini.", "That case was not merged into this one."),
    "unknown_item": (404, "Bagian kasus tidak dikenal.", "Unknown part of the case."),
}


def refusal(error: CaseRefused) -> Problem:
    """The answer to a refused step; a code without words is a fault of ours."""
    status, id, en = _TOLD[error.code]
    return Problem(status, error.code, id=id, en=en, **error.more)


def unknown_case() -> Problem:
    return Problem(404, "unknown_case", id="Kasus tidak dikenal.", en="Unknown case.")


def not_yours() -> Problem:
    return Problem(
        403, "not_your_step", id="Langkah ini milik instansi lain.", en="This step belongs to another agency."
    )


def changed(revision: int | None = None) -> Problem:
    more = {} if revision is None else {"revision": revision}
    return Problem(
        412, "old_revision", id="Kasus telah berubah; muat ulang.", en="The case has changed; reload.", **more
    )
