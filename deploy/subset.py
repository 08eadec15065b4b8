"""Print the part of requirements.lock that one member of the workspace needs, hashes included.

    python deploy/subset.py registry|alerts|reports|gateway|local    what the image of that service installs
    python deploy/subset.py build                                    what is needed to build wheels of our own
    python deploy/subset.py --folders registry|…                     instead: the folders of our own to build

The lock says of each package through which others it came ("# via"); read backwards, that is the graph.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

__all__ = ["ABSENT", "MEMBERS", "direct", "members", "subset"]

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
MEMBERS = {
    "contracts": "libs/contracts",
    "chassis": "libs/chassis",
    "registry": "services/registry",
    "alerts": "services/alerts",
    "reports": "services/reports",
    "gateway": "gateway",
    "client": "clients/python",
    "local": "deploy/local",
}
BUILD = ("hatchling",)
# A program under the GPL that runs beside us on one machine; with Docker the database is MongoDB.
ABSENT = frozenset({"secantusdb"})
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
VIA = re.compile(r"^    #(?: via)? +([a-z0-9][a-z0-9._-]*)$", re.MULTILINE)


def members(name: str) -> list[str]:
    """A member and the members it stands on, those first."""
    own = [found.removeprefix("tapal-") for found in _wanted(name) if found.startswith("tapal-")]
    return list(dict.fromkeys([*(below for found in own for below in members(found)), name]))


def direct(name: str) -> set[str]:
    """What a member, and the members it stands on, ask for by name."""
    return {found for member in members(name) for found in _wanted(member) if not found.startswith("tapal-")}


def subset(lock: str, wanted: Set[str]) -> str:
    """The entries of the lock for these packages and all that they need. Raises KeyError for one not in the lock."""
    entries = dict(_entries(lock))
    needs: dict[str, set[str]] = {}
    for package, text in entries.items():
        for parent in VIA.findall(text):
            needs.setdefault(parent, set()).add(package)
    return "".join(entries[package] for package in sorted(_reached(set(wanted) - ABSENT, needs)))


def _wanted(name: str) -> list[str]:
    project = tomllib.loads((ROOT / MEMBERS[name] / "pyproject.toml").read_text())["project"]
    return [_normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in project["dependencies"]]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _entries(lock: str) -> Iterator[tuple[str, str]]:
    """Name and text; a package that has a version for each Python has several entries, kept together."""
    starts = [*PINNED.finditer(lock)]
    texts: dict[str, str] = {}
    for start, end in zip(starts, [*(found.start() for found in starts[1:]), len(lock)], strict=True):
        texts[start[1]] = texts.get(start[1], "") + lock[start.start() : end]
    yield from texts.items()


def _reached(wanted: Set[str], needs: Mapping[str, Set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = set(wanted)
    while ahead:
        package = ahead.pop()
        reached.add(package)
        ahead |= needs.get(package, set()) - reached - ABSENT
    return reached


def main(arguments: list[str]) -> str:
    match arguments:
        case ["--folders", name]:
            return "\n".join(f"./{MEMBERS[member]}" for member in members(name)) + "\n"
        case ["build"]:
            return subset(LOCK.read_text(), set(BUILD))
        case [name]:
            return subset(LOCK.read_text(), direct(name))
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]))
