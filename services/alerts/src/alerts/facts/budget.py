"""What an agency can look at in a week."""

from collections.abc import Mapping

from pydantic import Field

from alerts.facts.dated import Dated

__all__ = ["Budget"]


class Budget(Dated):
    """New alerts of one rule in seven days; an agency may have a number of its own."""

    per_week: int = Field(gt=0)
    agencies: Mapping[str, int] = Field(default_factory=dict)

    def of(self, agency: str) -> int:
        """What this agency can look at."""
        return self.agencies.get(agency, self.per_week)
