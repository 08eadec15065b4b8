"""The facts of a check, as far as it met this person: what was seen there, and what is known beside it."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from alerts.facts.around import Around
from alerts.facts.incident import LEADERS
from alerts.facts.papers import permits_on, stays_on, work_barred
from alerts.facts.table import Item, Value, day_of, fact, table
from contracts.messages import Subject
from contracts.persons import OF_AGE
from contracts.snapshots import CheckFound, Evidence, Impediment, Lodging, PersonChanged, WorkApproval, WorkTerms

__all__ = ["CHECK", "checks"]

HOSTED = frozenset({"lodging", "mess"})
WORK = frozenset({"work", "trade"})
UNASKED = (None, "not_asked")
LONG_AT_HOME = timedelta(days=30)

CHECK = table(
    fact("check.at: timestamp", "When the person was met.", "Waktu pemeriksaan", "Met at"),
    fact("check.evidential: bool", "Not begun by a community report.", "Bukan dari laporan warga", "Not from a tip"),
    fact("check.screened: bool", "Protection screening took place.", "Penyaringan pelindungan selesai", "Screened"),
    fact("check.hosted: bool", "Stays at a lodging or mess.", "Menginap di penginapan atau mes", "Hosted"),
    fact("check.at_home: bool", "Stays at an own home.", "Tinggal di rumah sendiri", "At an own home"),
    fact("check.since: timestamp", "Present in the village since.", "Berada sejak", "Present since"),
    fact("check.over_a_day: bool", "Present for more than 24 hours.", "Lebih dari 24 jam", "More than 24 hours"),
    fact("check.over_a_month: bool", "Present for more than 30 days.", "Lebih dari 30 hari", "More than 30 days"),
    fact("check.night_reported: bool", "A host has reported it.", "Ada laporan inap", "Reported by a host"),
    fact(
        "check.address_differs: bool",
        "No address that was valid then is in this village; absent where none is known.",
        "Alamat tercatat di desa lain",
        "Address on record in another village",
    ),
    fact("check.away: bool", "A temporary absence was recorded.", "Tercatat pergi sementara", "Absence recorded"),
    fact("check.working: bool", "Work or trade.", "Bekerja atau berdagang", "Work or trade"),
    fact("check.activity_basis: string", "seen, told or tip.", "Dasar kegiatan", "Basis of the activity"),
    fact(
        "check.work_barred: bool",
        "By the dated tables no permit of that day allows this activity; absent where a permit's kind does not tell.",
        "Izin tidak mencakup kegiatan",
        "Permit does not cover the activity",
    ),
    fact("check.approval_known: bool", "An approval to employ.", "Ada persetujuan kerja", "Approval on record"),
    fact(
        "check.approval_fits: bool",
        "One of them fits the employer, the position and the place as far as these are known.",
        "Persetujuan sesuai",
        "An approval fits",
    ),
    fact(
        "check.leads: bool",
        "An adult guide, driver or recruiter.",
        "Pemandu, sopir, atau perekrut",
        "Guide or driver",
    ),
    fact("check.off_post: bool", "A patrol met them off the post.", "Di luar pos resmi", "Off the official post"),
    fact(
        "check.organised: bool",
        "With a guide, against payment or hidden.",
        "Dipandu, dibayar, atau disembunyikan",
        "Guided, paid or hidden",
    ),
    fact(
        "check.entry_known: bool",
        "An entry, a permit or a birth here is known.",
        "Ada catatan masuk, izin, atau kelahiran",
        "Arrival known",
    ),
    fact(
        "check.entry_not_found: bool",
        "A national query since that day that looked for an entry found none, and no query found one.",
        "Sistem nasional: masuk tidak tercatat",
        "National system: no entry on record",
    ),
)


def checks(person: PersonChanged, around: Around) -> Iterator[Item]:
    """Each check that met this person. What was not asked is absent."""
    for check in person.checks:
        employer = {"party": Subject(kind="party", id=check.employer)} if check.employer else {}
        yield Item(
            anchor="check",
            keys=(check.ref,) if check.ref else check.evidence,
            subjects={"person": Subject(kind="person", id=person.person), **employer},
            facts={"now": around.now, **_seen(person, check), **_beside(person, check, around)},
            evidence=_evidence(person, check),
            village=check.village,
        )


def _seen(person: PersonChanged, check: CheckFound) -> dict[str, Value]:
    """What the check itself says."""
    facts: dict[str, Value] = {
        "check.at": check.at.replace(microsecond=0),
        "check.evidential": check.basis != "community_report",
        "check.screened": any(one.screening == "done" and one.at >= check.at for one in person.checks),
        "check.leads": check.role in LEADERS and not _minor(person, check),
        **_group(check),
    }
    if check.staying not in (None, "unknown"):
        facts |= {"check.hosted": check.staying in HOSTED, "check.at_home": check.staying == "own_home"}
    if check.activity is not None:
        facts["check.working"] = check.activity in WORK
    if check.activity_basis is not None:
        facts["check.activity_basis"] = check.activity_basis
    return facts | _present(check)


def _minor(person: PersonChanged, check: CheckFound) -> bool:
    """Under 18 on that day or, where the birth date is not known, asked with whom a minor is."""
    if person.adult_on is None:
        return check.minor_with not in UNASKED
    return day_of(check.at) < person.adult_on


def _group(check: CheckFound) -> dict[str, Value]:
    """What is unknown counts as no."""
    group = check.group
    if group is None:
        return {"check.off_post": False, "check.organised": False}
    return {
        "check.off_post": group.off_post == "yes",
        "check.organised": "yes" in (group.guide, group.payment, group.hidden),
    }


def _present(check: CheckFound) -> dict[str, Value]:
    since = check.present_since
    if since is None or since > check.at:
        return {}
    return {
        "check.since": since.replace(microsecond=0),
        "check.over_a_day": check.at - since > timedelta(hours=24),
        "check.over_a_month": check.at - since > LONG_AT_HOME,
    }


def _beside(person: PersonChanged, check: CheckFound, around: Around) -> dict[str, Value]:
    """What the rest of the history says about the moment of the check."""
    day = day_of(check.at)
    approvals = [one for one in person.work if _counts(one, day)]
    facts: dict[str, Value] = {
        "check.night_reported": any(_spans(one, check) for one in person.lodgings),
        "check.away": any(one.starts <= day <= one.until for one in person.absences),
        "check.approval_known": any(one.status == "approved" for one in approvals),
        "check.approval_fits": any(_fits(one, check, day) for one in approvals),
        "check.entry_known": any(True for _ in _arrivals(person, day)),
        "check.entry_not_found": _entry_not_found(person, day),
    }
    differs = _address_differs(person, check, day)
    facts |= {} if differs is None else {"check.address_differs": differs}
    barred = work_barred(person, day, check.activity, around.tables.activities)
    return facts | ({} if barred is None else {"check.work_barred": barred})


def _spans(lodging: Lodging, check: CheckFound) -> bool:
    """Whether a host reported a night that touches the time for which the person was there."""
    since = check.present_since or check.at
    left = lodging.check_out_at
    return lodging.check_in_at <= check.at and (left is None or left >= since)


def _address_differs(person: PersonChanged, check: CheckFound, day: date) -> bool | None:
    """Villages are compared by code. An address that was told of later counts as well."""
    homes = {one.village for one in person.residences if one.until is None or one.until >= day}
    homes |= {one.village for one in permits_on(person, day) if one.village}
    homes |= {one.village for one in person.certificates if one.ended_on is None or one.ended_on >= day}
    return check.village not in homes if homes and check.village else None


def _counts(approval: WorkApproval, day: date) -> bool:
    """Whether an approval, or an application that may become one, was alive on that day."""
    ends = [one for one in (approval.valid_until, approval.ended_on) if one is not None]
    return all(day <= end for end in ends)


def _fits(approval: WorkApproval, check: CheckFound, day: date) -> bool:
    """By any terms of that day: what was amended later was right before, and a day on which it changed knows both."""
    terms: list[WorkApproval | WorkTerms] = [approval, *(one for one in approval.earlier if day <= one.until)]
    employer = check.employer is None or approval.employer in (None, check.employer)
    return employer and any(_allow(one, check) for one in terms)


def _allow(terms: WorkApproval | WorkTerms, check: CheckFound) -> bool:
    position = check.position is None or terms.position in (None, check.position)
    return position and (check.village is None or not terms.sites or check.village in terms.sites)


def _arrivals(person: PersonChanged, day: date) -> Iterable[object]:
    """Whatever says how the person may have come: before that day, or a permit of whatever time; or was born here."""
    yield from (one for one in person.crossings if one.action != "refused" and day_of(one.at) <= day)
    yield from person.permits
    yield from stays_on(person, day)
    yield from (one for one in person.impediments if _born(person, one))


def _born(person: PersonChanged, impediment: Impediment) -> bool:
    """Whether it tells of this person's own birth: a birth may keep the parents as well."""
    if impediment.kind != "birth" or person.adult_on is None:
        return False
    age = impediment.starts.year - (person.adult_on.year - OF_AGE)
    return age in (0, 1)


def _entry_not_found(person: PersonChanged, day: date) -> bool:
    asked = [one for one in person.lookups if one.looked_for == "entry"]
    none = any(one.result == "no_record" and day_of(one.at) >= day for one in asked)
    # Another passport may not be on record: what one query found stands.
    return none and not any(one.result == "found" for one in asked)


def _evidence(person: PersonChanged, check: CheckFound) -> Evidence:
    """The check, and the last national query that looked for an entry."""
    asked = sorted((one for one in person.lookups if one.looked_for == "entry"), key=lambda one: one.at)
    keys = (*check.evidence, *(key for one in asked[-1:] for key in one.evidence))
    return tuple(dict.fromkeys(keys))
