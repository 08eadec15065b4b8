"""The dated table of what a permit without leave to work does not cover."""

from collections.abc import Mapping

from pydantic import Field

from alerts.facts.dated import Dated

__all__ = ["Activities"]


class Activities(Dated):
    """Activities by family of permit. A family that is not in the table leads to no question."""

    barred: Mapping[str, tuple[str, ...]] = Field(description="By family: what is asked about without leave to work")
