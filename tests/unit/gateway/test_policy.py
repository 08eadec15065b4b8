"""The whole table, over every combination: what is not listed here is denied."""

from itertools import product

import pytest

from chassis.errors import Problem
from gateway.policy import Action, is_allowed, require
from gateway.purpose import Kind
from gateway.viewers import Role

OFFICE = {Role.OPERATOR, Role.SUPERVISOR}
WATCHERS = {Role.DATA_PROTECTION_OFFICER, Role.INSPECTOR}
PEOPLE = set(Role) - {Role.AGENCY_SYSTEM}
# action: who may, for which purposes (None: for any, and without one)
EXPECTED = {
    Action.SEND_EVENTS: ({Role.AGENCY_SYSTEM}, {Kind.NONE}),
    Action.READ_SEALED_RECEIPTS: ({Role.AGENCY_SYSTEM}, {Kind.NONE}),
    Action.READ_QUARANTINE: (OFFICE | {Role.ADMINISTRATOR}, None),
    Action.REPLAY: (OFFICE | {Role.ADMINISTRATOR}, None),
    Action.READ_ALL_QUARANTINE: ({Role.ADMINISTRATOR}, None),
    Action.READ_ALERTS: (OFFICE, None),
    Action.WORK_ALERTS: (OFFICE, None),
    Action.JOIN_NAMES: (OFFICE, {Kind.DESK, Kind.ORDER, Kind.ALERT, Kind.CASE}),
    Action.LIST_NAMES: (OFFICE, {Kind.DESK}),
    Action.FIND_PERSON: (OFFICE, {Kind.ORDER}),
    Action.SEARCH_PERSONS: (OFFICE, {Kind.ORDER, Kind.ALERT, Kind.CASE}),
    Action.READ_PARTY: (OFFICE, {Kind.ORDER, Kind.ALERT}),
    Action.LIST_REVIEWS: (OFFICE, None),
    Action.READ_REVIEW: (OFFICE, {Kind.REVIEW}),
    Action.CONTEST_EVENT: (OFFICE, {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.REVIEW}),
    Action.JUDGE_REVIEW: ({Role.SUPERVISOR}, {Kind.REVIEW}),
    Action.CHANGE_IDENTITY: ({Role.SUPERVISOR}, {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.REVIEW}),
    Action.DECIDE_EVENT: ({Role.SUPERVISOR}, {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.REVIEW}),
    Action.READ_SOURCES: (PEOPLE, None),
    Action.READ_RULES: (PEOPLE, None),
    Action.CHANGE_RULES: ({Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.INSPECTOR}, None),
    Action.READ_REPORTS: (OFFICE | {Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}, None),
    Action.READ_ALL_REPORTS: ({Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}, None),
    Action.UPLOAD: (OFFICE | {Role.REPORTER}, None),
    Action.TELEPHONE: (OFFICE | {Role.REPORTER, Role.PROTECTION_OFFICER}, None),
    Action.LIST_MATTERS: ({Role.PROTECTION_OFFICER}, None),
    Action.READ_MATTER: ({Role.PROTECTION_OFFICER}, {Kind.MATTER}),
    Action.TAKE_MATTER: ({Role.PROTECTION_OFFICER}, {Kind.MATTER}),
    Action.RELEASE_MATTER: ({Role.PROTECTION_OFFICER}, {Kind.MATTER}),
    Action.READ_CASES: (OFFICE, None),
    Action.OPEN_CASE: (OFFICE, None),
    Action.WORK_CASE: (OFFICE, None),
    Action.HAND_OVER_CASE: (OFFICE, None),
    Action.CLOSE_CASE: ({Role.SUPERVISOR}, None),
    Action.MERGE_CASES: ({Role.SUPERVISOR}, None),
    Action.ASK: (OFFICE, {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.EMERGENCY}),
    Action.BREAK_GLASS: (OFFICE | {Role.PROTECTION_OFFICER}, None),
    Action.READ_EMERGENCIES: (OFFICE | {Role.PROTECTION_OFFICER, Role.DATA_PROTECTION_OFFICER}, None),
    Action.REVIEW_EMERGENCY: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.READ_CONSENTS: ({Role.SUPERVISOR, Role.PROTECTION_OFFICER, Role.ADMINISTRATOR} | WATCHERS, None),
    Action.ASK_ACCOUNT: ({Role.ADMINISTRATOR}, None),
    Action.GIVE_ACCOUNT: ({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}, None),
    Action.ASK_REVEAL: ({Role.PROTECTION_OFFICER}, None),
    Action.GIVE_REVEAL: ({Role.PROTECTION_OFFICER}, None),
    Action.ASK_EXPORT: ({Role.SUPERVISOR}, None),
    Action.GIVE_EXPORT: ({Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER}, None),
    Action.EXPORT: ({Role.SUPERVISOR}, None),
    Action.READ_ASKS: (OFFICE, None),
    Action.READ_SUBSCRIPTIONS: ({Role.SUPERVISOR, Role.ADMINISTRATOR}, None),
    Action.CHANGE_SUBSCRIPTIONS: ({Role.SUPERVISOR, Role.ADMINISTRATOR}, None),
    Action.ADMINISTER_SUBSCRIPTIONS: ({Role.ADMINISTRATOR}, None),
    Action.READ_AUDIT: ({Role.SUPERVISOR} | WATCHERS, None),
    Action.READ_ALL_AUDIT: (WATCHERS, None),
    Action.READ_PROTECTION_AUDIT: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.REPORT_BREACH: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.WATCH_READERS: (WATCHERS, None),
    Action.REANNOUNCE: ({Role.ADMINISTRATOR}, None),
    Action.READ_SESSIONS: (PEOPLE, None),
    Action.ADMINISTER_ACCOUNTS: ({Role.ADMINISTRATOR}, None),
    Action.ASK_CORRECTION: (OFFICE, {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.REVIEW}),
    Action.READ_CORRECTIONS: (OFFICE | {Role.DATA_PROTECTION_OFFICER}, None),
    Action.DECIDE_CORRECTION: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.KEEP_HOLDS: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.READ_ERASURES: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.ASK_EVERYTHING: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.GIVE_EVERYTHING: (WATCHERS, None),
    Action.TAKE_EVERYTHING: ({Role.DATA_PROTECTION_OFFICER}, None),
    Action.ADMINISTER_KEYS: ({Role.ADMINISTRATOR}, None),
    Action.READ_CHECKLIST: ({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}, None),
}


