"""One call at the door: who asks, why, and under which trace. What travels together."""

import hashlib
import secrets
from dataclasses import dataclass, replace

from chassis.statement import Actor
from gateway.purpose import Purpose
from gateway.viewers import Role, Viewer

__all__ = ["Visit"]


@dataclass(frozen=True)
class Visit:
    """Somebody, with a purpose, in one request."""

    viewer: Viewer
    purpose: Purpose
    trace: str
    once: str = ""

    @property
    def role(self) -> Role:
        return self.viewer.role

    @property
    def actor(self) -> Actor:
        """As the signed statements of internal calls name it."""
        return self.viewer.actor(str(self.purpose))

    def new_id(self) -> str:
        """An id for what this call makes: with an Idempotency-Key, the same however often the call is sent."""
        if not self.once:
            return secrets.token_hex(12)
        return hashlib.sha256(f"{self.viewer.account}\n{self.once}".encode()).hexdigest()[:24]

    def under(self, purpose: Purpose) -> "Visit":
        """The same call with the purpose that follows from what it does."""
        return replace(self, purpose=purpose)
