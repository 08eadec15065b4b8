"""Who the protection desk is: members by name, who is on duty, and the deputy who is asked when nobody answers."""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from alerts.notify.mail_address import MailAddress

__all__ = ["Rota", "read_rota"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shift(_Part):
    """From when to when who is on duty. The deputy stands outside enforcement."""

    begins: datetime
    ends: datetime
    officer: str
    deputy: str


class Rota(_Part):
    """Account names. Membership is by named person: an agency or a role alone opens nothing."""

    members: frozenset[str] = Field(min_length=1)
    shifts: tuple[Shift, ...]
    deputy_after_minutes: int = 30
    addresses: dict[str, MailAddress] = Field(default={}, description="E-mail of members who want to be told by it")

    @model_validator(mode="after")
    def _on_duty_are_members(self) -> "Rota":
        named = {name for shift in self.shifts for name in (shift.officer, shift.deputy)} | self.addresses.keys()
        strange = named - self.members
        if strange:
            raise ValueError(f"on duty or with an address, and no member: {', '.join(sorted(strange))}")
        return self

    def responsible(self, received: datetime, now: datetime) -> str | None:
        """Who has to look at what came in then and was not taken since; none where nobody is on duty."""
        shift = next((shift for shift in self.shifts if shift.begins <= now < shift.ends), None)
        if shift is None:
            return None
        late = now - received >= timedelta(minutes=self.deputy_after_minutes)
        return shift.deputy if late else shift.officer


def read_rota(file: Path) -> Rota:
    """Raises ValueError where the file is no rota."""
    return Rota.model_validate_json(file.read_text())
