"""What the driver's errors mean: wait, read again, or a fault of ours."""

import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, ClientBulkWriteException, InvalidOperation, OperationFailure

from chassis.errors import Conflict, Unavailable
from chassis.mongo import outages


def client_bulk(**said):
    return ClientBulkWriteException({"writeErrors": [], **said}, verbose=False)


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (AutoReconnect(), Unavailable),
        (client_bulk(error=AutoReconnect()), Unavailable),
        (client_bulk(error=OperationFailure("", 112)), Conflict),
        (client_bulk(error=OperationFailure("", 11600)), Unavailable),
        (client_bulk(writeErrors=[{"code": 112}, {"code": 11000}]), Conflict),
        (BulkWriteError({"writeErrors": [{"code": 11000}]}), Conflict),
        (OperationFailure("", 112), Conflict),
    ],
    ids=repr,
)
def test_what_passes_is_waited_for_and_who_was_slower_reads_again(error, meant):
    with pytest.raises(meant), outages():
        raise error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (client_bulk(writeErrors=[{"code": 112}, {"code": 121}]), ClientBulkWriteException),
        (client_bulk(error=InvalidOperation("")), InvalidOperation),
        (OperationFailure("", 13), OperationFailure),
        (InvalidOperation(""), InvalidOperation),
    ],
    ids=repr,
)
def test_a_fault_of_ours_is_shown_and_not_repeated(error, fault):
    with pytest.raises(fault), outages():
        raise error
