"""Findings as a table: a model over the session, and a filter by status and score."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor

from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign

Index = QModelIndex | QPersistentModelIndex
Spacing = tuple[float, float, float] | None

SORT = Qt.ItemDataRole.UserRole
FINDING = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, text as wide as it gets, a finding's text and the value it sorts by."""

    title: str
    widest: str
    text: Callable[[Finding, Spacing], str]
    sort_by: Callable[[Finding, Spacing], Any]


def size_text(finding: Finding, spacing_mm: Spacing) -> str:
    """Width x height of the box on the key slice, in mm; in px where the spacing is unknown."""
    box = finding.boxes[finding.key_slice]
    _, row_mm, column_mm = spacing_mm or (1.0, 1.0, 1.0)
    return f"{box.width * column_mm:.0f} × {box.height * row_mm:.0f}"


def origin_text(finding: Finding) -> str:
    """Who proposed the finding, in a word; the tool tip names the model."""
    words = {OriginKind.MODEL: "model", OriginKind.READER: "drawn", OriginKind.LABEL: "label"}
    return words[finding.origin.kind]


def _size(finding: Finding, spacing_mm: Spacing) -> float:
    box = finding.boxes[finding.key_slice]
    _, row_mm, column_mm = spacing_mm or (1.0, 1.0, 1.0)
    return max(box.width * column_mm, box.height * row_mm)


def _score_text(finding: Finding, _: Spacing) -> str:
    return "" if finding.score is None else f"{finding.score:.2f}"


def _status_text(finding: Finding, _: Spacing) -> str:
    return f"{status_sign(finding.status)} {finding.status.value}"


def _status_order(finding: Finding, _: Spacing) -> int:
    return list(Status).index(finding.status)


COLUMNS = (
    Column("Status", "○ undecided", _status_text, _status_order),
    Column("Score", "0.00", _score_text, lambda f, _: -1.0 if f.score is None else f.score),
    Column("Slice", "Im 0000", lambda f, _: f"Im {f.key_slice + 1}", lambda f, _: f.key_slice),
    Column("Size {unit}", "000 × 000", size_text, _size),
    Column("Origin", "drawn", lambda f, _: origin_text(f), lambda f, _: origin_text(f)),
    Column("Note", "", lambda f, _: f.note or f.reason, lambda f, _: f.note or f.reason),
)


class FindingsModel(QAbstractTableModel):
    """The findings of the series on show, in the order in which they came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._spacing_mm: Spacing = None

    def set_findings(self, findings: Mapping[str, Finding], spacing_mm: Spacing) -> None:
        """Show ``findings``; rows that stay keep their place, so that selections hold."""
        if spacing_mm != self._spacing_mm:
            self._spacing_mm = spacing_mm
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
            self._announce(0, len(self._findings) - 1)
        self._remove_all_but(findings)
        for row, former in enumerate(self._findings):
            if findings[former.id] is not former:
                self._findings[row] = findings[former.id]
                self._announce(row, row)
        known = {f.id for f in self._findings}
        self._append([f for f in findings.values() if f.id not in known])

    def row_of(self, finding_id: str | None) -> int:
        """Row of a finding, -1 where it is not shown."""
        return next((r for r, f in enumerate(self._findings) if f.id == finding_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        finding, column = self._findings[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(finding, self._spacing_mm)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(finding)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return QColor(status_colour(finding.status))
        if role == SORT:
            return column.sort_by(finding, self._spacing_mm)
        if role == FINDING:
            return finding
        return None

    def _title(self, section: int) -> str:
        unit = "px" if self._spacing_mm is None else "mm"
        return COLUMNS[section].title.format(unit=unit)

    def _remove_all_but(self, kept: Collection[str]) -> None:
        for row in range(len(self._findings) - 1, -1, -1):
            if self._findings[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._findings[row]
                self.endRemoveRows()

    def _append(self, findings: list[Finding]) -> None:
        if findings:
            first = len(self._findings)
            self.beginInsertRows(QModelIndex(), first, first + len(findings) - 1)
            self._findings += findings
            self.endInsertRows()

    def _announce(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


class FindingsFilter(QSortFilterProxyModel):
    """Sorts the findings, and keeps those of one status, and candidates over the threshold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status: Status | None = None
        self._is_shown: Callable[[Finding], bool] = lambda finding: True
        self.setSortRole(SORT)
        self.setDynamicSortFilter(True)

    def set_status(self, status: Status | None) -> None:
        """Keep only findings of this status; all for None."""
        self._status = status
        self.invalidate()

    def set_rule(self, is_shown: Callable[[Finding], bool]) -> None:
        """Keep only findings for which ``is_shown``; call again when it answers otherwise."""
        self._is_shown = is_shown
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802, D102
        finding = self.sourceModel().index(row, 0, parent).data(FINDING)
        return (self._status is None or finding.status is self._status) and self._is_shown(finding)


def _tool_tip(finding: Finding) -> str:
    slices = sorted(finding.boxes)
    lines = [
        f"{finding.status.value} · slices Im {slices[0] + 1} to {slices[-1] + 1}",
        f"{origin_text(finding)} {finding.origin.name} {finding.origin.version}".rstrip(),
    ]
    if finding.reason:
        lines.append(f"reason: {finding.reason}")
    if finding.note:
        lines.append(f"note: {finding.note}")
    if finding.decision:
        lines.append(f"{finding.decision.reader}, {finding.decision.decided_at}")
    return "\n".join(lines)
