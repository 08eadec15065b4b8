"""Make MongoDB a replica set of one, which transactions need, and wait until it takes writes. Safe to repeat."""

import os
import sys
import time

from pymongo import MongoClient
from pymongo.errors import OperationFailure

ALREADY_INITIALIZED = 23
PATIENCE_S = 60


def main(name: str, member: str) -> None:
    """Found the set. Raises TimeoutError when the member does not become primary."""
    # Direct: the driver would otherwise look for a primary, which there is not yet.
    client: MongoClient[dict[str, object]] = MongoClient(os.environ["TAPAL_MONGO_ADMIN_URL"], directConnection=True)
    try:
        client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": member}]})
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise
    deadline = time.monotonic() + PATIENCE_S
    while not client.admin.command("hello")["isWritablePrimary"]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{member} did not become primary")
        time.sleep(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
