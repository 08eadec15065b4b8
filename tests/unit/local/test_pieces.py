"""The small pure pieces of the command line."""

import json
import os

import pytest

from tapal_local import lock, publishing, records
from tapal_local.part import Part
from tapal_local.supervisor import check_order


async def never() -> bool:
    return False


def part(name: str, *after: str) -> Part:
    return Part(name=name, command=("true",), ready=never, address="", after=after)


def test_parts_in_a_circle_or_after_one_that_is_missing_are_refused():
    check_order([part("b", "a"), part("a")])
    with pytest.raises(ValueError, match="never start"):
        check_order([part("a", "b"), part("b", "a")])
    with pytest.raises(ValueError, match="never start"):
        check_order([part("a", "nobody")])


@pytest.mark.parametrize(
    "text",
    ['{"id": "1"}', '[{"id": "1"}]', '{"id": "1"}\n\n', '  {\n"id":\n"1"}'],
    ids=["one event", "array", "one line", "spread over lines"],
)
def test_a_file_of_events_is_read_in_any_of_its_forms(text):
    assert publishing.parse(text) == [{"id": "1"}]


def test_json_lines_are_read():
    lines = "\n".join(json.dumps({"id": str(number)}) for number in range(3))
    assert [event["id"] for event in publishing.parse(lines)] == ["0", "1", "2"]


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"id": 1}\n{"id": '])
def test_a_file_that_is_not_events_is_refused(text):
    with pytest.raises(publishing.Unreadable):
        publishing.parse(text)


def test_the_end_of_a_log(tmp_path):
    file = tmp_path / "x.log"
    assert records.tail(file) == ""
    file.write_text("\n".join(map(str, range(100))) + "\n")
    assert records.tail(file, 2) == "98\n99"
    assert records.since(file, records.size(file) - 3) == b"99\n"


def test_a_home_is_held_once(tmp_path):
    file = tmp_path / "lock"
    assert lock.holder(file) is None
    with lock.acquire(file):
        assert lock.holder(file) == os.getpid()
        with pytest.raises(lock.AlreadyRunning, match=str(os.getpid())):
            lock.acquire(file, patience=0)
    assert lock.holder(file) is None
