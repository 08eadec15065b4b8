"""Where a webhook may go: https, and only to addresses of the open internet, unless the operator allows others. Pure.

What a name resolves to is judged, not how it is written: a decimal, hexadecimal or mapped form is the same address.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

__all__ = ["Address", "Network", "NotAllowed", "Rules", "read_url"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 500
# Python's own tables change with its version; these are never somebody's server on the open internet.
NEVER = tuple(
    map(
        ip_network,
        [
            "0.0.0.0/8",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ],
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")


class NotAllowed(Exception):
    """An address that notices do not go to. The code says why, never where it leads."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Rules:
    """The operator's rules: networks that are allowed although they are not of the open internet, and plain http."""

    def __init__(self, networks: Iterable[str] = (), *, plain_http: bool = False) -> None:
        self._networks = tuple(map(ip_network, networks))
        self.plain_http = plain_http

    def checked(self, found: Sequence[str]) -> Address:
        """Where to connect. Raises NotAllowed where one of the addresses of a name is not allowed."""
        addresses = [ip_address(text.partition("%")[0]) for text in found]
        if not addresses:
            raise NotAllowed("unknown_host")
        if not all(self._allowed(_inner(address)) for address in addresses):
            raise NotAllowed("private_address")
        return addresses[0]

    def _allowed(self, address: Address) -> bool:
        if any(address.version == network.version and address in network for network in self._networks):
            return True
        return address.is_global and not any(
            address.version == network.version and address in network for network in NEVER
        )


def _inner(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that leads to it, else the address itself: that is what is judged."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def read_url(text: str, rules: Rules) -> httpx.URL:
    """The address of a webhook. Raises NotAllowed where it is none."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise NotAllowed("not_an_address") from None
    if len(text) > LONGEST or not url.host or url.userinfo or url.fragment or not text.isascii():
        raise NotAllowed("not_an_address")
    if url.port is not None and not 0 < url.port < 65536:
        raise NotAllowed("not_an_address")
    if url.scheme != "https" and not (url.scheme == "http" and rules.plain_http):
        raise NotAllowed("https_required")
    return url
