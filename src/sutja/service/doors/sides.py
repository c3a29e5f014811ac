"""Where a request comes from: a page of this server, one of another, or a program."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from sutja.service.doors.declared import SAFE_METHODS
from sutja.store import Store

ELSEWHERE = "Expected a request from a page of this server. Received one from elsewhere, or one that does not say."


def store_of(request: Request) -> Store:
    """Return the store of the service; refuse where it keeps none."""
    store: Store | None = request.app.state.store
    if store is None:
        raise HTTPException(503, "Expected a service with a store. Received one that was started without.")
    return store


def same_origin(request: Request) -> None:
    """Refuse what changes something unless a page of this very server sent it."""
    if request.method not in SAFE_METHODS and not is_from_here(request.headers):
        raise HTTPException(403, ELSEWHERE)


def is_from_here(headers: Headers) -> bool:
    """Tell by `Sec-Fetch-Site`, which no page can forge, or, where a browser sends none, by `Origin`."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, host = headers.get("origin"), headers.get("host")
    try:
        return bool(origin and host) and urlsplit(origin).netloc == host
    except ValueError:  # no address at all
        return False


def is_from_a_browser(headers: Headers) -> bool:
    """Tell whether a request says, as browsers do, where it comes from."""
    return "origin" in headers or "sec-fetch-site" in headers


def address_of(scope: Scope) -> str:
    """Return whose requests are counted together: an address, of IPv6 the network of 64 bits that one customer has."""
    host = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or address.exploded[:19])
