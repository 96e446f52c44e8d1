"""The receiver: who may send, where it writes, and that nothing makes it write elsewhere or die."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from fuzz_receiver import conversation, fuzz_receiver
from pydicom.uid import CTImageStorage
from pynetdicom import AE

from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.exchange.pacs.receiver import Limits, Receiver
from tests.exchange.reports import ROOT, SLICES, write_study

STUDY = f"{ROOT}.1"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    one = Receiver(tmp_path / "in", {"SCANNER": "127.0.0.1"})
    yield one
    one.close()


def sent(port: int, image: pydicom.Dataset, calling: str = "SCANNER") -> int | None:
    """The status that an image got; None where the association was refused."""
    entity = AE(calling)
    entity.add_requested_context(CTImageStorage)
    association = entity.associate("127.0.0.1", port, ae_title="LESIONVIEWER")
    if not association.is_established:
        return None
    status = association.send_c_store(image)
    association.release()
    return int(status.Status)


def images(tmp_path: Path) -> list[pydicom.Dataset]:
    folder = write_study(tmp_path / "images")
    return [pydicom.dcmread(one) for one in sorted(folder.iterdir())]


def test_images_of_a_listed_peer_become_a_study(receiver: Receiver, tmp_path: Path) -> None:
    for image in images(tmp_path):
        assert sent(receiver.port, image) == 0
    assert receiver.quiet_studies(60) == []
    assert receiver.quiet_studies(0) == [tmp_path / "in" / STUDY]
    assert receiver.quiet_studies(0) == []
    assert len(open_study(tmp_path / "in" / STUDY).series[0].slices) == SLICES
    DimseArchive("LESIONVIEWER", "127.0.0.1", receiver.port, calling="SCANNER").verify()


def test_others_are_refused(receiver: Receiver, tmp_path: Path) -> None:
    image = images(tmp_path)[0]
    assert sent(receiver.port, image, "STRANGER") is None
    stranger = DimseArchive("OTHER", "127.0.0.1", receiver.port, calling="SCANNER")
    with pytest.raises(ExchangeError, match="does not know the called AE title"):
        stranger.verify()
    assert list((tmp_path / "in").iterdir()) == []


def test_another_address_is_not_heard(tmp_path: Path) -> None:
    one = Receiver(tmp_path / "in", {"SCANNER": "192.0.2.1"})
    try:
        assert sent(one.port, images(tmp_path)[0]) is None
        assert list((tmp_path / "in").iterdir()) == []
    finally:
        one.close()


def test_it_listens_on_loopback_unless_told_otherwise(receiver: Receiver) -> None:
    found = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=False)
    listening = [line for line in found.stdout.splitlines() if f":{receiver.port:04X} " in line]
    assert all("0100007F:" in line for line in listening)


@pytest.mark.parametrize(
    ("name", "value"),
    [("StudyInstanceUID", "../../elsewhere"), ("SOPInstanceUID", "../x"), ("StudyInstanceUID", "")],
)
def test_a_uid_is_never_a_path(receiver: Receiver, tmp_path: Path, name: str, value: str) -> None:
    image = images(tmp_path)[0]
    setattr(image, name, value)
    before = {p for p in tmp_path.rglob("*")}
    assert sent(receiver.port, image) != 0
    assert {p for p in tmp_path.rglob("*")} == before


def test_size_and_count_are_capped(tmp_path: Path) -> None:
    one = Receiver(tmp_path / "in", {"SCANNER": "127.0.0.1"}, limits=Limits(files=2))
    found = [sent(one.port, image) for image in images(tmp_path)[:4]]
    one.close()
    assert found == [0, 0, 0xA700, 0xA700]
    again = Receiver(tmp_path / "in", {"SCANNER": "127.0.0.1"}, limits=Limits(files=2))
    assert sent(again.port, pydicom.dcmread(tmp_path / "images" / "IM005")) == 0xA700
    again.close()
    assert len(list((tmp_path / "in").rglob("*.dcm"))) == 2
    small = Receiver(tmp_path / "s", {"SCANNER": "127.0.0.1"}, limits=Limits(object_bytes=4096))
    entity = AE("SCANNER")
    entity.add_requested_context(CTImageStorage)
    association = entity.associate("127.0.0.1", small.port, ae_title="LESIONVIEWER")
    status = association.send_c_store(pydicom.dcmread(tmp_path / "images" / "IM000"))
    small.close()
    assert status.get("Status", 0xA700) == 0xA700 and not list((tmp_path / "s").rglob("*.dcm"))


def test_a_port_that_is_taken_is_said(receiver: Receiver, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=f"cannot listen .*:{receiver.port}"):
        Receiver(tmp_path / "b", {"SCANNER": "127.0.0.1"}, port=receiver.port)


# pynetdicom ends the thread of a broken association by an exception.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.slow
def test_a_slice_of_the_fuzzing_leaves_it_alive_and_writes_nothing_outside(tmp_path: Path) -> None:
    summary = fuzz_receiver(200, 5, tmp_path)
    assert summary.is_alive
    assert summary.outside == []
    assert summary.sent >= 200 and summary.answered > 0
    assert summary.peak_mib < 500


def test_the_conversation_that_is_mutated_is_a_good_one(receiver: Receiver, tmp_path: Path) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port), 5) as connection:
        for pdu in conversation(images(tmp_path)[0]):
            connection.sendall(pdu)
            connection.settimeout(5)
            connection.recv(65536)
    assert len(list((tmp_path / "in").rglob("*.dcm"))) == 1
