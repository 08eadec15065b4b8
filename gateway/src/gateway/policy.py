"""Who may do what, for which purpose: one table, deny by default. Pure."""

from collections.abc import Mapping

from chassis.errors import Problem
from gateway.actions import Action
from gateway.purpose import Kind
from gateway.viewers import Role

__all__ = ["Action", "is_allowed", "may_ever", "needs_second_factor", "needs_second_person", "require"]


_PLAIN = frozenset({Kind.NONE})
# Where no purpose is needed, naming one does no harm.
_ANY = frozenset(Kind)
_REASON = frozenset({Kind.ORDER, Kind.ALERT})
_CASE = _REASON | {Kind.CASE}
_REVIEW = frozenset({Kind.REVIEW})
_GLASS = frozenset({Kind.EMERGENCY})

_EVERYBODY = {
    Action.READ_SOURCES: _ANY,
    Action.READ_SCORECARDS: _ANY,
    Action.READ_RULES: _ANY,
    Action.READ_SESSIONS: _ANY,
}
_OFFICE = {
    **_EVERYBODY,
    Action.READ_REPORTS: _ANY,
    Action.READ_RECEIPTS: _ANY,
}
_OPERATOR = {
    **_OFFICE,
    Action.UPLOAD: _ANY,
    Action.TELEPHONE: _ANY,
    Action.READ_QUARANTINE: _ANY,
    Action.REPLAY: _ANY,
    Action.READ_ALERTS: _ANY,
    Action.WORK_ALERTS: _ANY,
    Action.JOIN_NAMES: _CASE | {Kind.DESK},
    # A list is about nobody in particular: no alert, case or order leads to everybody on it.
    Action.LIST_NAMES: frozenset({Kind.DESK}),
    Action.READ_PERSON: _CASE | _REVIEW | _GLASS,
    Action.LIST_REVIEWS: _ANY,
    Action.READ_REVIEW: _REVIEW,
    Action.CONTEST_EVENT: _CASE | _REVIEW,
    # Whoever stands before an officer may say that something is wrong.
    Action.ASK_CORRECTION: _CASE | _REVIEW,
    Action.READ_CORRECTIONS: _ANY,
    Action.READ_EVENT: _CASE | _REVIEW | _GLASS,
    Action.BREAK_GLASS: _ANY,
    Action.READ_EMERGENCIES: _ANY,
    # Looking for a document is not work on an alert that is already about somebody.
    Action.FIND_PERSON: frozenset({Kind.ORDER}),
    # By name nobody is looked for without a case or an order.
    Action.SEARCH_PERSONS: _CASE,
    # A case opens no guest list: that is for an order, or an alert about the party.
    Action.READ_PARTY: _REASON,
    Action.READ_CASES: _ANY,
    Action.OPEN_CASE: _ANY,
    Action.WORK_CASE: _ANY,
    Action.HAND_OVER_CASE: _ANY,
    # Before a step against anybody: the question needs the case it is about, its answer only whoever asked.
    Action.ASK: _CASE | _GLASS,
    Action.READ_ASKS: _ANY,
}
TABLE: Mapping[Role, Mapping[Action, frozenset[Kind]]] = {
    Role.OPERATOR: _OPERATOR,
    # A reception, a village office, a post with paper books: they send, and read what became of it.
    Role.REPORTER: {
        Action.READ_SOURCES: _ANY,
        Action.READ_SCORECARDS: _ANY,
        Action.READ_SESSIONS: _ANY,
        Action.UPLOAD: _ANY,
        Action.TELEPHONE: _ANY,
        Action.READ_RECEIPTS: _ANY,
    },
    Role.SUPERVISOR: {
        **_OPERATOR,
        # The service asks for the owner's own people, and for a second one to approve.
        Action.CHANGE_RULES: _ANY,
        Action.JUDGE_REVIEW: _REVIEW,
        Action.CLOSE_CASE: _ANY,
        Action.MERGE_CASES: _ANY,
        Action.CHANGE_IDENTITY: _CASE | _REVIEW,
        Action.DECIDE_EVENT: _CASE | _REVIEW,
        Action.READ_AUDIT: _ANY,
        Action.READ_SUBSCRIPTIONS: _ANY,
        Action.CHANGE_SUBSCRIPTIONS: _ANY,
        # Many persons at once leave the system only by an order, and with a second person's consent.
        Action.READ_CONSENTS: _ANY,
        Action.ASK_EXPORT: _ANY,
        Action.GIVE_EXPORT: _ANY,
        Action.EXPORT: _ANY,
    },
    Role.PROTECTION_OFFICER: {
        **_EVERYBODY,
        Action.TELEPHONE: _ANY,
        Action.LIST_MATTERS: _ANY,
        Action.READ_MATTER: frozenset({Kind.MATTER}),
        Action.TAKE_MATTER: frozenset({Kind.MATTER}),
        Action.RELEASE_MATTER: frozenset({Kind.MATTER}),
        # By a matter only once a second officer of the desk has agreed; alone, by breaking the glass.
        Action.READ_PERSON: frozenset({Kind.MATTER}) | _GLASS,
        Action.READ_EVENT: frozenset({Kind.MATTER}) | _GLASS,
        Action.READ_CONSENTS: _ANY,
        Action.ASK_REVEAL: _ANY,
        Action.GIVE_REVEAL: _ANY,
        Action.BREAK_GLASS: _ANY,
        Action.READ_EMERGENCIES: _ANY,
    },
    Role.DATA_PROTECTION_OFFICER: {
        **_EVERYBODY,
        Action.READ_REPORTS: _ANY,
        # Of the whole team; anybody else of what their agency is about (remit.py).
        Action.READ_ALL_REPORTS: _ANY,
        Action.READ_AUDIT: _ANY,
        Action.READ_ALL_AUDIT: _ANY,
        Action.READ_PROTECTION_AUDIT: _ANY,
        Action.REPORT_BREACH: _ANY,
        Action.WATCH_READERS: _ANY,
        Action.READ_EMERGENCIES: _ANY,
        Action.REVIEW_EMERGENCY: _ANY,
        Action.READ_CONSENTS: _ANY,
        Action.GIVE_EXPORT: _ANY,
        Action.GIVE_ACCOUNT: _ANY,
        Action.READ_CHECKLIST: _ANY,
        Action.ASK_CORRECTION: _ANY,
        Action.READ_CORRECTIONS: _ANY,
        Action.DECIDE_CORRECTION: _ANY,
        # Each names its order; nothing here opens a dossier to whoever is alone.
        Action.KEEP_HOLDS: _ANY,
        Action.READ_ERASURES: _ANY,
        Action.ASK_EVERYTHING: _ANY,
        Action.GIVE_EVERYTHING: _ANY,
        Action.TAKE_EVERYTHING: _ANY,
        # Only those that watch the readers: the service asks for that, and for a second one to approve.
        Action.CHANGE_RULES: _ANY,
    },
    # Looks into how persons' data were read, from outside the line.
    Role.INSPECTOR: {
        **_EVERYBODY,
        Action.READ_AUDIT: _ANY,
        Action.READ_ALL_AUDIT: _ANY,
        Action.WATCH_READERS: _ANY,
        Action.READ_CONSENTS: _ANY,
        # What a data-protection officer asks for about one person: the second one from outside of any line.
        Action.GIVE_EVERYTHING: _ANY,
        Action.CHANGE_RULES: _ANY,
    },
    Role.AGENCY_SYSTEM: {
        Action.SEND_EVENTS: _PLAIN,
        Action.READ_SCORECARDS: _PLAIN,
        Action.READ_RECEIPTS: _PLAIN,
        Action.READ_SEALED_RECEIPTS: _PLAIN,
    },
    Role.ADMINISTRATOR: {
        **_EVERYBODY,
        Action.READ_REPORTS: _ANY,
        Action.READ_ALL_REPORTS: _ANY,
        Action.READ_QUARANTINE: _ANY,
        Action.READ_ALL_QUARANTINE: _ANY,
        Action.REPLAY: _ANY,
        Action.REANNOUNCE: _ANY,
        Action.READ_SUBSCRIPTIONS: _ANY,
        Action.CHANGE_SUBSCRIPTIONS: _ANY,
        # Of every agency.
        Action.ADMINISTER_SUBSCRIPTIONS: _ANY,
        Action.ADMINISTER_ACCOUNTS: _ANY,
        # More than an officer or a reporter nobody becomes by one administrator alone.
        Action.READ_CONSENTS: _ANY,
        Action.ASK_ACCOUNT: _ANY,
        Action.GIVE_ACCOUNT: _ANY,
        Action.ADMINISTER_KEYS: _ANY,
        Action.READ_CHECKLIST: _ANY,
    },
}