def expected(role: Role, action: Action, kind: Kind) -> bool:
    if action in (Action.READ_PERSON, Action.READ_EVENT):
        ways = {Role.PROTECTION_OFFICER: {Kind.MATTER, Kind.EMERGENCY}} | {
            who: {Kind.ORDER, Kind.ALERT, Kind.CASE, Kind.REVIEW, Kind.EMERGENCY} for who in OFFICE
        }
        return kind in ways.get(role, set())
    if action is Action.ASK_CORRECTION and role is Role.DATA_PROTECTION_OFFICER:
        return True
    if action is Action.READ_RULES and role is Role.REPORTER:
        return False
    if action is Action.READ_SCORECARDS:
        return role in PEOPLE or kind is Kind.NONE
    if action is Action.READ_RECEIPTS:
        return role in OFFICE | {Role.REPORTER} or (role is Role.AGENCY_SYSTEM and kind is Kind.NONE)
    roles, kinds = EXPECTED[action]
    return role in roles and (kinds is None or kind in kinds)


@pytest.mark.parametrize(("role", "action", "kind"), list(product(Role, Action, Kind)))
def test_the_table_allows_exactly_what_is_meant(role, action, kind):
    assert is_allowed(role, action, kind) is expected(role, action, kind)


@pytest.mark.parametrize(
    ("role", "kind", "code"),
    [
        (Role.OPERATOR, Kind.NONE, "purpose_required"),
        (Role.OPERATOR, Kind.DESK, "purpose_required"),
        (Role.ADMINISTRATOR, Kind.ORDER, "not_allowed"),
        (Role.DATA_PROTECTION_OFFICER, Kind.ORDER, "not_allowed"),
    ],
)
def test_a_refusal_says_whether_a_purpose_would_help(role, kind, code):
    with pytest.raises(Problem) as caught:
        require(role, Action.READ_PERSON, kind)
    assert (caught.value.status, caught.value.code) == (403, code)


def test_nobody_reads_persons_and_administers():
    readers = {role for role in Role if any(is_allowed(role, Action.READ_PERSON, kind) for kind in Kind)}
    managers = {role for role in Role if is_allowed(role, Action.REANNOUNCE, Kind.NONE)}
    assert not readers & managers
