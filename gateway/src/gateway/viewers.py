"""Who asks: a person who logged in, or an agency's system."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.statement import Actor

__all__ = ["Role", "Viewer"]


class Role(StrEnum):
    """What somebody is trusted with."""

    OPERATOR = "operator"
    REPORTER = "reporter"
    SUPERVISOR = "supervisor"
    PROTECTION_OFFICER = "protection_officer"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    INSPECTOR = "inspector"
    AGENCY_SYSTEM = "agency_system"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Viewer:
    """Somebody who proved who they are. A system's `account` is `<agency>/<source>`.

    `source`: the code of the one source they speak for; none: every one of the agency.
    """

    account: str
    name: str
    role: Role
    agency: str
    until: datetime
    session: str = ""
    source: str = ""

    def actor(self, purpose: str = "") -> Actor:
        """The same person, as internal calls name them."""
        return Actor(self.account, self.role.value, self.agency, purpose)
