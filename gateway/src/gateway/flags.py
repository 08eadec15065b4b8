"""Flags: what somebody who watches over the readers should look at, told by opaque ids alone."""

import hashlib
from datetime import datetime

from joserfc.jwk import OKPKey

from chassis.bus import Letter
from chassis.seal import Hasher
from contracts.messages import AccessFlagged

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

    def letter(
        self, username: str, kind: str, anomaly: str, window: tuple[datetime, datetime], count: int = 1
    ) -> Letter:
        """The message about one anomaly; told again with a higher count it takes the place of the first."""
        message = AccessFlagged(
            flag=self._hasher.of("flag", username, kind, anomaly),
            version=count,
            account=self.account(username),
            kind=kind,
            count=count,
            starts=window[0],
            until=window[1],
        )
        return Letter(EXCHANGE, message.TYPE, message.model_dump_json(exclude_none=True).encode(), type=message.TYPE)
