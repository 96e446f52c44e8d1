"""Studies that arrive: what killed downloads leave, and downloads that are given up."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.pacs.archive import Archive, Cancelled, fetch_study
from lesion_viewer.exchange.pacs.dicomweb import WebArchive
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.exchange.pacs.incoming import IncomingStudy, clear_leftovers
from tests.exchange.faulty_pacs import STUDY, Faulty
from tests.exchange.reports import write_study

DOWNLOAD = """
import sys, time
from pathlib import Path
from lesion_viewer.exchange.pacs.incoming import IncomingStudy
with IncomingStudy(Path(sys.argv[1]), sys.argv[2], "ward") as incoming:
    incoming.take(Path(sys.argv[3]).read_bytes())
    print("taken", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_download_left_goes_and_what_a_live_one_writes_stays(tmp_path: Path) -> None:
    image = write_study(tmp_path / "images") / "IM000"
    studies = tmp_path / "studies"
    arguments = [sys.executable, "-c", DOWNLOAD, str(studies), STUDY, str(image)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "taken\n"
        assert clear_leftovers(studies, 0) == 0, "its process lives"
        assert len(list(studies.glob(".incoming.*/*.dcm"))) == 1
        other.kill()
    assert clear_leftovers(studies) == 0, "something changed a moment ago"
    (left,) = studies.iterdir()
    os.utime(left, (time.time() - 61, time.time() - 61))
    with IncomingStudy(studies, STUDY, "ward") as incoming:
        assert clear_leftovers(studies) == 1
        assert list(studies.iterdir()) == [incoming.folder]


def test_a_download_clears_what_an_earlier_one_left(tmp_path: Path) -> None:
    server = Faulty(write_study(tmp_path / "images"), "whole")
    left = tmp_path / "in" / ".incoming.0123456789abcdef"
    left.mkdir(parents=True)
    (left / "1.2.3.dcm").write_bytes(b"half")
    (left / ".lock").touch()
    os.utime(left, (0, 0))
    try:
        folder = fetch_study(DimseArchive("FAULTY", "127.0.0.1", server.port), STUDY, left.parent)
    finally:
        server.close()
    assert list(left.parent.iterdir()) == [folder]


def test_an_image_that_comes_after_the_end_is_refused(tmp_path: Path) -> None:
    content = (write_study(tmp_path / "images") / "IM000").read_bytes()
    with IncomingStudy(tmp_path / "in", STUDY, "ward") as incoming:
        incoming.take(content)
    with pytest.raises(ExchangeError, match="the download is over"):
        incoming.take(content)
    assert list((tmp_path / "in").iterdir()) == []


@pytest.fixture
def hung() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("protocol", ["DICOMweb", "DIMSE"])
def test_a_download_from_an_archive_that_hangs_ends_at_once_when_it_is_given_up(
    hung: int, protocol: str, tmp_path: Path
) -> None:
    archive: Archive = DimseArchive("HUNG", "127.0.0.1", hung)
    if protocol == "DICOMweb":
        archive = WebArchive(f"http://127.0.0.1:{hung}")
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled, match="given up; nothing was kept"):
        fetch_study(archive, STUDY, tmp_path / "in", stop=stop)
    assert time.monotonic() - began < 10, "the archive has 30 s to answer"
    assert list((tmp_path / "in").iterdir()) == []
