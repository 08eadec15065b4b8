"""Whatever order the versions of a snapshot arrive in, and however often, the alerts come out the same."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.facts import WIB
from contracts.snapshots import Lookup, PersonChanged, Presence, Stay

NOW = datetime(2026, 5, 20, 12, tzinfo=WIB)
DAYS = st.dates(date(2026, 2, 1), date(2026, 7, 1))
TIMES = st.datetimes(datetime(2026, 2, 1), datetime(2026, 5, 20)).map(lambda at: at.replace(tzinfo=WIB))  # noqa: DTZ001
KEYS = st.permutations(["k1", "k2", "k3"]).flatmap(
    lambda keys: st.integers(1, 3).map(lambda count: tuple(keys[:count]))
)
STAYS = st.builds(
    lambda **fields: Stay(opened_on=date(2026, 1, 20), opened_by="entry", permit_family="visit", **fields),
    keys=KEYS,
    ends=st.none() | DAYS,
    ends_basis=st.just("printed"),
    excused_until=st.none() | DAYS,
    application_pending=st.booleans(),
    border_pass=st.booleans(),
    closed_on=st.none() | DAYS,
)
PRESENCES = st.builds(Presence, kind=st.sampled_from(["check", "permit", "lodging"]), at=TIMES)
LOOKUPS = st.builds(
    Lookup, looked_for=st.sampled_from(["exit", "entry"]), result=st.sampled_from(["found", "no_record"]), at=TIMES
)
HISTORIES = st.lists(
    st.fixed_dictionaries(
        {
            "stays": st.tuples(STAYS),
            "presences": st.lists(PRESENCES, max_size=2).map(tuple),
            "lookups": st.lists(LOOKUPS, max_size=1).map(tuple),
        }
    ),
    min_size=1,
    max_size=5,
)


def outcome(memory: Any) -> list[tuple[Any, ...]]:
    return sorted(
        (alert.subject.id, alert.rule, alert.state, alert.severity, alert.reading, sorted(alert.facts.items()))
        for alert in memory.live
    )


@given(history=HISTORIES, days=st.lists(st.integers(0, 90), min_size=6, max_size=6))
def test_rules_whose_facts_did_not_change_are_left_out_and_nothing_is_missed(
    history: list[dict[str, Any]], days: list[int], new_memory: Callable[..., Any]
) -> None:
    lean, full = new_memory(), new_memory(lean=False)
    now = NOW - timedelta(days=90)
    for number, body in enumerate(history, start=1):
        # The same stay throughout: another one is judged as a whole in any case.
        same = tuple(stay.model_copy(update={"keys": ("k1",)}) for stay in body["stays"])
        message = PersonChanged(person="p1", version=number, **body | {"stays": same})
        one, other = lean.tell(message, now), full.tell(message, now)
        now += timedelta(days=days[number])
        # The clock works off every deadline in between, as it does in the service.
        while one.due == other.due and one.due is not None and one.due <= now:
            one, other = lean.look("p1", one.due), full.look("p1", other.due)
        assert one.due == other.due
    assert lean.alerts == full.alerts


@given(history=HISTORIES, data=st.data())
def test_any_order_and_any_repetition_of_versions_gives_the_same_alerts(
    history: list[dict[str, Any]], data: st.DataObject, new_memory: Callable[[], Any]
) -> None:
    messages = [PersonChanged(person="p1", version=number, **body) for number, body in enumerate(history, start=1)]
    extra = data.draw(st.lists(st.sampled_from(messages), max_size=5))
    shuffled = data.draw(st.permutations([*messages, *extra]))
    told, straight, last = (new_memory() for _ in range(3))
    for step, message in enumerate(shuffled):
        told.tell(message, NOW + timedelta(seconds=step))
    for step, message in enumerate(messages):
        straight.tell(message, NOW + timedelta(seconds=step))
    last.tell(messages[-1], NOW)
    assert outcome(told) == outcome(straight) == outcome(last)
