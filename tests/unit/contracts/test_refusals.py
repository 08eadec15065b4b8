import contextlib
import traceback

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.events import Refused, parse_event, refusal
from contracts.refusals import REASONS

MARKERS = st.integers(10**9, 10**12).map(lambda number: f"ZQ{number}") | st.integers(10**9, 10**12)
NAMES = [
    "crossing.entry",
    "permit.granted",
    "check.person",
    "protection.screening",
    "lodging.check_in",
    "document.checked",
]


def places(part, path=()):
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(NAMES), MARKERS, st.data())
def test_a_refusal_never_repeats_a_value(example, now, name, marker, data):
    event = example(name)
    *above, last = data.draw(st.sampled_from(list(places(event))))
    part = event
    for step in above:
        part = part[step]
    if data.draw(st.booleans()):
        part[last] = data.draw(st.sampled_from([marker, [marker], {"full": marker}, {str(marker): marker}]))
    elif isinstance(part, dict):
        part[str(marker)] = part.pop(last)

    try:
        parse_event(event, now)
    except Refused as refused:
        told = [refused.code, refused.field, refused.message_id, refused.message_en, str(refused), repr(refused)]
        told += traceback.format_exception(refused)
        assert not any(str(marker) in text for text in told)


def test_reasons_come_in_both_languages_and_name_the_field():
    for code in REASONS:
        refused = refusal(code, "data.person")
        assert refused.message_id != refused.message_en
        assert refused.message_id.endswith(".")
        assert refused.message_en.endswith(".")


def test_a_refusal_tells_the_path_of_the_field(example, now):
    event = example("check.person")
    event["data"]["persons"][0]["person"]["documents"][0]["issuer"] = "Utopia"

    with pytest.raises(Refused) as caught:
        parse_event(event, now)
    assert (caught.value.code, caught.value.field) == ("wrong_value", "data.persons.0.person.documents.0.issuer")
    assert caught.value.message_id == "Isian data.persons.0.person.documents.0.issuer tidak sesuai ketentuan."


def test_a_refusal_cannot_be_changed_but_can_travel():
    refused = refusal("unreadable")
    with pytest.raises(AttributeError):
        refused.code = "other"

    @contextlib.contextmanager
    def passing():
        yield

    with pytest.raises(Refused), passing():
        raise refused
