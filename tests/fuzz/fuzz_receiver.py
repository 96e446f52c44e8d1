"""Fuzzing of the receiver: ``python tests/fuzz/fuzz_receiver.py --inputs 10000 --seed 1``.

A good conversation, association, C-STORE and release, is cut into its PDUs; some of these are
changed in their bytes, and all are sent to a receiver on loopback until it ends the association,
several conversations at a time. What counts as an input is a changed PDU that was sent on an open
connection. It passes where the receiver still takes an image afterwards, nothing was written
outside of its folder, and its memory stays bounded.
"""

import argparse
import itertools
import random
import select
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from mutation import mutated
from peak_memory import begin_peak, peak_mib
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
from pynetdicom import AE

from lesion_viewer.exchange.pacs.receiver import Limits, Receiver
from tests.exchange.reports import write_study

DATA = 4
"""Type of a PDU that carries commands and images."""
AT_A_TIME = 12
"""Conversations; the receiver has up to 16."""
STORES = 3
"""Images in a conversation that nothing ends."""
ANSWER_S = 0.05
CLOSE_S = 0.002
"""So long is waited for an answer that is due, and for the end after a changed PDU."""
MAX_MIB = 400


@dataclass
class Summary:
    """What became of the inputs.

    Attributes
    ----------
    sent : changed PDUs that were sent
    conversations : associations that were begun, or tried
    answered : times that the receiver answered something
    outside : what was written outside of its folder
    is_alive : whether it takes an image afterwards
    peak_mib : resident memory of this process at its highest, beyond what it had before
    """

    sent: int = 0
    conversations: int = 0
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
    """Send ``inputs`` changed PDUs of the seed ``number`` to a receiver."""
    image = pydicom.dcmread(sorted(write_study(folder / "images").iterdir())[0])
    begin, store, end = (list(pdus_in(said)) for said in conversation(image) if said)
    good = [*begin, *store * STORES, *end]
    before = {path for path in folder.rglob("*")}
    home = folder / "in"
    had = begin_peak()
    receiver = Receiver(home, {"SCANNER": "127.0.0.1"}, limits=Limits(50, 2**26, 2**22, quiet_s=2))
    summary, lock, numbers = Summary(), threading.Lock(), itertools.count()

    def speak() -> None:
        while summary.sent < inputs:
            sent, answered = _say(receiver.port, good, f"{number} {next(numbers)}")
            with lock:
                summary.sent += sent
                summary.answered += answered
                summary.conversations += 1

    with ThreadPoolExecutor(AT_A_TIME) as speakers:
        for speaker in [speakers.submit(speak) for _ in range(AT_A_TIME)]:
            speaker.result()
    summary.is_alive = _takes(receiver.port, image)
    receiver.close()
    after = {path for path in folder.rglob("*")}
    summary.outside = [str(p) for p in after - before if not p.is_relative_to(home)]
    summary.peak_mib = peak_mib() - had
    return summary


def pdus_in(said: bytes) -> Iterator[bytes]:
    """The PDUs of what was said: before each go type, reserved byte and length (PS3.8 9.3)."""
    while said:
        size = 6 + int.from_bytes(said[2:6], "big")
        yield said[:size]
        said = said[size:]


def _say(port: int, good: list[bytes], seed: str) -> tuple[int, int]:
    """One conversation: how many changed PDUs were sent of it, and how often it was answered."""
    rng = random.Random(seed)
    changed = set(rng.sample(range(len(good)), rng.randint(1, len(good) // 2)))
    sent = answered = 0
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as connection:
        for n, pdu in enumerate(good):
            is_last = pdu[0] != DATA or not _is_command(pdu)
            connection.sendall(mutated(pdu, good, rng) if n in changed else pdu)
            sent += n in changed
            if not (is_last or n in changed):
                continue
            if select.select([connection], [], [], ANSWER_S if is_last else CLOSE_S)[0]:
                if not connection.recv(2**16):
                    break
                answered += 1
    return sent, answered


def _is_command(pdu: bytes) -> bool:
    """Whether data follow: the first bit of a fragment's control header (PS3.8 E.2)."""
    return bool(pdu[11] & 1)


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
        f"{summary.sent} changed PDUs in {summary.conversations} conversations in"
        f" {time.monotonic() - began:.0f} s, {summary.answered} answers; alive:"
        f" {summary.is_alive}; written outside: {len(summary.outside)}; peak {summary.peak_mib}"
        " MiB more than before"
    )
    is_good = summary.is_alive and not summary.outside and summary.peak_mib <= MAX_MIB
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
