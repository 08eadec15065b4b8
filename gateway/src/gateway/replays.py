"""Refused events sent again by a human. They go the way of every event: nothing is accepted here."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.bus import Letter
from chassis.errors import Problem, Unavailable
from gateway.audit import Audit, Read
from gateway.intake import SINGLE, Publish
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, require
from gateway.visits import Visit

__all__ = ["Replays"]


@dataclass(frozen=True)
class Replays:
    """Sends refused events of the viewer's agency again. Raises Problem."""

    peers: Peers
    audit: Audit
    publish: Publish
    now: Callable[[], datetime]

    async def send(self, visit: Visit, record: str, event: Mapping[str, Any] | None, reason: str) -> None:
        """As it was sent, or corrected. Who did it and why stays with the refusal; its outcome comes like any other."""
        require(visit.role, Action.REPLAY, visit.purpose.kind)
        await self.audit.record(Read(visit, Action.REPLAY, [record]), self.now())
        # As text in ASCII: whatever was typed reaches the judge as it is.
        said = {"event": None if event is None else json.dumps(event), "reason": reason}
        answer = await self.peers.ask(Call(Part.REGISTRY, "POST", f"/quarantine/{record}/replays", body=said), visit)
        letter = Letter(
            f"agency.{answer['agency']}", "", b64decode(answer["body"]), trace=visit.trace, content_type=SINGLE
        )
        try:
            await self.publish([letter])
        except Unavailable as error:
            raise Problem(
                503,
                "broker_unavailable",
                id="Belum terkirim; kirim ulang nanti.",
                en="Not sent yet; send it again later.",
                part="broker",
                retry_after=5,
            ) from error
