"""Addresses that may be requested: http and https on the public internet, and those an operator names."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from schemas.codes.http import HttpReason
from schemas.errors import without_login
from tasks.http import Refused, Unreachable

IP = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
# RFC 6052 §2.1: the last 32 bits are an IPv4 address that a NAT64 gateway reaches.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# The only addresses of IPv6 that are given out for the public internet (IANA, IPv6 Global Unicast Address Assignments).
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")

# In IANA's special-purpose registries, and taken for public by versions of Python in use.
_SPECIAL = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments (RFC 6890)
    ipaddress.IPv4Network("192.88.99.0/24"),  # relays of 6to4, given up (RFC 7526)
    ipaddress.IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def parse(url: str) -> SplitResult:
    """The parts of an address that may be requested.

    Raises:
        Refused: it is no http(s) address with a host, or it carries a password.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(HttpReason.NO_ADDRESS, url=without_login(url), error=str(error)) from error
    if parts.scheme not in _PORTS or not host:
        raise Refused(HttpReason.NO_HTTP_ADDRESS, url=without_login(url))
    if parts.username is not None:
        raise Refused(HttpReason.NAMES_USER, host=host)
    return parts


def host_of(parts: SplitResult) -> str:
    """Name of the host, with its port where that is not the scheme's own: what turns and limits go by."""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def is_named(parts: SplitResult, named: tuple[str, ...]) -> bool:
    """Whether the host, with or without its port, is among those named."""
    return not {host_of(parts), parts.hostname}.isdisjoint(name.lower() for name in named)


def is_public(ip: IP) -> bool:
    """Whether an IP address belongs to the public internet, whatever way it is written in."""
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        inner = inner or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(inner)
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)


def check_public(parts: SplitResult, *, resolve: bool) -> None:
    """See to it that every address of a host is public. Without `resolve` (a proxy resolves) only written ones count.

    Raises:
        Refused: one of them is private, loopback, link-local or reserved.
        Unreachable: the name is not known (here, or at all).
    """
    host = parts.hostname or ""
    # getaddrinfo and not ipaddress: it knows all spellings that connect() knows, such as 0x7f.1 or 2852039166.
    flags = 0 if resolve else socket.AI_NUMERICHOST
    try:
        found = socket.getaddrinfo(host, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM, flags=flags)
    except (OSError, UnicodeError) as error:
        if not resolve:
            return
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreachable(HttpReason.NAME_UNKNOWN, host=host, error=reason) from error
    for *_, sockaddr in found:
        refuse_private(host, str(sockaddr[0]))


def refuse_private(host: str, address: str) -> None:
    """See to it that an IP address is public.

    Raises:
        Refused: it is not.
    """
    if not is_public(ipaddress.ip_address(address)):  # a zone (fe80::1%eth0) is understood
        raise Refused(HttpReason.NOT_PUBLIC, host=host, address=address)
