"""Forms read with a limit: a body is refused by its announced length, before anything of it is kept."""

from fastapi import Request
from starlette.datastructures import FormData

from chassis.errors import Problem

__all__ = ["read_form"]


async def read_form(request: Request, most: int) -> FormData:
    """The form. Raises Problem 411 without an announced length, 413 over the limit."""
    announced = request.headers.get("content-length", "")
    if not announced.isdigit():
        raise Problem(411, "length_required", id="Panjang kiriman tidak disebut.", en="The length is not announced.")
    if int(announced) > most:
        raise Problem(413, "file_too_large", id="Kiriman terlalu besar.", en="What was sent is too large.")
    return await request.form(max_files=1, max_fields=40)
