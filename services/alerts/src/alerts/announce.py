"""What is sent of an alert: to all readers on the exchange, and to each told agency on its own queue."""

from collections.abc import Iterable

from alerts.alert import Alert
from chassis.bus import Letter
from contracts.messages import AlertChanged, AlertNotice, Message
from contracts.snapshots import Origin

__all__ = ["EXCHANGE", "letter", "letters_of"]

EXCHANGE = "alerts"
SAFEGUARD = "safeguard.changed"


def letters_of(alert: Alert, origin: Origin | None = None, trace: str | None = None) -> Iterable[Letter]:
    """The letters of an alert as it stands. Readers drop revisions that they have.

    What watches the readers themselves goes by a key of its own, which neither the stream nor the figures take, and
    to no agency.
    """
    trace = origin.trace if origin else trace
    if alert.side == "safeguard":
        yield letter(EXCHANGE, SAFEGUARD, _changed(alert, origin), trace)
        return
    yield letter(EXCHANGE, AlertChanged.TYPE, _changed(alert, origin), trace)
    notice = AlertNotice(
        alert=alert.id,
        revision=alert.revision,
        rule=alert.rule,
        severity=alert.severity,
        state=alert.state,
        updated_at=alert.updated_at,
    )
    # What stands behind a larger question is seen in the list, and nobody is called for it.
    for agency in () if alert.behind else alert.agencies:
        yield letter("", f"to.{agency}", notice, trace)


def letter(exchange: str, key: str, message: Message, trace: str | None) -> Letter:
    """A message on its way."""
    return Letter(exchange, key, message.model_dump_json().encode(), type=message.TYPE, trace=trace)


def _changed(alert: Alert, origin: Origin | None) -> AlertChanged:
    return AlertChanged(
        alert=alert.id,
        revision=alert.revision,
        rule=alert.rule,
        series=alert.series,
        side=alert.side,
        severity=alert.severity,
        state=alert.state,
        behind=alert.behind,
        subject=alert.subject,
        village=alert.village,
        agencies=alert.agencies,
        opened_at=alert.opened_at,
        updated_at=alert.updated_at,
        origin=origin,
    )
