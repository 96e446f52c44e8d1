"""Archives in the window: a real Orthanc is searched, a study fetched, reviewed and sent back."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ct.reading import open_study
from lesion_viewer.exchange.pacs.addresses import Address, name_address, named_addresses
from lesion_viewer.exchange.pacs.archive import fetch_study
from lesion_viewer.exchange.pacs.dimse import DimseArchive
from lesion_viewer.extras import missing
from lesion_viewer.review.session import Session
from lesion_viewer.ui.pacs.archive_dialog import ArchiveDialog
from lesion_viewer.ui.pacs.search_dialog import SearchDialog
from lesion_viewer.ui.pacs.sending import SendDialog
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.support_log import start_log, stop_log
from lesion_viewer.ui.texts import install_language
from tests.exchange.faulty_pacs import STUDY, Faulty
from tests.exchange.imported import import_file
from tests.exchange.orthanc import Orthanc, free_port, needs_orthanc, running
from tests.exchange.reports import SLICES, write_study
from tests.ui.accessible import unnamed
from tests.ui.conftest import MakeWindow
from tests.ui.cutting import cut_in

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Ctrl = Qt.KeyboardModifier.ControlModifier
CtrlShift = Ctrl | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running(tmp_path_factory.mktemp("orthanc")) as one:
        yield one


@pytest.fixture
def orthanc(started: Orthanc, tmp_path: Path) -> Orthanc:
    """One that has a study and no report of it."""
    started.clear()
    started.store(write_study(tmp_path / "images"))
    return started


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, modifier)


def searching(window: MainWindow, qtbot: QtBot) -> SearchDialog:
    press(window, qtbot, Key.Key_F, Ctrl)
    (dialog,) = window.findChildren(SearchDialog)
    assert dialog.isVisible() and not dialog.isModal()
    return dialog


def adding(dialog: SearchDialog, qtbot: QtBot, name: str, address: str) -> ArchiveDialog:
    qtbot.mouseClick(dialog.archive.add_button, Left)
    (form,) = dialog.findChildren(ArchiveDialog)
    qtbot.keyClicks(form.name, name)
    qtbot.keyClicks(form.address, address)
    return form


def search(dialog: SearchDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog.patient_id, Key.Key_Return)
    qtbot.waitUntil(dialog.search_button.isEnabled)


def cells(dialog: SearchDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def draw_finding(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.viewer.volume is not None)
    volume, view = window.viewer.volume, window.canvas.viewport()
    assert volume is not None
    qtbot.waitUntil(lambda: all(volume.is_settled(i) for i in range(len(volume))))
    QApplication.processEvents()  # the panels of a study take their places
    press(window, qtbot, Key.Key_B, Qt.KeyboardModifier.NoModifier)
    middle = view.rect().center()
    qtbot.mousePress(view, Left, pos=middle - QPoint(60, 40))
    qtbot.mouseMove(view, middle)
    qtbot.mouseMove(view, middle + QPoint(60, 40))
    qtbot.mouseRelease(view, Left, pos=middle + QPoint(60, 40))
    session = window.review.session
    assert session is not None and len(session.findings) == 1


def answer(window: MainWindow, qtbot: QtBot) -> str:
    """What is said once the review was sent; that it is sent is said for some seconds only."""
    bar = window.message_bar
    qtbot.waitUntil(lambda: bool(bar.text) and "is sent to" not in bar.text)
    return bar.text


def send(window: MainWindow, qtbot: QtBot) -> str:
    press(window, qtbot, Key.Key_E, CtrlShift)
    return answer(window, qtbot)


def reports(orthanc: Orthanc, folder: Path) -> list[Path]:
    fetched = fetch_study(DimseArchive("ORTHANC", "127.0.0.1", orthanc.dicom), STUDY, folder)
    return [p for p in sorted(fetched.iterdir()) if pydicom.dcmread(p).Modality == "SR"]


@pytest.fixture
def unnamed_patient(own_home: Path) -> Iterator[None]:
    """Beside the studies no file of the program, its log among them, names the patient."""
    listener = start_log()
    yield
    stop_log(listener)
    files = [p for p in own_home.rglob("*") if p.is_file() and "studies" not in p.parts]
    assert {"archives.json", "lesion-viewer.log"} <= {p.name for p in files}
    assert not [p for p in files if b"Jane" in p.read_bytes()]


@needs_orthanc
@pytest.mark.usefixtures("unnamed_patient")
def test_a_study_is_searched_fetched_reviewed_and_its_review_sent_back(
    orthanc: Orthanc, make_window: MakeWindow, qtbot: QtBot, own_home: Path, tmp_path: Path
) -> None:
    window = make_window()
    dialog = searching(window, qtbot)
    assert "No archive has a name yet" in dialog.said.text()
    form = adding(dialog, qtbot, "ward", orthanc.address)
    qtbot.mouseClick(form.verify_button, Left)
    qtbot.waitUntil(lambda: form.said.text() == f"{orthanc.address} answers.")
    qtbot.mouseClick(form.save_button, Left)
    qtbot.waitUntil(lambda: dialog.archive.name == "ward")

    for line, text in (
        (dialog.patient_id, "47*"),
        (dialog.patient_name, "Doe"),
        (dialog.first, "2024-01-01"),
        (dialog.last, "20241231"),
    ):
        qtbot.keyClicks(line, text)
    search(dialog, qtbot)
    assert dialog.said.text() == "1 study found"
    found = ["2024-05-01", "CT", str(SLICES), "", "not begun", "4711", "Doe Jane", ""]
    assert cells(dialog) == [found]
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.waitUntil(lambda: window.review.session is not None)
    folder = own_home / "studies" / STUDY
    qtbot.waitUntil(lambda: cells(dialog) == [[*found[:3], str(SLICES), *found[4:]]])
    assert window.review.collection is not None and window.review.collection.path == folder
    assert len(list(folder.iterdir())) == SLICES
    qtbot.mouseClick(dialog.close_button, Left)
    qtbot.waitUntil(lambda: not window.findChildren(SearchDialog))

    draw_finding(window, qtbot)
    assert "ward has the review: 1 finding." in send(window, qtbot)
    (report,) = reports(orthanc, tmp_path / "first")
    assert "PredecessorDocumentsSequence" not in pydicom.dcmread(report)
    other = Session.open(tmp_path / "other.review", open_study(folder).key, "another")
    other.pictures.describe(open_study(folder))
    import_file(other, open_study(folder), report)
    ours = window.review.session
    assert ours is not None
    assert [f.boxes for f in other.findings.values()] == [f.boxes for f in ours.findings.values()]
    other.close()

    assert "ward has the review" in send(window, qtbot)
    first = pydicom.dcmread(report)
    (second,) = (
        one
        for one in map(pydicom.dcmread, reports(orthanc, tmp_path / "second"))
        if one.SOPInstanceUID != first.SOPInstanceUID
    )
    (before,) = second.PredecessorDocumentsSequence
    (series,) = before.ReferencedSeriesSequence
    (referred,) = series.ReferencedSOPSequence
    assert referred.ReferencedSOPInstanceUID == first.SOPInstanceUID

    dialog = searching(window, qtbot)
    search(dialog, qtbot)
    assert cells(dialog)[0][4] == "sent"
    ours.mark_unsure(next(iter(ours.findings)))
    search(dialog, qtbot)
    assert cells(dialog)[0][4] == "1 of 1 decided"
    assert "ward has the review" in send(window, qtbot)
    qtbot.waitUntil(lambda: cells(dialog)[0][4] == "sent")


@needs_orthanc
def test_a_study_is_fetched_by_dicomweb_and_its_review_sent_back(
    orthanc: Orthanc, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    name_address("web", Address(orthanc.url))
    window = make_window()
    dialog = searching(window, qtbot)
    search(dialog, qtbot)
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: window.review.session is not None)
    assert window.review.study is not None and window.review.study.uid == STUDY
    assert kept(own_home)
    draw_finding(window, qtbot)
    assert "web has the review: 1 finding." in send(window, qtbot)


@needs_orthanc
def test_a_study_that_came_from_no_archive_is_sent_where_the_reader_says(
    orthanc: Orthanc, window: MainWindow, qtbot: QtBot
) -> None:
    name_address("nowhere", Address(f"NOBODY@127.0.0.1:{free_port()}"))
    name_address("ward", Address(orthanc.address))
    draw_finding(window, qtbot)
    assert "cannot be reached" in sent_to(window, qtbot, 0)
    assert "ward has the review: 1 finding." in sent_to(window, qtbot, 1)


def sent_to(window: MainWindow, qtbot: QtBot, place: int) -> str:
    """What is said of sending to an archive that is chosen by its place in the list."""
    press(window, qtbot, Key.Key_E, CtrlShift)
    (dialog,) = (d for d in window.findChildren(SendDialog) if d.isVisible())
    for _ in range(place):
        qtbot.keyClick(dialog.archive.box, Key.Key_Down)
    qtbot.mouseClick(dialog.send_button, Left)
    return answer(window, qtbot)


def test_a_review_cannot_be_sent_where_nothing_is_open(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    assert send(make_window(), qtbot) == "The review of a study can be sent: open one first."


@pytest.fixture
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Faulty]:
    server = Faulty(write_study(tmp_path / "images"), request.param)
    name_address("ward", Address(f"FAULTY@127.0.0.1:{server.port}"))
    yield server
    server.close()


def kept(home: Path) -> list[Path]:
    return list((home / "studies").rglob("*"))


@pytest.mark.parametrize("faulty", ["breaks"], indirect=True)
def test_a_pacs_that_breaks_off_leaves_one_line_and_no_half_study(
    faulty: Faulty, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    window = make_window()
    dialog = searching(window, qtbot)
    search(dialog, qtbot)
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: "stopped answering after 2 images; nothing" in dialog.said.text())
    qtbot.waitUntil(dialog.search_button.isEnabled)
    assert kept(own_home) == [] and window.review.session is None
    assert not dialog.progress.isVisible() and dialog.fetch_button.isEnabled()


@pytest.mark.parametrize("faulty", ["stops"], indirect=True)
def test_a_download_is_given_up_and_leaves_no_half_study(
    faulty: Faulty, make_window: MakeWindow, qtbot: QtBot, own_home: Path
) -> None:
    window = make_window()
    dialog = searching(window, qtbot)
    search(dialog, qtbot)
    qtbot.mouseClick(dialog.fetch_button, Left)
    qtbot.waitUntil(lambda: f" of {SLICES} images" in dialog.said.text())
    qtbot.mouseClick(dialog.cancel_button, Left)
    assert dialog.said.text() == "Giving it up …"
    qtbot.waitUntil(lambda: "no half study was kept" in dialog.said.text())
    assert kept(own_home) == [] and window.review.session is None


def test_an_archive_that_is_not_there_is_said_in_one_line(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    name_address("ward", Address(f"NOBODY@127.0.0.1:{free_port()}"))
    dialog = searching(make_window(), qtbot)
    search(dialog, qtbot)
    said = dialog.said.text()
    assert said.startswith("NOBODY@127.0.0.1:") and "cannot be reached" in said
    assert "\n" not in said and cells(dialog) == []


def test_a_date_that_is_none_is_not_asked_for(make_window: MakeWindow, qtbot: QtBot) -> None:
    name_address("ward", Address("NOBODY@127.0.0.1:1"))
    dialog = searching(make_window(), qtbot)
    qtbot.keyClicks(dialog.first, "31.5.2024")
    search(dialog, qtbot)
    said = "A date is written as 2024-05-31, or as -7: seven days ago."
    assert dialog.said.text() == said


def test_what_a_plain_installation_lacks_is_named(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_address("ward", Address("NOBODY@127.0.0.1:1"))
    monkeypatch.delitem(sys.modules, "lesion_viewer.exchange.pacs.dimse")
    monkeypatch.setitem(sys.modules, "pynetdicom", None)
    dialog = searching(make_window(), qtbot)
    search(dialog, qtbot)
    assert dialog.said.text() == missing("pynetdicom")


def test_a_token_is_kept_in_the_keyring_alone(
    make_window: MakeWindow, qtbot: QtBot, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda *key: ring.get(key))
    monkeypatch.setattr(keyring, "set_password", lambda a, b, said: ring.update({(a, b): said}))
    dialog = searching(make_window(), qtbot)
    form = adding(dialog, qtbot, "web", "http://pacs.example/dicom-web")
    qtbot.keyClicks(form.secret, "s3cret")
    qtbot.mouseClick(form.save_button, Left)
    qtbot.waitUntil(lambda: "goes by https alone" in form.said.text())
    assert not ring and not named_addresses()
    form.address.clear()
    qtbot.keyClicks(form.address, "https://pacs.example/dicom-web")
    qtbot.mouseClick(form.save_button, Left)
    qtbot.waitUntil(lambda: dialog.archive.name == "web")
    assert list(ring.values()) == ["s3cret"]
    kept_files = [p for p in own_home.rglob("*") if p.is_file()]
    assert kept_files and not any(b"s3cret" in p.read_bytes() for p in kept_files)


@pytest.mark.parametrize(("language", "percent"), [("en", 100), ("de", 100), ("de", 200)])
def test_no_text_of_the_dialogs_is_cut_and_every_control_has_a_name(
    language: str, percent: int, make_window: MakeWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    install_language(language)
    try:
        window = make_window(text_percent=percent)
        dialog = searching(window, qtbot)
        form = adding(dialog, qtbot, "", "")
        QApplication.processEvents()
        for shown in (dialog, form):
            assert not cut_in(shown) and not unnamed(shown)
    finally:
        install_language("en")
        apply_style(qapp)
