"""Any order, any repetition, any batching: the same dossiers."""

from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from synthetic import day, entry, event, extension, leaving, moment, night, permit

NUMBERS = ("A1", "A2", "A3")
BIRTHS = ("1990-04-02", "1971-12-31")


@st.composite
def persons(draw):
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2, unique=True))
    documents = [{"kind": "passport", "number": number, "issuer": "UTO"} for number in numbers]
    return {"documents": documents, "birth_date": draw(st.sampled_from(BIRTHS))}


VILLAGE = "61.06.14.2001"
COMPANY = {"kind": "company", "id": "C-1", "name": "PT Sintetis"}


def entered(draw, who, on, more):
    return entry(who, on, on + 29, **more)


def left(draw, who, on, more):
    return leaving(who, on, **more)


def extended(draw, who, on, more):
    return extension(who, on, on + 30, **more)


def applied(draw, who, on, more):
    return permit(who, "applied", on, application_no=f"N{on}", **more)


def at_night(draw, who, on, more):
    return night(who, on, ref=str(on), **more)


def cancelled(draw, who, on, more):
    return permit(who, "cancelled", on, permit_no=f"P{draw(st.integers(0, 60))}", effective_on=day(on), **more)


def sponsor(draw, who, on, more):
    action = draw(st.sampled_from(("sponsor_changed", "sponsor_withdrew")))
    return permit(who, action, on, permit_no=f"P{on}", sponsor=COMPANY, effective_on=day(on), **more)


def outcome(draw, who, on, more):
    action = draw(st.sampled_from(("fee_paid", "refused", "application_withdrawn")))
    return permit(who, action, on, application_no=f"N{draw(st.integers(0, 60))}", **more)


def residence(draw, who, on, more):
    action = draw(st.sampled_from(("address_changed", "sktt_applied", "sktt_issued", "sktt_ended")))
    data = {"action": action, "person": who, "village": f"{VILLAGE[:-1]}{draw(st.integers(1, 3))}", "from": day(on)}
    return event("catatan-sipil", "residence", data, moment(on), **more)


def absence(draw, who, on, more):
    data = {"action": "temporary_absence", "person": who, "village": VILLAGE, "from": day(on), "until": day(on + 3)}
    return event("catatan-sipil", "residence", data, moment(on), **more)


def work(draw, who, on, more):
    said = {
        "applied": {"application_no": f"N{on % 3}"},
        "approved": {"approval_no": "W1", "position": "7212", "sites": [VILLAGE], "valid_until": day(on + 90)},
        "ended": {"approval_no": "W1", "ended_on": day(on)},
    }
    action = draw(st.sampled_from(sorted(said)))
    data = {"action": action, "employer": COMPANY, "person": who, **said[action]}
    return event("dinas-kerja", "work", data, moment(on), **more)


def found(who, draw):
    shown = draw(st.sampled_from(("seen", "not_shown")))
    about = {"person": who, "documents_shown": shown, "staying": "mess", "activity": "work", "activity_basis": "seen"}
    return about | ({"host": COMPANY, "employer": COMPANY} if draw(st.booleans()) else {})


def check(draw, who, on, more):
    data = {"kind": "patrol", "basis": "order", "order_no": "O1", "village": VILLAGE, "screening": "done"}
    yes_no = {name: "unknown" for name in ("off_post", "guide", "payment", "hidden")}
    data["group"] = {"size": 3, "citizens": 1, "minors": 0, **yes_no}
    data["persons"] = [found(who, draw), *([found(draw(persons()), draw)] if draw(st.booleans()) else [])]
    return event("polres", "check", data, moment(on), **more)


def document(draw, who, on, more):
    said = {"deposited": {"holder": COMPANY, "receipt_no": "T1"}, "checked": {"check": "sltd", "result": "hit_cleared"}}
    action = draw(st.sampled_from(("lost", "stolen", "found", "returned", "replaced", *said)))
    data = {"action": action, "document": who["documents"][0], "person": who, **said.get(action, {})}
    if action == "replaced":
        data["new_document"] = {"kind": "passport", "number": draw(st.sampled_from(NUMBERS)), "issuer": "UTO"}
    return event("imigrasi", "document", data, moment(on), **more)


def listing(draw, who, on, more):
    data = {"action": "ended", "list": "wanted", "listing_no": f"L{draw(st.integers(1, 2))}"}
    if draw(st.booleans()):
        data |= {"action": "listed", "person": who, "authority": "X", "ground": "Y", "from": day(on)}
        data["review_by"] = day(on + 90)
    return event("polres", "watchlist", data, moment(on), **more)


def impediment(draw, who, on, more):
    data = {"kind": "illness", "person": who, "from": day(on), "until": day(on + 9)}
    return event("polres", "impediment", data, moment(on), **more)


SAID = {
    said.__name__: said
    for said in (
        entered,
        left,
        extended,
        applied,
        at_night,
        cancelled,
        sponsor,
        outcome,
        residence,
        absence,
        work,
        check,
        document,
        listing,
        impediment,
    )
}
KINDS = ("void", *SAID)


@st.composite
def events(draw):
    """One event; ids come from a small pool so that corrections find, or wait for, their targets."""
    number = draw(st.integers(0, 5))
    who, on = draw(persons()), draw(st.integers(0, 60))
    more = {"id": str(number)}
    if draw(st.booleans()):
        more["corrects"] = str(draw(st.integers(0, 5).filter(lambda other: other != number)))
    kind = draw(st.sampled_from(KINDS))
    if kind in SAID:
        return SAID[kind](draw, who, on, more)
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
