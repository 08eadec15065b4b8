"""What a program that walks chains reads and prints.

It reads from standard input the heads that were noted at an earlier walk, {"imigrasi": [12, "<hash>"], …}, and prints
what was found as one JSON object: keys and numbers, nothing of what the entries say.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from chassis.blocks import Head
from chassis.inspection import Inspected

__all__ = ["told", "walk_and_tell"]

Walker = Callable[[Mapping[str, Head]], Awaitable[list[Inspected]]]


def told(found: Sequence[Inspected]) -> dict[str, Any]:
    """The result as JSON."""
    return {
        one.chain: {
            "blocks": one.blocks,
            "entries": one.entries,
            "unsealed": one.unsealed,
            "unbound": one.unbound,
            "head": list(one.head),
            "findings": [{"kind": item.kind, "block": item.n, "entry": item.key} for item in one.findings],
        }
        for one in found
    }


def walk_and_tell(walker: Walker) -> int:
    """Walk, print, and return 1 where anything is not as it was sealed."""
    noted = {chain: Head(*head) for chain, head in json.loads(sys.stdin.read() or "{}").items()}

    async def walk() -> list[Inspected]:
        return await walker(noted)

    found = asyncio.run(walk())
    sys.stdout.write(json.dumps(told(found)) + "\n")
    return 1 if any(one.findings for one in found) else 0
