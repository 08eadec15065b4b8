"""The one table of metrics. Labels are small closed sets: no ids, no person, nothing of protection events."""

from prometheus_client import Counter, Gauge, Histogram

__all__ = [
    "ALERTS",
    "AUDIT_ROWS",
    "BATCH_SIZE",
    "BUS_CONNECTED",
    "DEADLINES_OPEN",
    "DEADLINE_LATENESS",
    "EVENTS",
    "HTTP_SECONDS",
    "NOTICES",
    "QUEUE_DEPTH",
    "RETRIES",
    "TO_ALERT",
    "TO_STORED",
]

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400)

EVENTS = Counter("tapal_events_total", "Events by agency, type and outcome", ["agency", "type", "outcome"])
BATCH_SIZE = Histogram("tapal_batch_size", "Messages a batch", ["queue"], buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
TO_STORED = Histogram(
    "tapal_to_stored_seconds", "From the event's time, or its receipt, to stored", ["since"], buckets=SECONDS
)
TO_ALERT = Histogram(
    "tapal_to_alert_seconds", "From the event's time, or its receipt, to a changed alert", ["since"], buckets=SECONDS
)
ALERTS = Counter("tapal_alerts_total", "Alert changes by rule and new state", ["rule", "state"])
DEADLINES_OPEN = Gauge("tapal_deadlines_open", "Armed deadlines")
DEADLINE_LATENESS = Histogram("tapal_deadline_lateness_seconds", "How late a deadline fired", buckets=SECONDS)
QUEUE_DEPTH = Gauge("tapal_queue_depth", "Messages waiting; sealed queues are not measured", ["queue"])
RETRIES = Counter("tapal_retries_total", "Batches tried again, by reason", ["queue", "reason"])
BUS_CONNECTED = Gauge("tapal_bus_connected", "1 while connected to the broker")
HTTP_SECONDS = Histogram("tapal_http_seconds", "Answers by method, route and status", ["method", "route", "status"])
AUDIT_ROWS = Counter("tapal_audit_rows_total", "Audit rows written", ["action"])
NOTICES = Counter("tapal_notices_total", "Notices to subscriptions by kind and outcome", ["kind", "outcome"])
