"""Where webhooks may go: to public addresses, and to those networks that the shop allows.

Whoever may add a webhook could else make the service ask things of its neighbours. An address is looked up for each
attempt, and the one that was looked at is the one that is connected to: a name cannot change in between.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpx

from ordertrail.errors import InvalidInput

LONGEST_URL = 2000

Address = IPv4Address | IPv6Address

_THROUGH = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""Networks whose addresses hold another address, which may be a private one."""


class AddressRefused(InvalidInput):
    """A webhook may not go there: to an address that is not public, or without TLS."""


def checked_url(text: str) -> httpx.URL:
    """The URL of a webhook, by its form alone. Raises InvalidInput."""
    if len(text) > LONGEST_URL or not text.isprintable():
        raise InvalidInput(f"a webhook's url has at most {LONGEST_URL:,} characters, none of them a control character")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise InvalidInput("a webhook's url is one such as https://erp.example.com/orders") from None
    if url.scheme not in ("https", "http") or not url.host or url.userinfo or url.fragment:
        raise InvalidInput("a webhook's url begins with https://, names a host, and no user, password or fragment")
    return url


def reached(url: httpx.URL, networks: Sequence[str]) -> str:
    """The address to connect to. Raises AddressRefused where there is none to which a webhook may go."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found: list[Any] = socket.getaddrinfo(url.raw_host.decode(), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused("the host of this webhook has no address") from None
    allowed = [address for address in (ip_address(each[4][0]) for each in found) if _may(address, url, networks)]
    if not allowed:
        raise AddressRefused(
            "webhooks go to public addresses, through TLS; to others only where the setting webhook_networks allows it"
        )
    return str(allowed[0])


def _may(address: Address, url: httpx.URL, networks: Sequence[str]) -> bool:
    plain = getattr(address, "ipv4_mapped", None) or address
    if any(plain in ip_network(network) for network in networks):
        return True
    public = plain.is_global and not plain.is_multicast and not any(plain in network for network in _THROUGH)
    return public and url.scheme == "https"
