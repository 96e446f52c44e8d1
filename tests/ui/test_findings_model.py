"""The table of findings: what it shows, sorts and filters."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.ui.findings.findings_model import COLUMNS, FindingsModel
from lesion_viewer.ui.findings.findings_table import FindingsTable
from lesion_viewer.ui.style import apply_style

MODEL = Origin(OriginKind.MODEL, "liver-net", "2", "ab")


def finding(number: int, score: float, slice_index: int, side_px: float) -> Finding:
    box = {slice_index: Box(10, 10, 10 + side_px, 10 + side_px / 2)}
    return Finding(f"f{number}", "s", MODEL, box, box, {slice_index: score})


FINDINGS = {
    f.id: f for f in (finding(1, 0.4, 9, 20), finding(2, 0.9, 4, 10), finding(3, 0.6, 30, 40))
}


@pytest.fixture
def table(qtbot: QtBot) -> FindingsTable:
    table = FindingsTable()
    qtbot.addWidget(table)
    table.show_findings(FINDINGS, (5.0, 0.5, 0.8))
    return table


def texts(table: FindingsTable, row: int) -> list[str]:
    return [table.proxy.index(row, column).data() for column in range(len(COLUMNS))]


def test_the_model_is_a_proper_one(qtmodeltester: ModelTester) -> None:
    model = FindingsModel()
    model.set_findings(FINDINGS, None)
    qtmodeltester.check(model)


def test_a_row_tells_status_score_slice_size_and_origin(table: FindingsTable) -> None:
    # 10 px wide at 0.8 mm, 5 px high at 0.5 mm.
    assert texts(table, 0) == ["○ undecided", "0.90", "Im 5", "8 × 2", "model", ""]


@pytest.mark.parametrize("point_size", [8, 10, 16])
@pytest.mark.parametrize("status", Status)
def test_no_cell_is_cut_short_in_any_font(
    qapp: QApplication, table: FindingsTable, status: Status, point_size: int
) -> None:
    apply_style(qapp)
    font = QFont(qapp.font())
    font.setPointSize(point_size)
    table.setFont(font)
    table.show()
    widest = replace(finding(1, 0.97, 1199, 150), status=status)
    table.show_findings({"f1": widest}, (1.0, 0.8, 0.8))
    assert texts(table, 0)[2:4] == ["Im 1200", "120 × 60"]
    view, note = table.view, len(COLUMNS) - 1
    cut = [COLUMNS[n].title for n in range(note) if view.sizeHintForColumn(n) > view.columnWidth(n)]
    assert not cut


def test_the_best_score_stands_first(table: FindingsTable) -> None:
    assert table.shown_ids() == ["f2", "f3", "f1"]


@pytest.mark.parametrize(
    ("column", "ids"), [(1, ["f1", "f3", "f2"]), (2, ["f2", "f1", "f3"]), (3, ["f2", "f1", "f3"])]
)
def test_sorting_by_score_slice_and_size_goes_by_the_numbers(
    table: FindingsTable, column: int, ids: list[str]
) -> None:
    table.view.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert table.shown_ids() == ids


def test_the_filter_keeps_one_status(table: FindingsTable) -> None:
    rejected = replace(FINDINGS["f3"], status=Status.REJECTED)
    table.show_findings({**FINDINGS, "f3": rejected}, None)
    table.status_filter.setCurrentIndex(table.status_filter.findData("rejected"))
    assert table.shown_ids() == ["f3"]
    assert table.count_label.text() == "1 of 3"


def test_the_rule_hides_candidates_under_the_threshold(table: FindingsTable) -> None:
    table.set_rule(lambda f: (f.score or 0) >= 0.5)
    assert table.shown_ids() == ["f2", "f3"]


def test_a_finding_that_goes_leaves_the_others_selected(table: FindingsTable) -> None:
    table.select("f3")
    table.show_findings({i: f for i, f in FINDINGS.items() if i != "f1"}, None)
    index = table.view.selectionModel().currentIndex()
    assert table.proxy.index(index.row(), 2).data() == "Im 31"


def test_picking_a_row_tells_its_id(table: FindingsTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.finding_picked) as picked:
        table.view.selectRow(2)
    assert picked.args == ["f1"]


def test_selecting_from_outside_tells_nobody(table: FindingsTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.finding_picked):
        table.select("f1")


def test_without_spacing_sizes_are_pixels(table: FindingsTable) -> None:
    table.show_findings(FINDINGS, None)
    assert texts(table, 0)[3] == "10 × 5"
    assert table.proxy.headerData(3, Qt.Orientation.Horizontal) == "Size px"
