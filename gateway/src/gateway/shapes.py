"""What each list of /v1 offers: the names of its rows, and the orders it is kept in. One table.

`tests/e2e/test_every_list.py` holds every row of a running system against it.
"""

from contracts.agencies import Agency
from contracts.messages import Receipt
from contracts.scorecards import SourceScorecard
from contracts.snapshots import Stay
from gateway.lists import Shape

__all__ = [
    "ACCOUNTS",
    "AGENCIES",
    "ALERTS",
    "ASKS",
    "AUDIT",
    "BUDGET",
    "CASES",
    "CONSENTS",
    "CORRECTIONS",
    "COUNTS",
    "EMERGENCIES",
    "ERASURES",
    "FIGURES",
    "HITS",
    "HOLDS",
    "KEYS",
    "QUARANTINE",
    "RECEIPTS",
    "REVIEWS",
    "RULES",
    "SCORECARDS",
    "SESSIONS",
    "SNOOZES",
    "SOURCES",
    "STAYS",
    "SUBSCRIPTIONS",
    "TASKS",
    "UPCOMING",
    "VERSIONS",
]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALERTS = Shape(
    _names(
        "id revision rule series side severity state subject.kind subject.id subject_name village agencies title.id "
        "title.en opened_at updated_at reading evidence behind"
    ),
    sorts=("-updated_at",),
    usual=50,
    most=200,
)
SNOOZES = Shape(
    _names("alert.* fact.name fact.value fact.label.* reason by at until ended hid.*"),
    sorts=("-at", "at"),
    key=("alert.id",),
)
CASES = Shape(
    _names(
        "id revision state severity level agency officer seats offered.* groups.kind groups.id pinned tasks_open "
        "opened_at updated_at taken_up_at limit_at outcome"
    ),
    sorts=("-level", "-updated_at"),
    usual=50,
    most=200,
)
HITS = Shape(
    _names("person total names birth_dates places parts.field parts.label parts.weight"),
    sorts=("-total",),
    key=("person",),
    usual=20,
    most=50,
)
REVIEWS = Shape(_names("id kind total opened_at people pairs later.by later.at"), sorts=("-total",), usual=50, most=200)
STAYS = Shape(frozenset(Stay.model_fields), sorts=("opened_on", "-opened_on"), key=("keys",))
TASKS = Shape(
    _names(
        "id revision state kind severity findings.rule findings.severity findings.title.* findings.wording.* "
        "findings.facts.* person people lapsed unreadable responsible taken_by occurred_at received_at"
    ),
    sorts=("-severity", "-received_at"),
    key=("received_at", "id"),
)
ASKS = Shape(
    _names("id person action state asked_by asked_at answer_at answer given_to given_at valid_until"),
    sorts=("-asked_at",),
)
SOURCES = Shape(
    _names("key agency source clears rhythm_hours last_heard_at covered_until closed_until silent"),
    sorts=("agency",),
    key=("key",),
)
AGENCIES = Shape(frozenset(Agency.model_fields) | _names("names.* may_send.* sources.*"), sorts=("code",), key=())
SCORECARDS = Shape(
    frozenset(SourceScorecard.model_fields) | _names("lateness.* refused.*"), sorts=("agency",), key=("source",)
)
RULES = Shape(
    _names(
        "id version owner side subject series anchor legal.* condition wait urgent deadline.* absence.* behind "
        "first_notified severity title.id title.en wording.id wording.en expires"
    ),
    sorts=("id", "-severity"),
)
FIGURES = Shape(
    _names("rule raised decided confirmed dismissed dismissed_for.* withdrawn false_positive_rate"),
    sorts=("rule",),
    key=(),
)
VERSIONS = Shape(
    _names(
        "rule version title.id title.en owner side stage expires waiting_for history.at history.by history.what "
        "history.reason"
    ),
    sorts=("rule",),
    key=("version",),
)
BUDGET = Shape(_names("rule agency raised budget at week"), sorts=("-at",), key=("rule", "agency"))
QUARANTINE = Shape(
    _names("id agency uri event_id kind code field reason.id reason.en at raw kept sender sequence replays.* again.*"),
    sorts=("-at",),
)
RECEIPTS = Shape(
    frozenset(Receipt.model_fields) | _names("reason.id reason.en"), sorts=("at",), key=("outcome", "code")
)
COUNTS = Shape(_names("day post action n"), sorts=("day", "-day"), key=("post", "action"))
ACCOUNTS = Shape(
    _names("account name role agency source disabled first_password second_factor sign_in revision"),
    sorts=("account",),
    key=(),
)
KEYS = Shape(_names("id source by at until used_at revoked_at good"), sorts=("source", "-at"))
SESSIONS = Shape(
    _names("id account role agency kind device at active_at until state current"), sorts=("-at",), most=200
)
CONSENTS = Shape(
    _names("id what about reason order_no asked_by agency state answered_by at until answered_at"),
    sorts=("-at",),
    most=200,
)
EMERGENCIES = Shape(_names("id person account role agency reason at until review.*"), sorts=("-at",), most=200)
AUDIT = Shape(
    _names("id at account role agency action purpose ids trace outcome protection mark"), sorts=("-at",), key=("id",)
)
SUBSCRIPTIONS = Shape(
    _names(
        "id revision agency channel address min_severity rules quiet_from quiet_until digest_hour state paused_for "
        "created_by created_at rotated_until"
    ),
    sorts=("created_at", "-created_at"),
)
CORRECTIONS = Shape(
    _names("id person events asked_by agency state at received_at due_at reason decision.* overdue"),
    sorts=("due_at", "-due_at", "-at"),
)
HOLDS = Shape(_names("id on event at"), sorts=("-at", "at"))
ERASURES = Shape(_names("id person case account rule at whole entries parts digest until"), sorts=("-at", "at"))
UPCOMING = Shape(_names("person on"), sorts=("on",), key=("person",))
