from datetime import UTC, datetime, timedelta

import pytest

from gateway.factor import address_of, digest_of, new_codes, new_secret, readable, step_of

SECRET = b"12345678901234567890"
# RFC 6238, appendix B (SHA-1), the last six of its eight digits.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
NOW = datetime.fromtimestamp(59, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds, code):
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(SECRET, code, now, 0) == seconds // 30


@pytest.mark.parametrize(("late", "good"), [(-30, True), (30, True), (-60, False), (61, False)])
def test_a_clock_may_be_one_step_off(late, good):
    now = datetime.fromtimestamp(1111111111, UTC) + timedelta(seconds=late)
    assert (step_of(SECRET, "050471", now, 0) is not None) is good


def test_a_code_is_of_no_use_within_its_step_once_it_was_used():
    step = step_of(SECRET, "287082", NOW, 0)
    assert step_of(SECRET, "287082", NOW, step) is None
    assert step_of(SECRET, "287082", NOW, step - 1) == step


@pytest.mark.parametrize("code", ["", "28708", "2870822", "287083", "２８７０８２", "\ud800"])
def test_anything_else_is_wrong(code):
    assert step_of(SECRET, code, NOW, 0) is None


def test_what_an_authenticator_reads():
    address = address_of(SECRET, "dpo")
    assert address.startswith("otpauth://totp/Tapal:dpo?")
    assert f"secret={readable(SECRET)}" in address
    assert readable(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_secrets_and_printed_codes_are_by_chance():
    codes = new_codes()
    assert (len(new_secret()), len(set(codes)), len(codes)) == (20, 10, 10)
    assert new_secret() != new_secret()
    assert {len(code) for code in codes} == {19}


def test_a_printed_code_is_read_however_it_is_written_and_is_of_one_account():
    assert digest_of("dpo", "ABCD efgh ijkl mnop") == digest_of("dpo", "abcd-efgh-ijkl-mnop")
    assert digest_of("dpo", "abcd-efgh-ijkl-mnop") != digest_of("admin", "abcd-efgh-ijkl-mnop")
