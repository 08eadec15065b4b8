"""An address of e-mail, plain and without a name."""

from typing import Annotated

from pydantic import StringConstraints

__all__ = ["MailAddress"]

PATTERN = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
MailAddress = Annotated[str, StringConstraints(pattern=PATTERN, max_length=254)]
