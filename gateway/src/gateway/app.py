"""What is wired to what: with assembly.py, the only file that sees the whole gateway."""

from contextlib import AsyncExitStack
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from chassis.http import create_app
from chassis.run import Process
from chassis.tls import tls_door
from gateway import (
    docs,
    routes_accounts,
    routes_alerts,
    routes_asks,
    routes_audit,
    routes_cases,
    routes_checklist,
    routes_console,
    routes_console_accounts,
    routes_console_factor,
    routes_console_subscriptions,
    routes_corrections,
    routes_data_protection,
    routes_factor,
    routes_guards,
    routes_identities,
    routes_intake,
    routes_keys,
    routes_office,
    routes_persons,
    routes_rules,
    routes_session,
    routes_sign_in,
    routes_subscriptions,
    routes_telephone,
    routes_uploads,
)
from gateway.assembly import Assembly
from gateway.edge import PROBLEMS
from gateway.headers import Marked
from gateway.openapi import describe
from gateway.settings import GatewaySettings
from gateway.upgrades import NoUpgrade

__all__ = ["build"]


async def build(settings: GatewaySettings, stack: AsyncExitStack) -> Process:
    """The gateway, ready to run. Nothing it needs has to be there yet but its files.

    In live mode the database too, and all that is demanded: raises NotLive, and nothing has begun.
    """
    parts = await Assembly.open(settings, stack)
    await parts.console.checklist.insist()
    app = create_app("Tapal", version("tapal-gateway"), parts.checks(), public=True)
    app.add_middleware(NoUpgrade)
    app.add_middleware(Marked, mode=settings.mode)
    _add_routes(app, parts)
    describe(app)
    tls = [tls_door(app, settings.http_host, settings.tls)] if settings.tls else []
    return Process(app, (*parts.work(), *tls))


def _add_routes(app: FastAPI, parts: Assembly) -> None:
    # In the order in which a request is compared with them: what is asked for most comes first.
    for router in (
        routes_alerts.routes(parts.desk, parts.door),
        routes_persons.routes(parts.dossiers, parts.door),
        routes_intake.routes(parts.door, parts.publisher.publish, parts.receipts, parts.now),
        routes_session.routes(parts.logins, parts.door),
        routes_session.session_routes(parts.sessions, parts.door),
        routes_factor.routes(parts.enrolments, parts.door),
        routes_accounts.password_routes(parts.enrolments, parts.door),
        routes_accounts.routes(parts.staff, parts.door),
        routes_keys.routes(parts.keys, parts.door),
        routes_alerts.snooze_routes(parts.desk, parts.door),
        routes_alerts.stream_routes(parts.feed, parts.door, parts.now),
        routes_persons.party_routes(parts.parties, parts.door),
        routes_identities.routes(parts.identities, parts.door),
        routes_asks.routes(parts.console.asks, parts.door),
        routes_cases.routes(parts.cases, parts.door),
        routes_persons.matter_routes(parts.matters, parts.door),
        routes_office.routes(parts.console.office, parts.door),
        routes_audit.routes(parts.looks, parts.checkpoints, parts.door),
        routes_guards.emergency_routes(parts.console.emergencies, parts.door),
        routes_guards.consent_routes(parts.console.consents, parts.exports, parts.door),
        routes_rules.routes(parts.console.rulework, parts.door),
        routes_data_protection.routes(parts.console.data_protection, parts.console.consents, parts.door),
        routes_corrections.routes(parts.console.corrections, parts.door),
        routes_checklist.routes(parts.console.checklist, parts.door),
        routes_subscriptions.routes(parts.console.subscriptions, parts.door),
        routes_office.replay_routes(parts.replays, parts.door),
    ):
        app.include_router(router, responses=PROBLEMS)
    app.include_router(routes_console.routes(parts.console))
    app.include_router(routes_console_factor.routes(parts.console, parts.enrolments))
    if parts.sign_in:
        app.include_router(routes_sign_in.routes(parts.console, parts.sign_in))
    app.include_router(routes_console_accounts.routes(parts.console, parts.staff))
    app.include_router(routes_uploads.routes(parts.console, parts.uploads))
    app.include_router(routes_console_subscriptions.routes(parts.console))
    app.include_router(routes_telephone.routes(parts.console, parts.telephone))
    app.include_router(docs.routes(app, parts.console.pages, parts.door))
    app.mount("/static", StaticFiles(packages=[("gateway", "static")]))
