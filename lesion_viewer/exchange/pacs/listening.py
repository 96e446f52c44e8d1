"""Who may connect where this program listens for images."""

from collections.abc import Collection
from ipaddress import ip_address
from socket import getaddrinfo
from typing import Any

from pynetdicom.transport import ThreadedAssociationServer

from lesion_viewer.errors import ExchangeError

LOOPBACK = "127.0.0.1"


def addresses_of(host: str) -> frozenset[str]:
    """The addresses of a host, as sockets give them.

    Parameters
    ----------
    host : str
        Name or address.

    Returns
    -------
    frozenset[str]
        At least one.

    Raises
    ------
    ExchangeError
        Where its name has none.
    """
    try:
        found = {str(of[4][0]) for of in getaddrinfo(host, None)}
    except OSError as error:
        raise ExchangeError(f"{host}: has no address: {error.strerror}") from error
    return frozenset(str(ip_address(address)) for address in found)


def only_from(addresses: Collection[str]) -> type[ThreadedAssociationServer]:
    """A server that reads no byte of what others send.

    Parameters
    ----------
    addresses : Collection[str]
        Of those that are heard.

    Returns
    -------
    type[ThreadedAssociationServer]
        For ``AE.make_server``.
    """

    class Server(ThreadedAssociationServer):
        def verify_request(self, request: Any, client_address: Any) -> bool:
            return client_address[0] in addresses

    return Server
