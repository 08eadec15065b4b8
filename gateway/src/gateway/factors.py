"""Second factors at rest: the secret sealed under the gateway's own key, printed codes as digests, each good once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from chassis.keyring import Keyring
from chassis.mongo import Database, Document, outages
from gateway.factor import address_of, digest_of, digests_of, new_codes, new_secret, readable, step_of
from gateway.policy import needs_second_factor
from gateway.viewers import Role

__all__ = ["Factors", "rewrapped"]

PLACE = "second-factor"


@dataclass(frozen=True)
class Factors:
    """One for each account that has one. `live`: whether roles that need one are held to it. Raises Unavailable."""

    database: Database
    keyring: Keyring
    now: Callable[[], datetime]
    live: bool

    async def told(self, account: str, role: Role) -> dict[str, Any]:
        """What the owner is told of it."""
        row = await self._proved(account)
        proved_at = row["proved_at"].isoformat() if row else None
        return {
            "required": self.live and needs_second_factor(role),
            "proved_at": proved_at,
            "codes_left": len(row["codes"]) if row else 0,
        }

    async def is_missing(self, account: str, role: Role) -> bool:
        """Whether this person has to enrol before anything else."""
        return self.live and needs_second_factor(role) and await self._proved(account) is None

    async def owners(self) -> set[str]:
        """The accounts that have one."""
        with outages():
            rows = await self.database.factors.find({}, {"proved_at": 1}).to_list(None)
        return {row["_id"] for row in rows if row["proved_at"] is not None}

    async def begin(self, account: str) -> dict[str, str]:
        """A new secret, of no worth until it is proved. Raises Problem 409 where there is a factor."""
        if await self._proved(account):
            raise Problem(409, "second_factor_exists", id="Faktor kedua sudah ada.", en="There is a second factor.")
        secret = new_secret()
        row: Document = {**self._sealed(account, secret), "last_step": 0, "codes": [], "proved_at": None}
        with outages():
            await self.database.factors.replace_one({"_id": account}, row, upsert=True)
        return {"secret": readable(secret), "address": address_of(secret, account)}

    async def arrived(self, account: str, code: str) -> None:
        """Nothing where the secret has arrived, as a code of it shows. Raises Problem 401, 409."""
        with outages():
            row = await self.database.factors.find_one({"_id": account})
        if row is None or row["proved_at"] is not None:
            raise Problem(
                409, "nothing_to_prove", id="Mulai pendaftaran lebih dahulu.", en="Begin the enrolment first."
            )
        if not await self._of_time(row, code):
            raise wrong_code()

    async def prove(self, account: str) -> list[str]:
        """Whose secret has arrived has a factor from now on: the printed codes, told this once."""
        return await self._print(account, {"proved_at": self.now()})

    async def reprint(self, account: str) -> list[str]:
        """Ten new printed codes, told this once; the old ones are void."""
        return await self._print(account, {})

    async def remove(self, account: str) -> None:
        """It is gone, and with it what was printed."""
        with outages():
            await self.database.factors.delete_one({"_id": account})

    async def require(self, account: str, code: str) -> None:
        """Use up a code, where there is a factor. Raises Problem 401: `second_factor_required` or `wrong_code`."""
        row = await self._proved(account)
        if row is None:
            return
        if not code:
            raise Problem(
                401,
                "second_factor_required",
                id="Masukkan kode faktor kedua.",
                en="Give a code of the second factor.",
            )
        if not await self._use(row, code):
            raise wrong_code()

    async def uses(self, account: str, code: str) -> bool:
        """Use up a code; false for a wrong one, and where there is no factor."""
        row = await self._proved(account)
        return row is not None and await self._use(row, code)

    async def _use(self, row: Document, code: str) -> bool:
        return await self._of_time(row, code) or await self._of_paper(row, code)

    async def _of_time(self, row: Document, code: str) -> bool:
        """Of two who use one code at once, one gets in."""
        account = row["_id"]
        secret = self.keyring.unwrap(row["master"], row["sealed"], PLACE, account)
        step = step_of(secret, code.strip(), self.now(), row["last_step"])
        if step is None:
            return False
        # Under the newest master, so that an old one can go after a while.
        sealed = self._sealed(account, secret) if row["master"] != self.keyring.current else {}
        with outages():
            unused = {"_id": account, "last_step": {"$gte": 0, "$lt": step}}
            done = await self.database.factors.update_one(unused, {"$set": {"last_step": step, **sealed}})
        return done.matched_count == 1

    async def _of_paper(self, row: Document, code: str) -> bool:
        digest = digest_of(row["_id"], code)
        if digest not in row["codes"]:
            return False
        left = [item for item in row["codes"] if item != digest]
        with outages():
            unused = {"_id": row["_id"], "codes": row["codes"]}
            done = await self.database.factors.update_one(unused, {"$set": {"codes": left}})
        return done.matched_count == 1

    async def _print(self, account: str, more: Document) -> list[str]:
        codes = new_codes()
        with outages():
            fields = {"codes": digests_of(account, codes), **more}
            await self.database.factors.update_one({"_id": account}, {"$set": fields})
        return codes

    async def _proved(self, account: str) -> Document | None:
        with outages():
            row = await self.database.factors.find_one({"_id": account})
        return row if row and row["proved_at"] is not None else None

    def _sealed(self, account: str, secret: bytes) -> Document:
        return _sealed(self.keyring, account, secret)


async def rewrapped(database: Database, keyring: Keyring) -> int:
    """How many secrets were wrapped anew, so that none is left under an older master key. Raises Unavailable."""
    done = 0
    with outages():
        for row in await database.factors.find({"master": {"$ne": keyring.current}}).to_list(None):
            secret = keyring.unwrap(row["master"], row["sealed"], PLACE, row["_id"])
            seen = {"_id": row["_id"], "sealed": row["sealed"]}
            wrapped = await database.factors.update_one(seen, {"$set": _sealed(keyring, row["_id"], secret)})
            done += wrapped.modified_count
    return done


def _sealed(keyring: Keyring, account: str, secret: bytes) -> Document:
    master = keyring.current
    return {"master": master, "sealed": keyring.wrap(master, secret, PLACE, account)}


def wrong_code() -> Problem:
    """Of another time, used already, or simply wrong."""
    return Problem(401, "wrong_code", id="Kode salah atau sudah dipakai.", en="The code is wrong, or used already.")
