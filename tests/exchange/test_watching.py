"""Studies that arrive in a folder or are sent are searched once, and their candidates reported."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import CTImageStorage
from pynetdicom import AE

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.installed import find_detector
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.exchange.pacs.watching import REPORT, REVIEW, Watch
from lesion_viewer.review.session import Session
from tests.exchange.orthanc import free_port, needs_orthanc, running

END_S = 60.0


def write_phantom(folder: Path, seed: int = 7) -> Path:
    """A phantom in which the bundled detector finds something."""
    phantom = make_phantom(seed, (8, 128, 128), (10.0, 3.0, 3.0), lesions=4)
    write_series(folder, phantom.hu, (10.0, 3.0, 3.0), seed)
    return folder


@pytest.fixture(scope="module")
def detector() -> Detector:
    return find_detector("phantom-small").load("cpu", 0.05, print, True, "auto")


def watch(folder: Path, detector: Detector, said: list[str], quiet_s: float = 0.0) -> Watch:
    (folder / "in").mkdir(exist_ok=True)
    return Watch(folder / "in", folder / "out", detector, quiet_s=quiet_s, log=said.append)


def uid_of(folder: Path) -> str:
    return str(pydicom.dcmread(next(folder.iterdir())).StudyInstanceUID)


def test_a_study_is_searched_once_and_its_report_is_that_of_the_review(
    tmp_path: Path, detector: Detector
) -> None:
    said: list[str] = []
    images = write_phantom(tmp_path / "in" / "study")
    watching = watch(tmp_path, detector, said)
    watching.once()
    out = tmp_path / "out" / uid_of(images)
    session = Session.open(out / REVIEW, open_study(images).key, "")
    assert len(session.findings) > 0
    assert len(said) == 1
    assert f"8 slices searched, {len(session.findings)} candidates" in said[0]
    report = pydicom.dcmread(out / REPORT)
    assert report.StudyInstanceUID == uid_of(images)
    assert all(finding_id in str(report) for finding_id in session.findings)
    session.close()
    before = (out / REPORT).read_bytes()
    watching.once()
    shutil.move(images, tmp_path / "in" / "renamed")
    watching.once()
    assert len(said) == 1 and (out / REPORT).read_bytes() == before


def test_a_study_that_grew_is_searched_again_and_other_things_are_left_out(
    tmp_path: Path, detector: Detector
) -> None:
    said: list[str] = []
    images = write_phantom(tmp_path / "in" / "study")
    aside = tmp_path / "IM0008.dcm"
    shutil.move(images / "IM0008.dcm", aside)
    (tmp_path / "in" / "notes.txt").write_text("no CT")
    watching = watch(tmp_path, detector, said)
    watching.once()
    assert len(said) == 2 and "notes.txt: left out" in said[0] and "7 slices" in said[1]
    shutil.move(aside, images / "IM0008.dcm")
    watching.once()
    assert len(said) == 3 and "8 slices searched" in said[2]


def test_a_study_waits_until_nothing_of_it_changes_and_damage_does_not_stop_the_rest(
    tmp_path: Path, detector: Detector
) -> None:
    said: list[str] = []
    watching = watch(tmp_path, detector, said, quiet_s=1.0)
    stop = threading.Event()
    thread = threading.Thread(target=watching.run, args=(stop, 0.1))
    thread.start()
    images = write_phantom(tmp_path / "all")
    growing = tmp_path / "in" / "growing"
    growing.mkdir()
    for file in sorted(images.iterdir()):
        shutil.copy(file, growing)
        time.sleep(0.2)
        assert said == []
    (tmp_path / "in" / "damaged.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\1\2\3" * 50)
    began = time.monotonic()
    while len(said) < 2 and time.monotonic() - began < END_S:
        time.sleep(0.1)
    stop.set()
    thread.join()
    assert sorted("left out" in line for line in said) == [False, True]
    assert "8 slices searched" in "".join(said)


@needs_orthanc
def test_what_is_sent_to_the_command_is_searched_and_its_report_reaches_the_pacs(
    tmp_path: Path,
) -> None:
    images = write_phantom(tmp_path / "images")
    uid = uid_of(images)
    port = free_port()
    with running(tmp_path / "orthanc") as orthanc:
        command = [
            *(sys.executable, "-m", "lesion_viewer", "watch", f"VIEWER:{port}"),
            *("--from", "SCANNER@127.0.0.1", "--output", str(tmp_path / "out")),
            *("--send", orthanc.address, "--model", "phantom-small", "--quiet", "1"),
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            _send(images, port)
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(uid) and "report sent to ORTHANC@" in line
            pacs = DimseArchive("ORTHANC", "127.0.0.1", orthanc.dicom)
            assert pacs.count(uid) == 1
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(END_S) == 0
    assert main(["watch", f"VIEWER:{port}", "--output", str(tmp_path / "out")]) == 2


def _send(images: Path, port: int) -> None:
    entity = AE("SCANNER")
    entity.add_requested_context(CTImageStorage)
    began = time.monotonic()
    while True:
        association = entity.associate("127.0.0.1", port, ae_title="VIEWER")
        if association.is_established:
            break
        assert time.monotonic() - began < END_S
        time.sleep(0.2)
    for file in sorted(images.iterdir()):
        assert association.send_c_store(file).Status == 0
    association.release()
