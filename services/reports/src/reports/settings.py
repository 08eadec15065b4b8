"""Settings of the reports' process."""

from pathlib import Path

from chassis.settings import Settings

__all__ = ["ReportsSettings"]


class ReportsSettings(Settings):
    """What the reports' process needs to know. Role: api."""

    statement_public_key_file: Path
