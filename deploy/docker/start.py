"""Start a program with its passwords put into the addresses.

In TAPAL_…_URL, "{amqp}" stands for what is in amqp.password among this container's secrets: so the compose file shows
every setting and no secret, and neither does `docker inspect`.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["filled"]

SECRETS = Path("/run/tapal")
PLACE = re.compile(r"\{([a-z][a-z0-9-]*)\}")
ADDRESS = re.compile(r"TAPAL_[A-Z_]*_URL")


def filled(environment: Mapping[str, str], secrets: Path) -> dict[str, str]:
    """The environment with every password in its place. Raises OSError when there is no such secret."""

    def password(found: re.Match[str]) -> str:
        return (secrets / f"{found[1]}.password").read_text().strip()

    addresses = {name: PLACE.sub(password, value) for name, value in environment.items() if ADDRESS.fullmatch(name)}
    return {**environment, **addresses}


if __name__ == "__main__":
    os.execvpe(sys.argv[1], sys.argv[1:], filled(os.environ, SECRETS))
