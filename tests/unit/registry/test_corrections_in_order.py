"""Of several corrections of one event the last one counts; which that is, is agreed on in every order of arrival."""

from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory import Memory
from synthetic import AGENCIES, HASHER, MATCHER, NOW, day, entry, lines_of, passport

from registry.chains import ages, effective
from registry.corrected import build_corrections
from registry.drafts import Reader

A = passport("A100", birth_date="1990-04-02")


def said(id, hours, *, on=0, until=29, **more):
    """One version of an entry, received so many hours after the first."""
    [line] = lines_of(entry(A, on, until, id=id, **more), NOW + timedelta(hours=hours))
    return line


def counting(*lines):
    """Which version counts: the same in every order."""
    [found] = {effective(order)[0].data["valid_until"] for order in permutations(lines)}
    return found


@pytest.mark.parametrize("n", range(8))
def test_of_two_corrections_of_one_time_the_one_received_later_counts(n):
    first, second = said(f"{n}/k1", 1, until=20, corrects="e"), said(f"{n}/k2", 2, until=15, corrects="e")
    assert counting(said("e", 0), first, second) == day(15)


def test_a_correction_that_is_sent_again_keeps_the_moment_at_which_it_first_came():
    moments = iter(NOW + timedelta(hours=hours) for hours in range(9))
    reader, memory = Reader(AGENCIES, HASHER, MATCHER, lambda: next(moments)), Memory()
    first, second = (entry(A, 0, until, id=id, corrects="e") for until, id in ((20, "5/k1"), (15, "5/k2")))
    for incoming in (entry(A, 0, 29, id="e"), first, second, first):
        memory.take(reader.read(incoming))
    assert [stay.ends.isoformat() for stay in memory.only().stays] == [day(15)]


def test_a_number_says_more_than_a_time_and_a_time_more_than_the_receipt():
    numbered = said("b", 2, on=1, until=31, sequence=8, corrects="e"), said("c", 1, until=32, sequence=9, corrects="e")
    assert counting(said("e", 0, sequence=7), *numbered) == day(32)
    assert counting(said("e", 0), said("b", 2, until=31, corrects="e"), said("c", 1, on=1, corrects="e")) == day(29)


def test_a_source_that_lost_its_disk_and_counts_anew_is_not_outdone_by_its_old_numbers():
    old = said("e", 0, sequence=5000), said("b", 1, until=20, sequence=5001, corrects="e")
    new = said("c", 2, until=15, sequence=3, corrects="e"), said("d", 3, until=10, sequence=4, corrects="c")
    assert counting(*old, new[0]) == day(15)
    assert counting(*old, *new) == day(10)
    assert counting(*old, *new, said("u", 4, until=5, corrects="e")) == day(5)


VERSION = st.tuples(st.sampled_from((-1, 3, 7, 9)), st.integers(0, 2), st.integers(0, 2), st.sampled_from("eabcd"))


@given(st.lists(VERSION, min_size=2, max_size=4), st.sampled_from((-1, 7)))
def test_versions_have_one_order_in_which_numbers_and_times_are_kept(versions, first):
    chain = [said("e", 0, sequence=first)] if first >= 0 else [said("e", 0)]
    for name, (number, on, hours, target) in zip("abcd", versions, strict=False):
        more = {"sequence": number} if number >= 0 else {}
        chain.append(said(name, hours, on=on, corrects=target if target != name else "e", **more))
    found = ages(chain)
    assert len(set(found.values())) == len(chain)
    for order in permutations(chain):
        assert ages(order) == found
    plain = [line for line in chain if line.target and line.sequence < 0]
    for one, other in product(plain, plain):
        if (one.at, one.received_at) < (other.at, other.received_at):
            assert found[one.key] < found[other.key]


def test_what_came_before_is_told_in_the_same_order():
    chain = [said("e", 0), said("z", 1, until=20, corrects="e"), said("b", 2, until=15, corrects="e")]
    chain.append(said("a", 3, until=10, corrects="e"))
    [told] = build_corrections(chain, effective(chain))
    assert (told.key, told.before) == (chain[3].key, tuple(line.key for line in chain[:3]))


def test_corrections_of_several_events_are_told_in_one_order():
    chains = [[said(f"e{n}", 0, on=n), said(f"k{n}", 1, on=n, corrects=f"e{n}")] for n in range(4)]
    orders = [[line for chain in order for line in chain] for order in (chains, chains[::-1])]
    assert len({build_corrections(lines, effective(lines)) for lines in orders}) == 1
