"""A PACS by DIMSE: a real Orthanc is asked, and those that misbehave."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report
from lesion_viewer.exchange.pacs.addresses import Address, archive_at
from lesion_viewer.exchange.pacs.archive import Cancelled, Query, fetch_study
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.review.session import Session
from tests.exchange.faulty_pacs import STUDY, Faulty
from tests.exchange.imported import import_file
from tests.exchange.orthanc import Orthanc, free_port, needs_orthanc, running
from tests.exchange.reports import SLICES, review_of, write_study


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running(tmp_path_factory.mktemp("orthanc")) as one:
        yield one


@pytest.fixture
def pacs(orthanc: Orthanc, tmp_path: Path) -> DimseArchive:
    orthanc.clear()
    orthanc.store(write_study(tmp_path / "images"))
    return DimseArchive("ORTHANC", "127.0.0.1", orthanc.dicom, answer_s=5)


def kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*")) if folder.exists() else []


@needs_orthanc
def test_studies_are_found_by_patient_date_modality_and_description(pacs: DimseArchive) -> None:
    pacs.verify()
    (study,) = pacs.find(Query(patient_id="47*", date="20240101-20241231", modality="CT"))
    assert (study.uid, study.patient_name, study.date) == (STUDY, "Doe^Jane", "2024-05-01")
    assert pacs.count(STUDY) == SLICES
    assert pacs.find(Query(patient_name="Doe*")) and not pacs.find(Query(patient_name="Roe*"))
    assert not pacs.find(Query(date="-20231231")) and not pacs.find(Query(modality="MR"))


@needs_orthanc
def test_a_study_comes_whole_and_is_the_one_that_was_stored(
    pacs: DimseArchive, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    folder = fetch_study(pacs, STUDY, tmp_path / "in", lambda *of: seen.append(of))
    assert folder == tmp_path / "in" / STUDY and kept(tmp_path / "in").count(STUDY) == 1
    assert seen[-1] == (SLICES, SLICES)
    ours, theirs = (open_study(path).series[0] for path in (folder, tmp_path / "images"))
    for index in range(SLICES):
        assert (ours.decode(index) == theirs.decode(index)).all()
    again = fetch_study(pacs, STUDY, tmp_path / "in")
    assert len(list(again.iterdir())) == SLICES


@needs_orthanc
def test_a_review_goes_to_the_pacs_and_comes_back_equal(
    pacs: DimseArchive, orthanc: Orthanc, tmp_path: Path
) -> None:
    images = fetch_study(pacs, STUDY, tmp_path / "in")
    session = review_of(images, tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", images, Chosen(undecided=True))
    pacs.send([tmp_path / "report.dcm"], lambda done, total: None)
    assert pacs.count(STUDY) == SLICES + 1
    (study,) = pacs.find(Query(study_uid=STUDY))
    assert "SR" in study.modalities
    folder = fetch_study(pacs, STUDY, tmp_path / "again")
    (report,) = (p for p in folder.iterdir() if pydicom.dcmread(p).Modality == "SR")
    other = Session.open(tmp_path / "b.review", open_study(folder).key, "another")
    other.pictures.describe(open_study(folder))
    import_file(other, open_study(folder), report)
    assert {i: (f.boxes, f.status, f.scores, f.axes) for i, f in other.findings.items()} == {
        i: (f.boxes, f.status, f.scores, f.axes) for i, f in session.findings.items()
    }
    session.close()
    other.close()


@needs_orthanc
def test_a_study_that_is_not_there_and_a_wrong_title_are_said(
    pacs: DimseArchive, orthanc: Orthanc, tmp_path: Path
) -> None:
    with pytest.raises(ExchangeError, match="has no study 1.2.3"):
        fetch_study(pacs, "1.2.3", tmp_path / "in")
    wrong = DimseArchive("NOBODY", "127.0.0.1", orthanc.dicom)
    with pytest.raises(ExchangeError, match="does not know the called AE title"):
        wrong.verify()
    with pytest.raises(ExchangeError, match="no UID"):
        fetch_study(pacs, "../../etc", tmp_path / "in")
    assert kept(tmp_path / "in") == []


@needs_orthanc
def test_a_download_that_is_given_up_keeps_nothing(pacs: DimseArchive, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled, match="given up"):
        fetch_study(pacs, STUDY, tmp_path / "in", lambda *of: stop.set(), stop)
    assert kept(tmp_path / "in") == []


@needs_orthanc
def test_a_pacs_that_does_not_know_us_for_getting_is_said(tmp_path: Path) -> None:
    with running(tmp_path / "o", DicomModalities={}, DicomAlwaysAllowGet=False) as one:
        one.store(write_study(tmp_path / "images"))
        pacs = DimseArchive("ORTHANC", "127.0.0.1", one.dicom, answer_s=5)
        with pytest.raises(ExchangeError, match=f"^{pacs.name}: "):
            fetch_study(pacs, STUDY, tmp_path / "in")
    assert kept(tmp_path / "in") == []


@needs_orthanc
def test_a_study_comes_by_move_where_getting_is_refused(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    known = {
        "viewer": {"AET": "LESIONVIEWER", "Host": "127.0.0.1", "Port": port, "AllowGet": False},
        "another": {"AET": "ANOTHER", "Host": "127.0.0.1", "Port": other, "AllowGet": False},
    }
    with running(tmp_path / "o", DicomModalities=known, DicomAlwaysAllowGet=False) as one:
        one.store(write_study(tmp_path / "images"))
        with pytest.raises(ExchangeError, match=f"^{one.address}: gives no image"):
            fetch_study(archive_at(Address(one.address)), STUDY, tmp_path / "in")
        stop = threading.Event()
        moved = archive_at(Address(one.address, move=str(port)))
        with pytest.raises(Cancelled):
            fetch_study(moved, STUDY, tmp_path / "in", lambda *of: stop.set(), stop)
        with socket.create_server(("127.0.0.1", port)):
            with pytest.raises(ExchangeError, match=f"cannot listen for C-MOVE .*:{port}"):
                fetch_study(moved, STUDY, tmp_path / "in")
        elsewhere = archive_at(Address(one.address, "ANOTHER", move=str(port)))
        with pytest.raises(ExchangeError, match=r"the download to ANOTHER"):
            fetch_study(elsewhere, STUDY, tmp_path / "in")
        assert kept(tmp_path / "in") == []
        seen: list[tuple[int, int]] = []
        folder = fetch_study(moved, STUDY, tmp_path / "in", lambda *of: seen.append(of))
        assert seen[-1] == (SLICES, SLICES)
        assert len(open_study(folder).series[0].slices) == SLICES
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), 1)


def test_a_place_to_move_to_that_is_none_is_said() -> None:
    for text in ("PORT", "127.0.0.1", "host:99999", ":"):
        with pytest.raises(ExchangeError, match="C-MOVE goes to PORT or ADDRESS:PORT"):
            archive_at(Address("A@127.0.0.1:104", move=text))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("refuses", "data do not match their class .the download."),
        ("half", f"sent 3 of {SLICES} images; nothing was kept"),
        ("twice", f"sent 3 of {SLICES} images; nothing was kept"),
        ("stops", "stopped answering after 2 images; nothing was kept"),
        ("breaks", "stopped answering after 2 images; nothing was kept"),
        ("other", "sent an image of the study '1.2.3.4', not of"),
    ],
)
def test_a_pacs_that_misbehaves_leaves_one_line_and_no_half_study(
    tmp_path: Path, how: str, said: str
) -> None:
    server = Faulty(write_study(tmp_path / "images"), how)
    try:
        pacs = DimseArchive("FAULTY", "127.0.0.1", server.port, answer_s=2)
        with pytest.raises(ExchangeError, match=said) as caught:
            fetch_study(pacs, STUDY, tmp_path / "in")
        assert str(caught.value).startswith(f"{pacs.name}: ")
        assert kept(tmp_path / "in") == []
    finally:
        server.close()


def test_a_pacs_that_is_not_there_is_said(tmp_path: Path) -> None:
    pacs = DimseArchive("NOBODY", "127.0.0.1", free_port(), answer_s=1)
    for ask in (pacs.verify, lambda: pacs.find(Query())):
        with pytest.raises(ExchangeError, match="cannot be reached"):
            ask()


def test_a_disk_that_is_full_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Faulty(write_study(tmp_path / "images"), "whole")
    written = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if self.parent.name.startswith(".incoming") and len(list(self.parent.iterdir())) == 2:
            raise OSError(28, "No space left on device")
        return written(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    try:
        pacs = DimseArchive("FAULTY", "127.0.0.1", server.port, answer_s=2)
        with pytest.raises(ExchangeError, match="cannot be written: No space left on device"):
            fetch_study(pacs, STUDY, tmp_path / "in")
        assert kept(tmp_path / "in") == []
    finally:
        server.close()
