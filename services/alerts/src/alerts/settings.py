"""Settings of the alerts' processes."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, Field, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.settings import Settings

__all__ = ["AlertsSettings"]


class AlertsSettings(Settings):
    """What an alerts process needs to know. Roles: api, evaluate, timers, notify; or protection, alone."""

    digest_key_file: Path = Field(description="Key of ids and digests, shared by registry and alerts")
    statement_public_key_file: Path
    texts_key_file: Path = Field(description="Master keys of what people write: on cases, and why they decided alerts")
    sealed_key_file: Path | None = Field(None, description="Key of protection events; the protection role only")
    rota_file: Path | None = Field(None, description="Who the protection desk is; the protection role only")
    timer_seconds: float = Field(1.0, gt=0, description="How often deadlines are looked for")
    summon_seconds: float = Field(30.0, gt=0, description="How often the desk's open tasks are looked through")
    ask_seconds: float = Field(60.0, ge=0, description="Delay of every answer before an administrative action")
    outbox_seconds: float = Field(1.0, gt=0, description="How often unsent announcements are looked for")
    notify_key_file: Path | None = Field(None, description="Seals the secrets of webhooks; the notify role only")
    notify_seconds: float = Field(1.0, gt=0, description="How often due notices are looked for")
    notify_patience_hours: float = Field(72.0, gt=0, description="How long a notice is tried before it is given up")
    webhook_networks: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(), description="Networks outside the open internet to which webhooks may go, comma-separated"
    )
    webhook_plain_http: bool = Field(False, description="Allow webhooks without TLS")
    trust_file: Path | None = Field(None, description="Certificates to believe besides the system's (PEM)")
    smtp_host: str | None = Field(None, description="The mail server; without one there is no e-mail")
    smtp_port: int = Field(587, gt=0, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_from: str = Field("tapal@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Sender of letters")
    console_url: AnyHttpUrl | None = Field(None, description="Where letters lead: the console as its users reach it")

    @model_validator(mode="after")
    def _fit_to_be_live(self) -> Self:
        lacking = {
            "webhook_plain_http must be false": self.webhook_plain_http,
            "the protection role needs rota_file": "protection" in self.roles and self.rota_file is None,
        }
        if self.mode == "live" and (found := [text for text, is_so in lacking.items() if is_so]):
            raise ValueError(f"live mode: {'; '.join(found)}")
        return self

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        return frozenset(filter(None, value.split(","))) if isinstance(value, str) else value
