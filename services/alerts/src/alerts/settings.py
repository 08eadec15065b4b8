"""Settings of the alerts' processes."""

from pathlib import Path

from pydantic import Field

from chassis.settings import Settings

__all__ = ["AlertsSettings"]


class AlertsSettings(Settings):
    """What an alerts process needs to know. Roles: api, evaluate, timers; or protection, alone."""

    digest_key_file: Path = Field(description="Key of ids and digests, shared by registry and alerts")
    statement_public_key_file: Path
    sealed_key_file: Path | None = Field(None, description="Key of protection events; the protection role only")
    rota_file: Path | None = Field(None, description="Who the protection desk is; the protection role only")
    timer_seconds: float = Field(1.0, gt=0, description="How often deadlines are looked for")
    ask_seconds: float = Field(60.0, ge=0, description="Delay of every answer before an administrative action")
    outbox_seconds: float = Field(1.0, gt=0, description="How often unsent announcements are looked for")
