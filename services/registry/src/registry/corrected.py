"""In whose place an event counts: what rests on one version of it is found again by all the others. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from contracts.findings import Correction
from registry.chains import ages, by_root
from registry.lines import Line

__all__ = ["build_corrections"]


def build_corrections(told: Iterable[Line], counted: Iterable[Line]) -> tuple[Correction, ...]:
    """What counts of each chain of corrections, with what was said of this person before it or beside it.

    A version that was about somebody else is none of this person's: what was decided there is not decided here.
    """
    claims = {line.claim: line for line in told}
    if not any(line.target for line in claims.values()):
        return ()
    standing = {line.claim for line in counted}
    found: dict[str, Correction] = {}
    for chain in by_root(claims.values()).values():
        mine = _mine(chain)
        found |= {one.key: one for line in mine if line.claim in standing for one in _of(line, mine)}
    return tuple(found[key] for key in sorted(found))


def _mine(chain: Sequence[Line]) -> list[Line]:
    """What a chain says of this person, the first one first, and the corrections as they count one after the other."""
    age = ages(chain)
    mine = (line for line in chain if not line.elsewhere and not line.voids)
    return sorted(mine, key=lambda line: (age[line.key], line.path))


def _of(line: Line, mine: Sequence[Line]) -> Iterator[Correction]:
    versions: dict[str, list[Line]] = {}
    for one in mine:
        versions.setdefault(one.key, []).append(one)
    if before := tuple(key for key in versions if key != line.key):
        yield Correction(key=line.key, before=before)
    if line.kind == "check" and (found := tuple(_same_one(line, versions))):
        yield Correction(key=line.claim, before=found)


def _same_one(line: Line, versions: Mapping[str, Sequence[Line]]) -> Iterator[str]:
    """What other versions of a check say of the same one met: at the same place, or the only one who is this person."""
    for key, said in versions.items():
        if key != line.key:
            alone = len(said) == 1 == len(versions[line.key])
            yield from (one.claim for one in said if alone or one.path == line.path)
