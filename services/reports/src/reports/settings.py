"""Settings of the reports' process."""

from pathlib import Path

from pydantic import Field

from chassis.settings import Settings

__all__ = ["ReportsSettings"]


class ReportsSettings(Settings):
    """What the reports' process needs to know. Role: api."""

    statement_public_key_file: Path
    # Figures need not be of this instant, and a large batch costs far less an announcement.
    batch_size: int = Field(500, gt=0, description="Messages a batch; prefetch is twice this")
    linger_ms: int = Field(200, ge=0, description="How long a started batch waits for more")
