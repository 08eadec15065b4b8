"""Flags: what somebody who watches over the readers should look at, told by opaque ids alone."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from joserfc.jwk import OKPKey

from chassis.bus import Letter
from chassis.seal import Hasher
from contracts.messages import AccessFlagged
from gateway.watch import Anomaly

__all__ = ["Flags"]

EXCHANGE = "gateway"


class Flags:
    """Makes the messages. The ids of accounts follow from a key that the gateway alone has."""

    def __init__(self, key: OKPKey) -> None:
        secret = key.as_dict(private=True)["d"]
        self._hasher = Hasher(hashlib.sha256(f"tapal flags {secret}".encode()).digest())

    def account(self, username: str) -> str:
        """The opaque id of an account."""
        return self._hasher.of("account", username)

    def named(self, usernames: Iterable[str]) -> dict[str, str]:
        """Opaque id to account: for whoever watches over the readers."""
        return {self.account(username): username for username in usernames}

    def of(self, found: Anomaly) -> AccessFlagged:
        """The message about an anomaly; when it grew, it takes the place of the first."""
        window = (found.starts, found.until)
        message = self._flag(found.account, found.kind, found.starts.isoformat(), window)
        return message.model_copy(update={"version": found.count, "count": found.count, "covered": found.covered})

    def of_emergency(self, username: str, emergency: str, window: tuple[datetime, datetime]) -> AccessFlagged:
        """The message about a glass that was broken."""
        return self._flag(username, "break_glass", emergency, window)

    def letter(self, message: AccessFlagged) -> Letter:
        """The message on the gateway's exchange."""
        return Letter(EXCHANGE, message.TYPE, message.model_dump_json(exclude_none=True).encode(), type=message.TYPE)

    def _flag(self, username: str, kind: str, anomaly: str, window: tuple[datetime, datetime]) -> AccessFlagged:
        return AccessFlagged(
            flag=self._hasher.of("flag", username, kind, anomaly),
            version=1,
            account=self.account(username),
            kind=kind,
            count=1,
            starts=window[0],
            until=window[1],
        )
