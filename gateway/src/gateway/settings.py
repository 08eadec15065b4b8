"""What the gateway needs to know."""

from pathlib import Path

from pydantic import AnyHttpUrl, Field, SecretStr

from chassis.settings import Settings
from chassis.tls import TlsSettings
from gateway.peers import Part
from gateway.provider import OidcSettings
from gateway.rates import RatesSettings

__all__ = ["GatewaySettings"]


class GatewaySettings(Settings):
    """Settings of the gateway, each from `TAPAL_<NAME>`."""

    redis_url: SecretStr
    statement_private_key_file: Path = Field(description="Ed25519 PEM; signs internal calls. Only the gateway has it")
    token_key_file: Path = Field(description="Ed25519 PEM; signs the tokens of people who logged in")
    checkpoint_key_file: Path = Field(description="Ed25519 PEM; signs how far the access log reaches")
    factor_key_file: Path = Field(
        description="Master keys of second factors and of all else that rests sealed here (docs/data-protection.md)"
    )
    accounts_file: Path = Field(description="Accounts to make at the first start (JSON)")
    api_keys_file: Path = Field(description='First keys: SHA-256 of each API key to "<agency>/<source>" (JSON)')
    live_file: Path | None = Field(None, description="What live mode demands: numbers, dates, accounts (YAML)")
    registry_url: AnyHttpUrl
    sealed_url: AnyHttpUrl
    alerts_url: AnyHttpUrl
    protection_url: AnyHttpUrl
    reports_url: AnyHttpUrl
    secure_cookie: bool = Field(False, description="Send the cookie over TLS only; true wherever TLS ends in front")
    lock_minutes: float = Field(10, gt=0, le=480, description="A console without input locks after so long")
    key_seconds: float = Field(2.0, gt=0, le=10, description="How often API keys are read again")
    peer_seconds: float = Field(5.0, gt=0, description="How long an internal call may take")
    oidc: OidcSettings | None = Field(None, description="Sign-in by an identity provider, as JSON (docs/accounts.md)")
    tls: TlsSettings | None = Field(None, description="A TLS door for systems with certificates, as JSON")
    watch_seconds: float = Field(60.0, gt=0, description="How often unusual reads are looked for")
    rates: RatesSettings = Field(RatesSettings(), description="Limits a minute, as JSON")

    @property
    def keys_database(self) -> str:
        """The database of the keys: beside the other, with backups of its own."""
        return f"{self.mongo_database}_keys"

    @property
    def parts(self) -> dict[Part, str]:
        """Where each part is."""
        return {
            Part.REGISTRY: str(self.registry_url),
            Part.SEALED: str(self.sealed_url),
            Part.ALERTS: str(self.alerts_url),
            Part.PROTECTION: str(self.protection_url),
            Part.REPORTS: str(self.reports_url),
        }