# In live mode they do nothing before they have a second factor: what they see or change has no second reader.
SECOND_FACTOR = frozenset({Role.PROTECTION_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR})


# What one administrator makes alone; every other role, in live mode, with a second person.
MADE_ALONE = frozenset({Role.OPERATOR, Role.REPORTER})


def needs_second_person(role: Role) -> bool:
    """Whether in live mode another person has to agree to an account of this role."""
    return role not in MADE_ALONE


def needs_second_factor(role: Role) -> bool:
    """Whether somebody of this role has to have a second factor in live mode."""
    return role in SECOND_FACTOR


def is_allowed(role: Role, action: Action, kind: Kind) -> bool:
    """Whether this role may do this for a purpose of this kind."""
    return kind in TABLE.get(role, {}).get(action, frozenset())


def may_ever(role: Role, action: Action) -> bool:
    """Whether there is a purpose for which this role may do this."""
    return bool(TABLE.get(role, {}).get(action))


def require(role: Role, action: Action, kind: Kind = Kind.NONE) -> None:
    """Nothing where it is allowed. Raises Problem 403: `purpose_required` if another purpose would do."""
    if is_allowed(role, action, kind):
        return
    if not may_ever(role, action):
        raise Problem(
            403, "not_allowed", id="Peran Anda tidak berwenang untuk ini.", en="Your role is not allowed to do this."
        )
    kinds = sorted(item.value for item in TABLE[role][action])
    raise Problem(
        403,
        "purpose_required",
        id="Sebutkan tujuan yang sesuai dalam Tapal-Purpose.",
        en="Name a suitable purpose in Tapal-Purpose.",
        purposes=kinds,
    )
