"""`python -m gateway`: 78 (EX_CONFIG of sysexits.h) where live mode is not allowed yet, with what is missing."""

import os
import sys
from collections.abc import Iterator

from chassis.run import run
from gateway.app import build
from gateway.going_live import FaultyFile, NotLive
from gateway.settings import GatewaySettings
from gateway.texts import LANGUAGES, Texts, read_catalogue


def _told(error: NotLive) -> Iterator[str]:
    catalogue = read_catalogue()
    for t in (Texts(catalogue, language) for language in LANGUAGES):
        yield t("golive.refused")
        for one in error.points:
            lacking = ", ".join(t.word(f"golive.missing.{code}") for code in one.missing)
            yield f"- {one.point}: {t(f'golive.point.{one.point}')}: {lacking}"
            yield f"  {t(f'golive.todo.{one.point}')}"


if __name__ == "__main__":
    try:
        run(GatewaySettings(), build)
    except (NotLive, FaultyFile) as error:
        lines = _told(error) if isinstance(error, NotLive) else [str(error)]
        sys.stderr.writelines(f"{line}\n" for line in lines)
        raise SystemExit(os.EX_CONFIG) from None
