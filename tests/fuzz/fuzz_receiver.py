"""Fuzzing of the receiver: ``python tests/fuzz/fuzz_receiver.py --inputs 10000 --seed 1``.

A good conversation, association, C-STORE and release, is cut into its PDUs; these are changed in
their bytes and sent to a receiver on loopback. It passes where the receiver still takes an image
afterwards, nothing was written outside of its folder, and its memory stays bounded.
"""

import argparse
import random
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from mutation import mutated
from peak_memory import peak_mib
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
from pynetdicom import AE

from lesion_viewer.exchange.pacs.receiver import Limits, Receiver
from tests.exchange.reports import write_study

ROUND = 8
"""Conversations at a time."""


@dataclass
class Summary:
    """What became of the inputs.

    Attributes
    ----------
    answered : conversations in which the receiver answered something
    outside : what was written outside of its folder
    is_alive : whether it takes an image afterwards
    peak_mib : resident memory of this process at its highest, the receiver's with it
    """

    answered: int = 0
    outside: list[str] = field(default_factory=list)
    is_alive: bool = False
    peak_mib: int = 0


def conversation(image: Dataset) -> list[bytes]:
    """The PDUs with which an image is stored, as a scanner sends them."""
    recorded: list[bytes] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        with tempfile.TemporaryDirectory() as folder:
            receiver = Receiver(Path(folder), {"SCANNER": "127.0.0.1"})
            between = threading.Thread(target=_record, args=(listening, receiver.port, recorded))
            between.start()
            entity = AE("SCANNER")
            entity.maximum_pdu_size = 0
            entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
            port = listening.getsockname()[1]
            association = entity.associate("127.0.0.1", port, ae_title="LESIONVIEWER")
            association.send_c_store(image)
            association.release()
            between.join(10)
            receiver.close()
    return recorded


def _record(listening: socket.socket, port: int, recorded: list[bytes]) -> None:
    """Stand between the two, and keep what the scanner says before each answer."""
    client, _ = listening.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
        threading.Thread(target=_pump, args=(server, client, recorded), daemon=True).start()
        while data := client.recv(2**20):
            recorded[-1:] = [recorded[-1] + data] if recorded and recorded[-1] else [data]
            server.sendall(data)


def _pump(server: socket.socket, client: socket.socket, recorded: list[bytes]) -> None:
    with suppress(OSError):
        while data := server.recv(2**20):
            recorded.append(b"")
            client.sendall(data)


def fuzz_receiver(inputs: int, number: int, folder: Path) -> Summary:
    """Send ``inputs`` changed conversations of the seed ``number`` to a receiver."""
    image = pydicom.dcmread(sorted(write_study(folder / "images").iterdir())[0])
    good = [pdu for pdu in conversation(image) if pdu]
    before = {path for path in folder.rglob("*")}
    home = folder / "in"
    receiver = Receiver(home, {"SCANNER": "127.0.0.1"}, limits=Limits(50, 2**26, 2**22, quiet_s=2))
    summary = Summary()
    for first in range(0, inputs, ROUND):
        threads = [
            threading.Thread(target=_say, args=(receiver.port, good, f"{number} {n}", summary))
            for n in range(first, min(first + ROUND, inputs))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    summary.is_alive = _takes(receiver.port, image)
    receiver.close()
    after = {path for path in folder.rglob("*")}
    summary.outside = [str(p) for p in after - before if not p.is_relative_to(home)]
    summary.peak_mib = peak_mib()
    return summary


def _say(port: int, good: list[bytes], seed: str, summary: Summary) -> None:
    """One conversation, of which some PDUs are changed; the answers are not waited for long."""
    rng = random.Random(seed)
    changed = rng.sample(range(len(good)), rng.randint(1, len(good)))
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(0.05)
        for n, pdu in enumerate(good):
            connection.sendall(mutated(pdu, good, rng) if n in changed else pdu)
            with suppress(TimeoutError):
                summary.answered += bool(connection.recv(2**16))


def _takes(port: int, image: Dataset) -> bool:
    """Whether a receiver takes an image, once it has ended what the fuzzing began."""
    entity = AE("SCANNER")
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    for _ in range(20):
        association = entity.associate("127.0.0.1", port, ae_title="LESIONVIEWER")
        if association.is_established:
            status = association.send_c_store(image)
            association.release()
            return bool(status) and status.Status in (0x0000, 0xA700)
        time.sleep(0.5)
    return False


def main() -> int:
    """Fuzz, print the summary; 1 where the receiver failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = fuzz_receiver(wanted.inputs, wanted.seed, Path(folder))
    print(
        f"{wanted.inputs} conversations in {time.monotonic() - began:.0f} s, {summary.answered}"
        f" answers; alive: {summary.is_alive}; written outside: {len(summary.outside)};"
        f" peak {summary.peak_mib} MiB resident"
    )
    return 0 if summary.is_alive and not summary.outside else 1


if __name__ == "__main__":
    sys.exit(main())
