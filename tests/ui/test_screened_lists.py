"""The results of a real screening in the window: listed, opened, decided, exported, reopened."""

import csv
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from lesion_viewer.cli import main
from lesion_viewer.review.finding import Status
from lesion_viewer.ui.screening.wording import FAULTS
from lesion_viewer.ui.shell.features.screening import ScreeningFeature
from lesion_viewer.ui.shell.main_window import MainWindow
from lesion_viewer.ui.style import apply_style
from lesion_viewer.ui.texts import install_language
from tests.exchange.orthanc import needs_orthanc, running
from tests.screening.phantom_archives import write_studies
from tests.ui.conftest import MakeWindow
from tests.ui.cutting import cut_in

MODEL = "phantom-small"
Key = Qt.Key
CtrlShift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def screen(archive: Path | str, output: Path, min_score: str = "0.3") -> None:
    run = ["screen", str(archive), "--output", str(output), "--model", MODEL, "--workers", "1"]
    assert main([*run, "--min-score", min_score]) == 0


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of three studies and a copy of one, and its results."""
    folder = tmp_path_factory.mktemp("screened")
    first, *_ = write_studies(folder / "archive", 3)
    shutil.copytree(first, folder / "archive" / "copy")
    screen(folder / "archive", folder / "results")
    return folder


@pytest.fixture
def own(screened: Path, tmp_path: Path, own_home: Path) -> Path:
    """A copy of the results, whose archive is where it was."""
    shutil.copytree(screened / "results", tmp_path / "results")
    return tmp_path / "results"


def rows_of(results: Path) -> list[dict]:
    found: list[dict] = pq.read_table(results / "series.parquet").to_pylist()
    return sorted(found, key=lambda row: -(row["score"] or -1))


def list_of(window: MainWindow):
    return window.feature(ScreeningFeature).screening


def column(window: MainWindow, name: str) -> list[str]:
    model = list_of(window).panel.model
    titles = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    return [model.index(n, titles.index(name)).data() for n in range(model.rowCount())]


def wait_for(window: MainWindow, qtbot: QtBot, series_uid: str) -> None:
    def is_on_show() -> bool:
        shown, session = window.viewer.series, window.review.session
        return shown is not None and shown.uid == series_uid and session is not None

    qtbot.waitUntil(is_on_show)


@pytest.fixture
def open_list(make_window: MakeWindow, qtbot: QtBot) -> Callable[[Path], MainWindow]:
    """Opens results in a window, and waits for the series that comes first."""

    def opened(results: Path) -> MainWindow:
        window = make_window(detect_on_opening=True)
        window.open(results)
        qtbot.waitUntil(lambda: list_of(window).list is not None)
        qtbot.waitUntil(lambda: window.review.session is not None)
        return window

    return opened


def test_the_best_series_is_first_and_open_at_its_best_candidate(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot
) -> None:
    window, rows = open_list(own), rows_of(own)
    best = rows[0]
    wait_for(window, qtbot, best["series_uid"])
    assert column(window, "Score")[0] == f"{best['score']:.2f}"
    assert column(window, "Where") == [row["unit"] for row in rows]
    assert column(window, "Count") == [str(row["candidates_count"]) for row in rows]
    assert window.viewer.slice_index == best["candidates"][0]["key_slice"]
    selected = window.review.selected
    assert selected is not None and selected.score == best["score"]
    assert not window.sweep.is_running and not window.sweep.swept, "nothing is searched again"


def test_candidates_are_those_of_the_row_with_its_origin(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot
) -> None:
    window, best = open_list(own), rows_of(own)[0]
    wait_for(window, qtbot, best["series_uid"])
    found = window.review.findings().values()
    assert len(found) == best["candidates_count"] == len(window.review.in_order())
    boxes = {(i, *box.as_tuple(), f.scores[i]) for f in found for i, box in f.boxes.items()}
    assert boxes == {
        (b["slice_index"], *(b[n] for n in ("x1", "y1", "x2", "y2", "score")))
        for b in best["boxes"]
    }
    name, version = best["model"].split()
    for finding in found:
        origin = finding.origin
        assert (origin.name, origin.version) == (name, f"{version}@0.3")
        assert origin.sha256 == best["model_sha256"] and not finding.lesion_type


def test_decisions_are_kept_by_study_exported_and_found_again(
    open_list: Callable[[Path], MainWindow],
    make_window: MakeWindow,
    own: Path,
    qtbot: QtBot,
    screened: Path,
    tmp_path: Path,
) -> None:
    window, rows = open_list(own), rows_of(own)
    wait_for(window, qtbot, rows[0]["series_uid"])
    for _ in range(rows[0]["candidates_count"]):
        qtbot.keyClick(window.canvas, "a")
        qtbot.keyClick(window.canvas, "n")
    window.gestures.set_series_read(True)
    qtbot.waitUntil(lambda: column(window, "✓")[0] == "✓")
    window.activateWindow()
    qtbot.keyClick(window, Key.Key_N, CtrlShift)
    wait_for(window, qtbot, rows[1]["series_uid"])
    qtbot.keyClick(window.canvas, "x")
    (rejected,) = [f for f in window.review.findings().values() if f.status is Status.REJECTED]
    qtbot.waitUntil(lambda: column(window, "✓")[1] == "○")
    window.close()

    for name in ("decisions.csv", "decisions.parquet"):
        assert main(["export", str(own), "--output", str(tmp_path / name)]) == 0
    table = pq.read_table(tmp_path / "decisions.parquet").to_pylist()
    with (tmp_path / "decisions.csv").open(newline="", encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    assert [line["finding_uid"] for line in lines] == [row["finding_uid"] for row in table]
    assert {(row["key"], row["unit"]) for row in table} == {
        (row["key"], row["unit"]) for row in rows[:2]
    }
    of_first = [row for row in table if row["key"] == rows[0]["key"]]
    assert {row["status"] for row in of_first} == {"accepted"}
    assert all(row["read_in_full"] and row["reader"] == "tester" for row in of_first)
    assert sorted((row["slice_index"], row["x1"], row["score"]) for row in of_first) == sorted(
        (box["slice_index"], box["x1"], box["score"]) for box in rows[0]["boxes"]
    )
    (of_rejected,) = {row["status"] for row in table if row["finding_uid"] == rejected.id}
    assert of_rejected == "rejected"

    again = open_list(own)
    wait_for(again, qtbot, rows[1]["series_uid"])
    qtbot.waitUntil(lambda: column(again, "✓")[:2] == ["✓", "○"])
    state = list_of(again).panel.filters.state
    state.setCurrentIndex(state.findData(False))
    state.activated.emit(state.currentIndex())
    again.close()
    left = [row["unit"] for row in rows if row["series_uid"] != rows[0]["series_uid"]]
    filtered = open_list(own)
    qtbot.waitUntil(lambda: column(filtered, "Where") == left)
    filtered.close()
    elsewhere = shutil.copytree(screened / "archive" / rows[1]["unit"], tmp_path / "elsewhere")
    by_path = make_window()
    by_path.open(elsewhere)
    wait_for(by_path, qtbot, rows[1]["series_uid"])
    assert by_path.review.findings()[rejected.id].status is Status.REJECTED


def test_filters_are_combined_and_remembered(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot
) -> None:
    window, rows = open_list(own), rows_of(own)
    wait_for(window, qtbot, rows[0]["series_uid"])
    panel = list_of(window).panel
    panel.filter_button.click()
    filters = panel.filters
    filters.outcome.setCurrentIndex(filters.outcome.findData("duplicate"))
    filters.outcome.activated.emit(filters.outcome.currentIndex())
    assert column(window, "Where") == ["copy"]
    filters.clear_button.click()
    assert len(column(window, "Where")) == 4
    limit = rows[1]["candidates_count"]
    filters.min_count.setValue(limit)
    wanted = [row["unit"] for row in rows if row["candidates_count"] >= limit]
    assert column(window, "Where") == wanted
    header = panel.table.horizontalHeader()
    header.setSortIndicator(5, Qt.SortOrder.AscendingOrder)
    assert column(window, "Where") == sorted(wanted)
    window.close()
    again = open_list(own)
    assert column(again, "Where") == sorted(wanted)
    assert list_of(again).panel.filters.min_count.value() == limit


def test_a_moved_archive_is_found_with_its_results_or_where_the_reader_says(
    make_window: MakeWindow,
    own: Path,
    qtbot: QtBot,
    tmp_path: Path,
    screened: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = own / "screening.json"
    there = str(screened / "archive")
    plan.write_text(plan.read_text().replace(there, str(tmp_path / "gone" / "archive")))
    window, best = make_window(), rows_of(own)[0]
    window.open(own)
    qtbot.waitUntil(lambda: "any more" in window.message_bar.text)
    assert window.message_bar.text.startswith(f"{best['unit']} is not in {tmp_path / 'gone'}")
    assert "\n" not in window.message_bar.text and window.viewer.series is None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: there)
    window.actions_by_id["file.find_archive"].trigger()
    wait_for(window, qtbot, best["series_uid"])
    window.close()

    list_of(window).keep()
    shutil.copytree(screened / "archive", tmp_path / "archive")
    moved = tmp_path / "elsewhere" / "results"
    shutil.copytree(own, moved)
    (tmp_path / "archive").rename(tmp_path / "elsewhere" / "archive")
    again = make_window()
    again.open(moved / "series.parquet")
    wait_for(again, qtbot, best["series_uid"])
    assert again.review.collection is not None
    assert again.review.collection.path.parent == tmp_path / "elsewhere" / "archive"


def test_images_that_changed_open_without_the_candidates_of_before(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot, tmp_path: Path, screened: Path
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(screened / "archive", archive)
    plan, best = own / "screening.json", rows_of(own)[0]
    plan.write_text(plan.read_text().replace(str(screened / "archive"), str(archive)))
    next((archive / best["unit"]).glob("*.dcm")).unlink()
    window = open_list(own)
    wait_for(window, qtbot, best["series_uid"])
    assert f"{best['unit']} is not as it was searched" in window.message_bar.text
    assert not window.review.findings()


def test_rows_of_a_run_that_goes_on_are_in_the_list_and_new_ones_after_reading_again(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot
) -> None:
    table, rows = pq.read_table(own / "series.parquet"), rows_of(own)
    (own / "series").mkdir(exist_ok=True)
    (own / "series.parquet").unlink()
    for n in range(3):
        key = table["key"][n].as_py()
        pq.write_table(table.slice(n, 1), own / "series" / f"{key}.parquet")
    there = set(table["key"][:3].to_pylist())
    first = next(row for row in rows if row["key"] in there)
    window = open_list(own)
    wait_for(window, qtbot, first["series_uid"])
    assert len(column(window, "Where")) == 3
    pq.write_table(table, own / "series.parquet")
    qtbot.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(lambda: column(window, "Where") == [row["unit"] for row in rows])


def test_it_is_gone_through_by_keys(
    open_list: Callable[[Path], MainWindow], own: Path, qtbot: QtBot
) -> None:
    window, rows = open_list(own), rows_of(own)
    wait_for(window, qtbot, rows[0]["series_uid"])
    assert window.canvas.hasFocus(), "decisions are a key away"
    table = list_of(window).panel.table
    table.setFocus()
    qtbot.keyClick(table, Key.Key_Down)
    assert table.currentIndex().row() == 1
    qtbot.keyClick(table, Key.Key_Return)
    wait_for(window, qtbot, rows[1]["series_uid"])
    window.activateWindow()
    qtbot.keyClick(window, Key.Key_N, CtrlShift)
    wait_for(window, qtbot, rows[2]["series_uid"])
    window.actions_by_id["file.close_results"].trigger()
    qtbot.keyClick(window, Key.Key_N, CtrlShift)
    assert "work list" in window.message_bar.text


def test_without_pyarrow_one_line_says_what_to_install(
    make_window: MakeWindow, own: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("results", "table", "rows"):
        monkeypatch.delitem(sys.modules, f"lesion_viewer.screening.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    window = make_window()
    window.open(own)
    line = "pyarrow is missing: pip install 'lesion-viewer[screening]'"
    qtbot.waitUntil(lambda: window.message_bar.text == line)


@pytest.mark.parametrize("language, percent", [("en", 100), ("de", 100), ("de", 200)])
def test_no_text_of_the_list_is_cut(
    make_window: MakeWindow,
    own: Path,
    qtbot: QtBot,
    qapp: QApplication,
    language: str,
    percent: int,
) -> None:
    install_language(language)
    try:
        window, best = make_window(text_percent=percent), rows_of(own)[0]
        apply_style(qapp, text_percent=percent)
        window.resize(1366, 768)
        window.open(own)
        wait_for(window, qtbot, best["series_uid"])
        list_of(window).panel.filter_button.click()
        QApplication.processEvents()
        assert not cut_in(window)
    finally:
        install_language("en")
        apply_style(qapp)


@needs_orthanc
def test_a_study_of_dicomweb_is_downloaded_when_it_is_asked_for(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, own_home: Path
) -> None:
    with running(tmp_path) as orthanc:
        for folder in write_studies(tmp_path / "studies", 2):
            orthanc.store(folder)
        screen(orthanc.url, tmp_path / "results")
        window, rows = make_window(), rows_of(tmp_path / "results")
        window.open(tmp_path / "results")
        qtbot.waitUntil(lambda: list_of(window).list is not None)
        qtbot.wait(300)
        assert window.viewer.series is None, "nothing is fetched before somebody asks"
        window.activateWindow()
        qtbot.keyClick(list_of(window).panel.table, Key.Key_Return)
        wait_for(window, qtbot, rows[0]["series_uid"])
        assert len(window.review.findings()) == rows[0]["candidates_count"]
        qtbot.keyClick(window, Key.Key_N, CtrlShift)
        wait_for(window, qtbot, rows[1]["series_uid"])


def test_every_fault_has_a_name_in_the_list() -> None:
    code = re.compile(r'(?:Fault\(|NOT_HU = |ARRIVING = )\s*"([a-z_]+)"')
    files = (Path(__file__).parents[2] / "lesion_viewer" / "ct").rglob("*.py")
    codes = {found for file in files for found in code.findall(file.read_text(encoding="utf-8"))}
    assert codes == FAULTS.keys()
