"""The table of findings: what it shows, and what it asks for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.ui.findings.findings_model import COLUMNS, FindingsModel
from lesion_viewer.ui.findings.findings_table import FindingsTable
from lesion_viewer.ui.style import apply_style
from lesion_viewer.viewing.finding_order import FindingFilter, FindingOrder, Scale, SortBy

MODEL = Origin(OriginKind.MODEL, "liver-net", "2", "ab")


def finding(number: int, score: float, slice_index: int, side_px: float) -> Finding:
    box = {slice_index: Box(10, 10, 10 + side_px, 10 + side_px / 2)}
    return Finding(f"f{number}", "s", MODEL, box, box, {slice_index: score})


FINDINGS = [finding(2, 0.9, 4, 10), finding(3, 0.6, 30, 40), finding(1, 0.4, 9, 20)]
MM = Scale((5.0, 0.5, 0.8))


@pytest.fixture
def table(qtbot: QtBot) -> FindingsTable:
    table = FindingsTable()
    qtbot.addWidget(table)
    table.show_findings(FINDINGS, 3, MM)
    return table


def texts(table: FindingsTable, row: int) -> list[str]:
    return [table.model.index(row, column).data() for column in range(len(COLUMNS))]


def test_the_model_is_a_proper_one_whatever_comes_and_goes(qtmodeltester: ModelTester) -> None:
    model = FindingsModel()
    model.set_findings(FINDINGS[:2], Scale())
    qtmodeltester.check(model)
    model.set_findings([FINDINGS[2], FINDINGS[1], finding(4, 0.2, 1, 9), FINDINGS[0]], Scale())
    model.set_findings([FINDINGS[0], FINDINGS[2]], MM)
    assert [model.index(row, 1).data() for row in range(model.rowCount())] == ["0.90", "0.40"]


def test_a_row_tells_status_score_slice_size_and_origin(table: FindingsTable) -> None:
    # 10 px wide at 0.8 mm, 5 px high at 0.5 mm.
    assert texts(table, 0) == ["○ undecided", "0.90", "Im 5", "8 × 2", "", "model", ""]


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
    table.show_findings([widest], 1, Scale((1.0, 0.8, 0.8)))
    assert texts(table, 0)[2:4] == ["Im 1200", "120 × 60"]
    view, note = table.view, len(COLUMNS) - 1
    cut = [COLUMNS[n].title for n in range(note) if view.sizeHintForColumn(n) > view.columnWidth(n)]
    assert not cut


def test_findings_stand_in_the_order_in_which_they_are_given(table: FindingsTable) -> None:
    assert table.shown_ids() == ["f2", "f3", "f1"]
    table.show_findings(FINDINGS[::-1], 3, MM)
    assert table.shown_ids() == ["f1", "f3", "f2"]


def test_a_click_on_a_title_asks_for_an_order_and_another_one_for_its_reverse(
    table: FindingsTable, qtbot: QtBot
) -> None:
    table.show()
    table.show_order(FindingOrder())
    header, asked = table.view.horizontalHeader(), list[FindingOrder]()
    table.order_chosen.connect(asked.append)
    place = QPoint(header.sectionViewportPosition(2) + 8, header.height() // 2)
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert {order.by for order in asked} == {SortBy.SLICE}
    assert {order.is_descending for order in asked} == {False, True}


def test_showing_an_order_marks_its_column_and_tells_nobody(
    table: FindingsTable, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(table.order_chosen):
        table.show_order(FindingOrder(SortBy.SIZE, is_descending=False))
    header = table.view.horizontalHeader()
    assert header.sortIndicatorSection() == 3
    assert header.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder


def test_a_status_that_is_picked_asks_for_a_filter(table: FindingsTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.filter_chosen) as chosen:
        table.status_filter.setCurrentIndex(table.status_filter.findData("rejected"))
    assert chosen.args == [FindingFilter(Status.REJECTED)]


def test_the_table_counts_what_it_does_not_list(table: FindingsTable) -> None:
    assert table.count_label.text() == "3"
    table.show_findings(FINDINGS[:1], 3, MM)
    assert table.count_label.text() == "1 of 3"


def test_a_finding_that_goes_leaves_the_others_selected(table: FindingsTable) -> None:
    table.select("f3")
    table.show_findings([FINDINGS[2], FINDINGS[1]], 2, MM)
    index = table.view.selectionModel().currentIndex()
    assert table.model.index(index.row(), 2).data() == "Im 31"


def test_picking_a_row_tells_its_id(table: FindingsTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.finding_picked) as picked:
        table.view.selectRow(2)
    assert picked.args == ["f1"]


def test_selecting_from_outside_tells_nobody(table: FindingsTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.finding_picked):
        table.select("f1")


def test_without_spacing_sizes_are_pixels(table: FindingsTable) -> None:
    table.show_findings(FINDINGS, 3, Scale())
    assert texts(table, 0)[3] == "10 × 5"
    assert table.model.headerData(3, Qt.Orientation.Horizontal) == "Size px"
