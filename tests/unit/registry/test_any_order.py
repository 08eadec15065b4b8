"""Any order, any repetition, any batching: the same dossiers."""

from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from synthetic import entry, event, extension, leaving, moment, night, permit

NUMBERS = ("A1", "A2", "A3")
BIRTHS = ("1990-04-02", "1971-12-31")


@st.composite
def persons(draw):
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2, unique=True))
    documents = [{"kind": "passport", "number": number, "issuer": "UTO"} for number in numbers]
    return {"documents": documents, "birth_date": draw(st.sampled_from(BIRTHS))}


@st.composite
def events(draw):
    """One event; ids come from a small pool so that corrections find, or wait for, their targets."""
    number = draw(st.integers(0, 5))
    who, on = draw(persons()), draw(st.integers(0, 60))
    more = {"id": str(number)}
    if draw(st.booleans()):
        more["corrects"] = str(draw(st.integers(0, 5).filter(lambda other: other != number)))
    kind = draw(st.sampled_from(("entry", "exit", "extension", "applied", "night", "void")))
    match kind:
        case "entry":
            return entry(who, on, on + 29, **more)
        case "exit":
            return leaving(who, on, **more)
        case "extension":
            return extension(who, on, on + 30, **more)
        case "applied":
            return permit(who, "applied", on, application_no=f"N{on}", **more)
        case "night":
            return night(who, on, ref=str(on), **more)
    return event("plbn-badau", "crossing", None, moment(on), id=str(number), voids=str((number + 1) % 6))


def one_content_each(arrivals):
    """Two contents under one id are a conflict, in which the first to arrive stands: order matters there, rightly."""
    seen = {}
    for incoming in arrivals:
        key = (incoming.queue, incoming.body.split(b'"id": "')[1].split(b'"')[0])
        seen.setdefault(key, incoming)
    return list(seen.values())


def dossiers(arrivals, size):
    memory = Memory()
    for start in range(0, len(arrivals), size):
        memory.receive(*arrivals[start : start + size])
    return memory.people()


@settings(max_examples=300, deadline=None)
@given(st.data(), st.lists(events(), min_size=1, max_size=9).map(one_content_each))
def test_the_same_events_make_the_same_dossiers(data, arrivals):
    shuffled = data.draw(st.permutations(arrivals))
    repeated = data.draw(st.permutations([*shuffled, *arrivals]))
    expected = dossiers(arrivals, 1)
    assert dossiers(shuffled, data.draw(st.integers(1, 4))) == expected
    assert dossiers(repeated, 3) == expected
