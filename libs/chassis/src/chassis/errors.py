"""Errors, named by what to do about them."""

__all__ = ["Conflict", "Problem", "Unavailable"]


class Unavailable(Exception):
    """A dependency is down: hold the work, wait, try again."""


class Conflict(Exception):
    """Another writer was faster: read again and retry."""


class Problem(Exception):
    """An answer to an HTTP caller (RFC 9457): the stable code names what went wrong, never a value.

    `detail` is in Indonesian (id) and English (en); `retry_after` (seconds) is also sent as a header.
    """

    def __init__(self, status: int, code: str, *, id: str, en: str, **more: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = {"id": id, "en": en}
        self.more = more
