"""Ports of one home: derived from its path, so that they stay the same, and tested before use."""

import hashlib
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["NAMES", "Ports", "blocks", "choose", "is_free", "load", "read"]

NAMES = (
    "gateway",
    "registry",
    "registry-sealed",
    "alerts",
    "alerts-protection",
    "reports",
    "amqp",
    "management",
    "broker-metrics",
    "erlang",
    "epmd",
    "database",
    "redis",
    "gateway-tls",
    "amqp-tls",
)
Ports = dict[str, int]

# Below 32768: the kernel hands out the ports above to outgoing connections.
FIRST, LAST, SIZE = 10240, 32768, 16
# Defaults of well-known services, which may be installed but not running at the moment we look.
KNOWN = {11211, 15672, 15692, 25672, 27017, 27018, 27019, 26379}


def blocks(home: Path) -> Iterator[range]:
    """All usable blocks of ports, beginning with the one that this path prefers."""
    count = (LAST - FIRST) // SIZE
    start = int.from_bytes(hashlib.sha256(str(home).encode()).digest()[:4]) % count
    for step in range(count):
        first = FIRST + (start + step) % count * SIZE
        block = range(first, first + SIZE)
        if not KNOWN.intersection(block):
            yield block


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose(home: Path, free: Callable[[int], bool] = is_free) -> Ports:
    """The first block of which every port is free."""
    for block in blocks(home):
        chosen = dict(zip(NAMES, block, strict=False))
        if all(free(port) for port in chosen.values()):
            return chosen
    raise RuntimeError("no free block of ports below 32768")


def read(file: Path) -> Ports:
    """The ports as written down, whoever uses them now."""
    kept: Ports = json.loads(file.read_text())
    return kept


def load(home: Path, file: Path, free: Callable[[int], bool] = is_free) -> Ports:
    """The ports of last time while they are free, with new names beside them, else a new block; written down."""
    kept = read(file) if file.exists() else {}
    # Names are only ever added at the end, so the rest of the block is theirs.
    first = kept.get(NAMES[0], 0)
    chosen = {**dict(zip(NAMES, range(first, first + SIZE), strict=False)), **kept}
    if not first or set(chosen) != set(NAMES) or not all(free(port) for port in chosen.values()):
        chosen = choose(home, free)
    file.write_text(json.dumps(chosen, indent=1) + "\n")
    return chosen
