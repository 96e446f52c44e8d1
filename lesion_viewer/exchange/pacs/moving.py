"""Where an archive sends a study to that it does not give on the same connection (C-MOVE)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pynetdicom import AE, evt

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.contexts import ECHO, PDU_BYTES, STORED, SYNTAXES
from lesion_viewer.exchange.pacs.listening import LOOPBACK, addresses_of, only_from


@dataclass(frozen=True, slots=True)
class Destination:
    """Where this program listens while an archive sends.

    Attributes
    ----------
    title : str
        AE title by which the archive knows it.
    port : int
        Its port, which the archive knows too.
    host : str
        Address on which it listens.
    """

    title: str
    port: int
    host: str = LOOPBACK


@contextmanager
def receiving(
    destination: Destination, sender: str, take: Callable[[evt.Event], int]
) -> Iterator[None]:
    """Listen for what one host sends, as long as the block lasts.

    Parameters
    ----------
    destination : Destination
        Where to listen.
    sender : str
        Host of the archive; others are not heard.
    take : Callable[[evt.Event], int]
        Takes an object, and says what became of it.

    Yields
    ------
    None
        While it listens.

    Raises
    ------
    ExchangeError
        Where the sender's name has no address, or the port is taken.
    """
    entity = AE(destination.title)
    entity.require_called_aet = True
    entity.maximum_pdu_size = PDU_BYTES
    entity.add_supported_context(ECHO)
    for kind in STORED:
        entity.add_supported_context(kind, SYNTAXES)
    try:
        server = entity.make_server(
            (destination.host, destination.port),
            evt_handlers=[(evt.EVT_C_STORE, take)],
            server_class=only_from(addresses_of(sender)),
        )
    except OSError as error:
        where = f"{destination.host}:{destination.port}"
        raise ExchangeError(f"cannot listen for C-MOVE ({where}): {error.strerror}") from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError, ValueError):  # pynetdicom looks for it among servers it started
            server.shutdown()
            server.server_close()
        thread.join(5)
