"""A list of 100,000 series in the real window: opened, filtered, sorted; times are printed.

Times are those that the window's thread computes: what else the machine does is not its own.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lesion_viewer.ui.shell.features.screening import ScreeningFeature
from tests.screening.large_results import FAULTS, write_results
from tests.ui.conftest import MakeWindow

COUNT = 100_000


def shown_after(action: Callable[[], object], table) -> float:
    """Seconds for an action, and to paint what it changed."""
    began = time.thread_time()
    action()
    table.viewport().repaint()
    return time.thread_time() - began


@pytest.mark.slow
def test_100000_series_are_listed_and_filtered(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, own_home: Path
) -> None:
    numbers = write_results(tmp_path / "results", COUNT)
    window = make_window()
    screening = window.feature(ScreeningFeature).screening
    table, filters = screening.panel.table, screening.panel.filters
    began, computed = time.perf_counter(), time.thread_time()
    window.open(tmp_path / "results")
    qtbot.waitUntil(lambda: screening.list is not None)
    table.viewport().repaint()
    opened, computed = time.perf_counter() - began, time.thread_time() - computed
    model = table.model()
    assert model.rowCount() == COUNT
    best = np.sort(numbers["score"][~np.isnan(numbers["score"])])[::-1]
    assert [model.index(n, 1).data() for n in range(20)] == [f"{s:.2f}" for s in best[:20]]

    screening.panel.filter_button.click()
    QApplication.processEvents()
    took = {
        "score": shown_after(lambda: filters.min_score.setValue(0.3), table),
        "size": shown_after(lambda: filters.max_size.setValue(25), table),
        "count": shown_after(lambda: filters.min_count.setValue(2), table),
    }

    def choose(box, value: str) -> None:
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())

    took["fault"] = shown_after(lambda: choose(filters.fault, FAULTS[0]), table)
    wanted = (numbers["score"] >= 0.3) & (numbers["size"] <= 25) & (numbers["count"] >= 2)
    assert model.rowCount() == np.count_nonzero(wanted & (numbers["fault"] == 0))
    took["clear"] = shown_after(filters.clear_button.click, table)
    took["outcome"] = shown_after(lambda: choose(filters.outcome, "no liver"), table)
    assert model.rowCount() == np.count_nonzero(numbers["outcome"] == 1)
    filters.clear()
    header = table.horizontalHeader()
    for column, name in ((3, "sort by size"), (5, "sort by place")):
        took[name] = shown_after(
            lambda column=column: header.setSortIndicator(column, Qt.SortOrder.AscendingOrder),  # type: ignore[misc]
            table,
        )
    assert model.index(0, 5).data() == "patients/000000"
    assert model.index(COUNT - 1, 5).data() == f"patients/{COUNT - 1:06d}"
    table.scrollToBottom()
    took["scroll to the end"] = shown_after(QApplication.processEvents, table)
    print(
        f"\n{COUNT:,} series: opened in {opened:.2f} s of 1 s by the clock, of which the window",
        end="",
    )
    print(f" computed {computed:.3f} s; then in ms of 50:", end=" ")
    print(", ".join(f"{name} {1e3 * seconds:.0f}" for name, seconds in took.items()))
