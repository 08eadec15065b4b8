"""The cases of a process, wired: their clock, and their routes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter

from alerts.api import Reading
from alerts.asks_store import Asks
from alerts.cases.admission import Admission
from alerts.cases.api import case_routes
from alerts.cases.clock import CaseLimits, read_limits
from alerts.cases.commands import CaseCommands
from alerts.cases.everything import everything_routes
from alerts.cases.retention import CaseRetention
from alerts.cases.store import CaseStore
from alerts.cases.timers import CaseClock
from alerts.engine import Engine
from alerts.legal_holds import LegalHolds
from chassis.drawers import Drawers
from chassis.mongo import Database
from chassis.statement import Verifier

__all__ = ["Casework", "casework"]


@dataclass(frozen=True)
class Casework:
    """What a process takes of it by its roles."""

    store: CaseStore
    clock: CaseClock
    retention: CaseRetention
    limits: CaseLimits

    def routes(self, reading: Reading, asks: Asks, verifier: Verifier) -> APIRouter:
        """The routes of the cases, over the same alerts and questions as the others."""
        admission = Admission(reading.store, reading.desk)
        commands = CaseCommands(self.store, reading.store, asks, reading.reasons, admission, reading.now, self.limits)
        router = APIRouter()
        router.include_router(case_routes(commands, reading, verifier))
        router.include_router(everything_routes(self.store, reading, verifier))
        return router


async def casework(database: Database, drawers: Drawers, made: Engine, now: Callable[[], datetime]) -> Casework:
    """The cases over the database of the alerts."""
    limits = read_limits()
    store = CaseStore(database, drawers, made.outbox, limits)
    await store.prepare()
    retention = CaseRetention(store, made.store, LegalHolds(database), limits, now)
    return Casework(store, CaseClock(store, limits, now, made.turn), retention, limits)
