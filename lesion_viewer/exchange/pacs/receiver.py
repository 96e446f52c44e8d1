"""A receiver to which listed archives send images (Storage SCP); nothing starts it by itself."""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pynetdicom import AE, evt

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.contexts import ECHO, PDU_BYTES, STORED, SYNTAXES
from lesion_viewer.exchange.pacs.incoming import checked_uid, uids_of
from lesion_viewer.exchange.pacs.listening import LOOPBACK, addresses_of, only_from
from lesion_viewer.system.atomic_files import replaced_file

MAX_OBJECT_BYTES = 2**31
MAX_BYTES = 2**38
MAX_FILES = 1_000_000
MAX_ASSOCIATIONS = 16
SUCCESS, NO_SPACE, NOT_AUTHORISED, CANNOT_READ = 0x0000, 0xA700, 0x0124, 0xC000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a receiver takes at most.

    Attributes
    ----------
    files : int
        Files under its folder, those of earlier runs among them.
    total_bytes : int
        Of all of these.
    object_bytes : int
        Of one object.
    quiet_s : float
        Seconds without a byte after which an association is ended.
    """

    files: int = MAX_FILES
    total_bytes: int = MAX_BYTES
    object_bytes: int = MAX_OBJECT_BYTES
    quiet_s: float = 60.0


@dataclass
class _Held:
    """Files and bytes under the folder; counted once, then kept up."""

    files: int = 0
    bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Receiver:
    """Listens for images and writes them as ``folder/STUDY-UID/SOP-UID.dcm``, each file whole.

    Parameters
    ----------
    folder : Path
        All that it writes is under it.
    peers : Mapping[str, str]
        AE title -> host name or address of those that may send. Others are refused; where the
        address is none of theirs, before a byte is read.
    ae_title : str
        Its own title; associations for other titles are refused.
    port : int
        0 takes a free one.
    host : str
        Address on which it listens.
    limits : Limits
        What is beyond is refused.

    Attributes
    ----------
    port : int
        Where it listens.

    Raises
    ------
    ExchangeError
        Where a peer's name has no address, the folder cannot be made, or the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        peers: Mapping[str, str],
        ae_title: str = "LESIONVIEWER",
        port: int = 0,
        host: str = LOOPBACK,
        limits: Limits = Limits(),
    ) -> None:
        self._folder, self._limits = folder, limits
        self._addresses = {address for peer in peers.values() for address in addresses_of(peer)}
        self._peers = {title: addresses_of(peer) for title, peer in peers.items()}
        self._latest: dict[str, float] = {}
        self._pending: dict[int, int] = {}
        entity = AE(ae_title)
        entity.require_called_aet = True
        entity.require_calling_aet = list(peers)
        entity.maximum_pdu_size, entity.maximum_associations = PDU_BYTES, MAX_ASSOCIATIONS
        entity.network_timeout = entity.dimse_timeout = entity.acse_timeout = limits.quiet_s
        entity.add_supported_context(ECHO)
        for kind in STORED:
            entity.add_supported_context(kind, SYNTAXES)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._held = _count(folder)
            self._server = entity.make_server(
                (host, port),
                evt_handlers=[
                    (evt.EVT_C_STORE, self._store),
                    (evt.EVT_DATA_RECV, self._watch_size),
                    (evt.EVT_CONN_CLOSE, self._forget),
                ],
                server_class=only_from(self._addresses),
            )
        except OSError as error:
            where = f"{folder}, {host}:{port}"
            raise ExchangeError(f"cannot listen ({where}): {error.strerror}") from error
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and end what is going on."""
        with suppress(OSError, ValueError):  # pynetdicom looks for it among servers it started
            self._server.shutdown()
            self._server.server_close()
        self._thread.join(5)

    def quiet_studies(self, seconds: float) -> list[Path]:
        """Folders of the studies of which something came, and nothing for so long; each once.

        Parameters
        ----------
        seconds : float
            For how long.

        Returns
        -------
        list[Path]
            In the order of their last images.
        """
        now = time.monotonic()
        latest = sorted(self._latest.items(), key=lambda one: one[1])
        quiet = [uid for uid, at in latest if now - at >= seconds]
        for uid in quiet:
            self._latest.pop(uid, None)
        return [self._folder / uid for uid in quiet]

    def _store(self, event: evt.Event) -> int:
        """Write one object; the status says what became of it."""
        requestor = event.assoc.requestor
        self._pending[id(event.assoc)] = 0
        if requestor.address not in self._peers.get(requestor.ae_title.strip(), ()):
            return NOT_AUTHORISED
        content = event.encoded_dataset()
        try:
            study_uid, sop_uid = uids_of(content)
            study = checked_uid(study_uid, "the Study Instance UID")
            path = self._folder / study / f"{checked_uid(sop_uid, 'the SOP Instance UID')}.dcm"
        except ExchangeError:
            return CANNOT_READ
        with self._held.lock:
            is_new = not path.exists()
            beyond = self._held.files + is_new > self._limits.files
            beyond |= len(content) > self._limits.object_bytes
            if beyond or self._held.bytes + len(content) > self._limits.total_bytes:
                return NO_SPACE
            try:
                with replaced_file(path) as temporary:
                    temporary.write_bytes(content)
            except OSError:
                return NO_SPACE
            self._held.files += is_new
            self._held.bytes += len(content)
        self._latest[study] = time.monotonic()
        return SUCCESS

    def _watch_size(self, event: evt.Event) -> None:
        """End an association that sends more than one object may have."""
        key = id(event.assoc)
        self._pending[key] = self._pending.get(key, 0) + len(event.data)
        if self._pending[key] > self._limits.object_bytes:
            event.assoc.abort()

    def _forget(self, event: evt.Event) -> None:
        self._pending.pop(id(event.assoc), None)


def _count(folder: Path) -> _Held:
    sizes = [path.stat().st_size for path in folder.rglob("*.dcm")]
    return _Held(len(sizes), sum(sizes))
