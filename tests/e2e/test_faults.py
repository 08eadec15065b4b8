"""kill -9 of everything in the middle of a load: nothing confirmed is lost, nothing innocent set aside, no alert twice.

The figures of the last run by hand, and the command for it, are in docs/faults.md.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from fault_checks import check_cases, check_deadlines, check_patterns, check_verdicts, of_series, stands
from fault_kills import IN_THEIR_HANDS, KILLS, Killer
from fault_load import Sender, make_load
from fault_watch import Watch
from fault_work import Case, at_work
from quarantined import quarantined
from scanned import scanned_system

pytestmark = [pytest.mark.e2e, pytest.mark.load, pytest.mark.anyio]
PEOPLE = 800
SERIES = ("stay-end", "request-answer", "lodging-report", "one-for-many")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def watch(tmp_path: Any) -> AsyncIterator[Watch]:
    with scanned_system(tmp_path / "home") as system:
        watching = Watch(system, make_load(PEOPLE))
        yield watching
        await watching.management.aclose()
        await watching.door.aclose()
        watching.mongo.close()


async def check_events(watch: Watch, confirmed: set[str]) -> dict[str, int]:
    log, quarantine = await watch.rows("registry", "log"), await quarantined(watch.system)
    refused = {row["event_id"] for row in quarantine}
    sent = {item.name: watch.key(item) for item in watch.load.events}
    assert confirmed == sent.keys()
    lost = [name for name in confirmed if sent[name] not in log and name not in refused]
    assert lost == []
    assert refused == watch.load.bad
    assert len(log) + len(quarantine) == len(sent)
    dead = {name: n for name, n in (await watch.queues()).items() if "dead" in name and n}
    assert dead == {}
    await watch.note_dead()
    assert watch.of_dead_queues == 0
    return {"confirmed": len(confirmed), "lost": len(lost), "log": len(log), "quarantine": len(quarantine)}


async def check_alerts(watch: Watch) -> dict[str, int]:
    log, alerts = await watch.rows("registry", "log"), await watch.of("stay-end")
    entries = [watch.key(item) for item in watch.load.events if item.name in watch.load.late]
    expected = Counter(log[key]["subjects"][0] for key in entries)
    standing = [row for row in alerts if stands(row)]
    assert Counter(row["subject"] for row in standing) == expected
    assert Counter(row["rule"] for row in standing) == {"R02a": len(entries) // 2, "R02b": len(entries) // 2}
    # An entry that came before its exit or extension had an alert, which withdrew itself.
    assert {row["state"] for row in alerts} <= {"open", "dismissed", "withdrawn"}
    assert set(Counter(row["subject"] for row in alerts).values()) == {1}
    known, told = await watch.rows("registry", "persons"), await watch.rows("alerts", "subjects")
    people = {f"person:{id}": row["v"] for id, row in known.items()}
    assert {key: row["v"] for key, row in told.items() if key.startswith("person:")} == people
    await check_reports(watch, known)
    return {"alerts": len(standing), "withdrawn": len(alerts) - len(standing), "persons": len(known)}


async def check_reports(watch: Watch, persons: dict[str, Any]) -> None:
    alerts = await watch.rows("alerts", "alerts")
    counts = {id: row["n"] for id, row in (await watch.rows("reports", "counts")).items() if row["n"]}
    expected = Counter(f"alerts|{row['rule']}|{row['state']}" for row in alerts.values())
    assert {id: n for id, n in counts.items() if id.startswith("alerts|")} == expected
    assert sum(n for id, n in counts.items() if id.startswith("presence|")) == len(persons) * 3 // 4


async def check_the_rest(watch: Watch, told: dict[str, Case]) -> dict[str, int]:
    """Deadlines, patterns and cases."""
    log, alerts = await watch.rows("registry", "log"), await watch.rows("alerts", "alerts")
    keys = {item.name: watch.key(item) for item in watch.load.rest}

    def people(names: Iterable[str]) -> frozenset[str]:
        return frozenset(log[keys[name]]["subjects"][0] for name in names)

    work = at_work(watch.system, watch.door)
    await work.enter()
    seen = {id: await work.holder(id) for id in told}
    check_verdicts(of_series(alerts, "stay-end"), seen)
    shares, patterns = await watch.rows("alerts", "shares"), watch.load.patterns
    cases, limits = await watch.rows("alerts", "cases"), await watch.rows("alerts", "case_deadlines")
    figures = check_deadlines(alerts, patterns) | check_patterns(alerts, shares, patterns, people)
    return figures | check_cases(cases, limits, told, seen)


async def picture(watch: Watch) -> dict[str, Any]:
    """Everything that a second delivery must leave as it is."""
    alerts = {row["_id"]: row for series in SERIES for row in await watch.of(series)}
    names = {"registry": ("log", "quarantine", "persons", "rows", "tokens", "parties"), "reports": ("rows", "counts")}
    held = {f"{base}.{name}": await watch.rows(base, name) for base, found in names.items() for name in found}
    beside = {name: await watch.rows("alerts", name) for name in ("aliases", "shares", "cases")}
    return {"alerts": alerts, **beside, **held}


async def test_whatever_is_killed_nothing_confirmed_is_lost_and_no_alert_comes_twice(watch: Watch) -> None:
    began, sender, work = time.monotonic(), Sender(watch.system), at_work(watch.system, watch.door)
    killer = Killer(watch)
    await killer.everything(sender, work)
    assert set(killer.done) == {*KILLS, *IN_THEIR_HANDS}
    assert work.asked_again, "parts died while officers waited for an answer"
    await watch.until_quiet()
    figures = await check_events(watch, sender.confirmed) | await check_alerts(watch)
    figures |= await check_the_rest(watch, work.told)

    before, again = await picture(watch), Sender(watch.system)
    read_before = await watch.events_read()
    await again.send(watch.load.events)
    async with asyncio.timeout(30):
        while await watch.events_read() - read_before < len(watch.load.events):
            await asyncio.sleep(0.3)
    await watch.until_quiet()
    assert await picture(watch) == before
    await check_events(watch, again.confirmed)
    seconds = round(time.monotonic() - began, 1)
    tried = {"killed": killer.done.total(), "sender_breaks": sender.breaks, "asked_again": work.asked_again}
    print(json.dumps({**figures, **tried, "seconds": seconds}))
