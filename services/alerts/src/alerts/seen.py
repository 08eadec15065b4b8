"""The revision that a command saw (`If-Match`)."""

from chassis.errors import Problem

__all__ = ["seen_revision"]


def seen_revision(if_match: str) -> int:
    """The number in the header, or one that no row has. Raises Problem 428 without any."""
    if not if_match:
        raise Problem(428, "revision_required", id="Sertakan revisi (If-Match).", en="Send the revision (If-Match).")
    text = if_match.removeprefix("W/").strip('"')
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
