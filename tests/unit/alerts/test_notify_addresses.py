"""No way from a webhook's address into the operator's own network."""

import pytest

from alerts.notify.addresses import NotAllowed, Rules, read_url

OPEN = Rules()
INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_of_the_open_internet_is_refused(address):
    with pytest.raises(NotAllowed) as caught:
        OPEN.checked([address])
    assert caught.value.code == "private_address"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_of_the_open_internet_is_allowed(address):
    assert str(OPEN.checked([address])) == str(OPEN.checked([address, "9.9.9.9"]))


def test_one_private_address_of_a_name_is_enough_to_refuse_it():
    with pytest.raises(NotAllowed):
        OPEN.checked(["8.8.8.8", "10.0.0.1"])


def test_a_name_without_an_address_is_unknown():
    with pytest.raises(NotAllowed) as caught:
        OPEN.checked([])
    assert caught.value.code == "unknown_host"


def test_the_operator_may_allow_a_network_and_no_other():
    rules = Rules(["10.20.0.0/16", "fd00:1::/32"])
    assert str(rules.checked(["10.20.3.4"])) == "10.20.3.4"
    assert str(rules.checked(["fd00:1::9"])) == "fd00:1::9"
    for other in ("10.21.0.1", "127.0.0.1", "fd00:2::1"):
        with pytest.raises(NotAllowed):
            rules.checked([other])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://siap.example/", "https_required"),
        ("ftp://siap.example/", "https_required"),
        ("file:///etc/passwd", "not_an_address"),
        ("siap.example/tapal", "not_an_address"),
        ("https:///tapal", "not_an_address"),
        ("https://ani:rahasia@siap.example/", "not_an_address"),
        ("https://siap.example/#a", "not_an_address"),
        ("https://siap.example\\@127.0.0.1/", "not_an_address"),
        ("https://siap.exa\nmple/", "not_an_address"),
        ("https://sïap.example/", "not_an_address"),
        ("https://siap.example:99999/", "not_an_address"),
        ("https://0177.0.0.1/", "not_an_address"),
        (f"https://siap.example/{'a' * 500}", "not_an_address"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(text, code):
    with pytest.raises(NotAllowed) as caught:
        read_url(text, OPEN)
    assert caught.value.code == code


def test_plain_http_is_allowed_where_the_operator_says_so():
    assert read_url("http://127.0.0.1:8080/a?b=c", Rules(plain_http=True)).port == 8080
