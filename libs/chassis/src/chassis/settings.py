"""Settings, read once from the environment (`TAPAL_…`), frozen and typed."""

from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chassis.yaml_text import read_yaml

__all__ = ["Settings", "read_key", "read_models"]

M = TypeVar("M", bound=BaseModel)


class Settings(BaseSettings):
    """What every process needs to know. A service adds its own fields."""

    model_config = SettingsConfigDict(env_prefix="TAPAL_", frozen=True, extra="ignore")

    name: str = Field(description="Name of this process, in logs and metrics")
    roles: Annotated[frozenset[str], NoDecode] = Field(default=frozenset(), description="Comma-separated")
    mode: str = Field("practice", pattern="^(practice|live)$")
    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65535, description="0 lets the system choose")
    log_level: str = "INFO"
    amqp_url: SecretStr
    mongo_url: SecretStr
    mongo_database: str
    agencies_dir: Path
    batch_size: int = Field(200, gt=0, description="Messages a batch; prefetch is twice this")
    linger_ms: int = Field(5, ge=0, description="How long a started batch waits for more")

    @field_validator("roles", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(filter(None, value.split(","))) if isinstance(value, str) else value


def read_key(path: Path) -> bytes:
    """The secret key in a file of hex digits. Raises ValueError when it is under 32 bytes."""
    key = bytes.fromhex(path.read_text().strip())
    if len(key) < 32:
        raise ValueError(f"key in {path.name} is too short")
    return key


def read_models(folder: Path, model: type[M]) -> list[M]:
    """One model from each `*.yaml` of a folder, in order of file name. Raises ValueError naming the faulty file."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(model.model_validate(read_yaml(path.read_text())))
        except (ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{path.name}: {error}") from error
    return found
