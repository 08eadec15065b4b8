"""Settings of the registry's processes."""

from pathlib import Path

from pydantic import Field, SecretStr

from chassis.settings import Settings

__all__ = ["RegistrySettings"]


class RegistrySettings(Settings):
    """What a registry process needs to know. Roles: api, intake, tasks; or sealed, alone."""

    digest_key_file: Path = Field(description="Key of ids and digests, shared by registry and alerts")
    statement_public_key_file: Path
    master_key_file: Path | None = Field(None, description="Master keys; every role but the sealed one")
    keys_mongo_database: str = Field("", description="Where the keys of the data are kept; `<database>_keys` if empty")
    sealed_key_file: Path | None = Field(None, description="Key of protection events; the sealed role only")
    registry_mongo_url: SecretStr | None = Field(None, description="The open registry's database; the sealed role only")
    registry_mongo_database: str = "registry"
    outbox_seconds: float = Field(1.0, gt=0, description="How often unsent announcements are looked for")

    share: float = Field(0.2, gt=0, le=1, description="Of the writer's time, for an agency while others send too")

    @property
    def keys_database(self) -> str:
        """The database of the keys."""
        return self.keys_mongo_database or f"{self.mongo_database}_keys"
