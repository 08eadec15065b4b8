"""What a human decides, as entries of the log: of agency `tapal`, kept, replayed and rebuilt like any event. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from chassis.seal import Hasher, canonical
from chassis.statement import Actor
from registry.drafts import Draft, event_key, to_milliseconds
from registry.intake import TAPAL
from registry.lines import Line
from registry.nodes import Verdict

__all__ = ["Decider"]

CONSOLE = "console"


class Decider:
    """Makes entries of what an actor decides at a moment. The same decision at the same moment is the same entry."""

    def __init__(self, hasher: Hasher, actor: Actor, now: datetime) -> None:
        self._hasher = hasher
        self._actor = actor
        self._now = to_milliseconds(now)

    def verdict(self, verdict: str, left: Iterable[str], right: Iterable[str], reason: str) -> Draft:
        """Who is who: same, different, later or withdrawn, on two sets of nodes."""
        sides = (frozenset(left), frozenset(right))
        header = self._header("verdict", verdict, *sorted(sides[0]), "|", *sorted(sides[1]))
        said = Verdict(
            key=header.key,
            verdict=verdict,
            at=self._now.isoformat(),
            left=sides[0],
            right=sides[1],
            by=self._actor.name,
            role=self._actor.role,
            reason=reason,
        )
        return replace(self._draft(header, said.to_bytes()), verdict=said)

    def on_event(self, action: str, event: str, nodes: Iterable[str], reason: str) -> Draft:
        """What is to become of an event of one person: contested, stands or set_aside."""
        header = self._header("decision", action, event)
        said = {"event": event, "nodes": sorted(nodes), "reason": reason}
        said |= {"by": self._actor.name, "role": self._actor.role}
        line = replace(header, data=said, elsewhere=False)
        return replace(self._draft(header, canonical(said)), decision=line)

    def legal_hold(self, action: str, nodes: Iterable[str], event: str | None, said: Mapping[str, str]) -> Draft:
        """Whose claims, or which event, must not be erased (held), or may be again (lifted).

        With `once` among what is said it is one entry, however often it is made.
        """
        header = self._header("legal_hold", action, *sorted(nodes), event or "", once=said.get("once"))
        told = {**said, "event": event, "nodes": sorted(nodes), "by": self._actor.name, "role": self._actor.role}
        return self._draft(header, canonical(told))

    def _header(self, kind: str, action: str, *about: str, once: str | None = None) -> Line:
        event_id = self._hasher.of("decision", action, once or self._now.isoformat(), *about)
        return Line(
            key=event_key(self._hasher, TAPAL, CONSOLE, event_id),
            agency=TAPAL,
            source=CONSOLE,
            kind=kind,
            action=action,
            at=self._now,
            received_at=self._now,
            elsewhere=True,
        )

    def _draft(self, header: Line, part: bytes) -> Draft:
        return Draft(
            header=header,
            uri=CONSOLE,
            event_id=header.key,
            trace=header.key,
            content=self._hasher.of_bytes("content", part),
            body=b"",
            parts={header.kind: part},
            subjects=(),
            parties={},
        )


def decided(header: Line, parts: dict[str, bytes]) -> tuple[Verdict | None, Line | None]:
    """The verdict or decision that a stored entry of agency `tapal` holds; a legal hold makes nobody another."""
    if header.kind == "legal_hold":
        return None, None
    if header.kind == "verdict":
        return Verdict.from_bytes(parts["verdict"]), None
    return None, replace(header, data=json.loads(parts["decision"]), elsewhere=False)
