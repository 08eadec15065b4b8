"""What of a dossier each agency of the team sees: over every agency, part, kind of event, area and place."""

from itertools import product
from pathlib import Path

import pytest

from chassis.errors import Problem
from chassis.settings import read_models
from contracts.agencies import Agency
from gateway.remit import FIGURES, PARTS, concerns, figures_of, party_concerns, party_shown, remit_of, shown

TEAM = {agency.code: agency for agency in read_models(Path(__file__).parents[3] / "deploy" / "agencies", Agency)}
KINDS = ("crossing", "permit", "lodging", "check", "work", "residence", "document", "watchlist", "impediment")
SEES = {
    "imigrasi": set(KINDS),
    "ppt": set(KINDS),
    "polres": set(KINDS) - {"work"},
    "satgas-pamtas": {"crossing", "check", "document"},
    "plbn-badau": {"crossing", "permit", "document"},
    "disnaker": {"permit", "work"},
    "dukcapil": {"permit", "residence"},
    "desa-badau": {"lodging", "residence"},
    "desa-lanjak-deras": {"lodging", "residence"},
    "kodim": {"crossing", "check"},
    "kejari": {"watchlist", "impediment"},
    "bea-cukai": {"crossing"},
    "dinsos": set(),
    "karantina": set(),
    "phri-kh": set(),
}
BADAU, PUTUSSIBAU, EMPANANG = "61.06.14.2001", "61.06.01.1001", "61.06.13.2001"
OTHERS = "somebody"


def event(kind, sender=OTHERS, village=None):
    return {
        "key": f"k-{kind}-{sender}",
        "kind": kind,
        "agency": sender,
        "village": village,
        "data": {"party": f"party-{kind}"},
    }


def dossier(*events, village=None):
    parts = {name: [{"part": name, "evidence": ["unseen"], "village": village}] for name in PARTS}
    dated = [{"kind": kind, "evidence": ["unseen"]} for kind in KINDS]
    return {
        "id": "p1",
        "name": "SAMPLE",
        "secret": "a field that nobody thought of",
        "snapshot": {"person": "p1", "citizenship": "UTO", "new_part": [1], **parts, "presences": dated},
        "events": [*events],
        "decisions": {item["key"]: "contested" for item in events},
        "parties": {f"party-{kind}": f"PT {kind}" for kind in KINDS},
    }


def test_the_files_say_what_is_meant():
    assert {code: set(agency.sees) for code, agency in TEAM.items()} == SEES


@pytest.mark.parametrize(("code", "kind"), list(product(sorted(TEAM), KINDS)))
def test_each_agency_sees_its_remit_and_what_it_sent(code, kind):
    agency = TEAM[code]
    view = shown(dossier(event(kind), event(kind, code)), agency)
    seen = kind in SEES[code]
    senders = {OTHERS, code} if seen else {code}
    assert {item["agency"] for item in view["events"]} == senders
    assert {key.rpartition("-")[2] for key in view["decisions"]} == {sender.rpartition("-")[2] for sender in senders}
    assert [item["kind"] for item in view["snapshot"]["presences"]].count(kind) == seen
    assert (kind in view["not_shown"]) is not seen
    # The names of those alone who stand in what is shown.
    assert set(view["parties"]) == {f"party-{kind}"}


@pytest.mark.parametrize(("code", "part"), list(product(sorted(TEAM), sorted(PARTS))))
def test_a_part_is_shown_where_an_event_it_follows_from_is_of_the_remit(code, part):
    view = shown(dossier(), TEAM[code])
    assert bool(view["snapshot"][part]) is bool(PARTS[part] & SEES[code])


def test_what_rests_on_the_agencys_own_events_alone_is_shown_to_it():
    own = event("check", "disnaker")
    told = dossier(own, event("check"))
    told["snapshot"]["checks"] = [
        {"n": 1, "evidence": [own["key"]]},
        {"n": 2, "evidence": [own["key"], f"k-check-{OTHERS}"]},
        {"n": 3, "evidence": []},
    ]
    assert [item["n"] for item in shown(told, TEAM["disnaker"])["snapshot"]["checks"]] == [1]


def test_what_the_table_does_not_name_is_not_shown():
    for agency in TEAM.values():
        view = shown(dossier(), agency)
        assert "secret" not in view
        assert not {"new_part", "citizenship"} & set(view["snapshot"])


@pytest.mark.parametrize(
    ("code", "village", "sender", "concerned"),
    [
        ("imigrasi", PUTUSSIBAU, OTHERS, True),
        ("imigrasi", None, OTHERS, True),
        ("imigrasi", "63.01.01.2001", OTHERS, False),
        ("satgas-pamtas", EMPANANG, OTHERS, True),
        ("satgas-pamtas", PUTUSSIBAU, OTHERS, False),
        ("satgas-pamtas", PUTUSSIBAU, "satgas-pamtas", True),
        ("satgas-pamtas", None, OTHERS, False),
        ("plbn-badau", BADAU, OTHERS, True),
        ("plbn-badau", "61.06.140.2001", OTHERS, False),
        ("desa-badau", BADAU, OTHERS, True),
        ("desa-badau", "61.06.14.2002", OTHERS, False),
    ],
)
def test_an_agency_is_concerned_by_whom_it_knows_in_its_area(code, village, sender, concerned):
    agency, sent = TEAM[code], event("check", sender)
    assert concerns(dossier(sent, village=village), agency) is concerned
    party = {"villages": [{"value": village}] if village else [], "events": [sent]}
    assert party_concerns(party, agency) is concerned


def test_of_a_party_an_agency_sees_its_remit_and_whoever_is_named_there():
    events = [{**event("work"), "people": ["p1"]}, {**event("permit"), "people": ["p2"]}]
    party = {"id": "x", "people": ["p1", "p2"], "events": events}
    assert party_shown(party, TEAM["dukcapil"]) == {"id": "x", "people": ["p2"], "events": events[1:]}


@pytest.mark.parametrize("code", ["phri-kh", "karantina", "dinsos", "nobody"])
def test_whose_file_names_no_remit_opens_no_dossier(code):
    with pytest.raises(Problem) as caught:
        remit_of(TEAM, code)
    assert (caught.value.status, caught.value.code) == (403, "no_remit")


@pytest.mark.parametrize(("name", "code"), list(product(FIGURES, TEAM)))
def test_figures_are_of_what_the_agency_is_about(name, code):
    needed = {"presence": {"crossing", "permit"}, "counts": {"crossing"}, "alerts": SEES[code]}[name]
    if name != "alerts" and not needed & SEES[code]:
        with pytest.raises(Problem) as refused:
            figures_of(name, TEAM[code])
        assert (refused.value.status, refused.value.code) == (403, "not_in_remit")
        return
    limits = {
        "presence": {"area": ",".join(TEAM[code].area), "unplaced": str(TEAM[code].area == ("61.06",)).lower()},
        "alerts": {"agency": code},
        "counts": {},
    }
    assert figures_of(name, TEAM[code]) == limits[name]
