"""Runs a supervisor over fake parts until it is told to stop: local_driver.py HOME PORT PORT [--stubborn]."""

import asyncio
import sys
from pathlib import Path

from tapal_local.cli import run
from tapal_local.home import Home
from tapal_local.part import Part, answers
from tapal_local.supervisor import supervised

FAKE = Path(__file__).with_name("local_fake.py")


class Printer:
    def changed(self, statuses):
        return

    def heard(self, part, line):
        print(f"{part}: {line}", flush=True)


def fake(name: str, port: int, *options: str, after: tuple[str, ...] = ()) -> Part:
    return Part(
        name=name,
        command=(sys.executable, str(FAKE), str(port), *options),
        ready=answers(f"http://127.0.0.1:{port}/health/ready"),
        address=f"http://127.0.0.1:{port}",
        after=after,
        grace=2,
    )


async def drive(home: Home, ports: list[int], options: list[str]) -> None:
    parts = [fake("first", ports[0], "--child"), fake("second", ports[1], *options, after=("first",))]
    async with supervised(parts, home, Printer()) as supervisor:
        await supervisor.start()
        print("all ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    place = Home(path=Path(sys.argv[1]), root=Path(sys.argv[1]))
    place.make()
    sys.exit(run(drive(place, [int(port) for port in sys.argv[2:4]], sys.argv[4:])))
