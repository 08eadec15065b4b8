"""The scalar shapes that events are made of: text, codes, dates and times, places, numbers."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictBool, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

# Years end at 2199: a printed 9999-12-31 would overflow whatever is counted from it.
# The patterns that pydantic reads spell out [0-9]: its \d also takes the digits of other scripts.
DATE_TIME = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", re.ASCII)
DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d", re.ASCII)
PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"


def wrong_value() -> PydanticCustomError:
    return PydanticCustomError("wrong_value", "the value does not fit")


def _written_time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    written = DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        raise wrong_value()
    if not written[2]:
        raise PydanticCustomError("no_offset", "the time has no offset")
    return value


def _written_day(value: Any) -> Any:
    # A datetime is also a date, and pydantic would read a number as seconds since 1970: only a written day is a day.
    if type(value) is date or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise wrong_value()


def _real_birth_date(value: str) -> str:
    try:
        date(*[int(part) for part in (*value.split("-"), "1", "1")][:3])
    except ValueError:
        raise wrong_value() from None
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_written_time)]
Day = Annotated[date, BeforeValidator(_written_day)]
BirthDate = Annotated[
    str, StringConstraints(pattern=r"^(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_real_birth_date)
]
Flag = StrictBool
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
Village = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}(\.[0-9]{4})?$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
YesNo = Literal["yes", "no", "unknown"]
MinorWith = Literal["parent", "guardian", "relative", "school_group", "non_relative", "alone", "not_asked"]
