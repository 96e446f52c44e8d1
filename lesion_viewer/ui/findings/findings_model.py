"""Findings as a table: a model over the session, and a filter by status, type and score."""

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

from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.turn import AS_STORED, Turn
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign

Index = QModelIndex | QPersistentModelIndex
Spacing = tuple[float, float, float] | None

SORT = Qt.ItemDataRole.UserRole
FINDING = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Scale:
    """How large stored pixels are, and how they lie on the picture.

    Attributes
    ----------
    spacing_mm : Spacing
        Distances of (slices, rows, columns) as stored; None where unknown.
    turn : Turn
        Turn from the stored pixels to standard orientation.
    """

    spacing_mm: Spacing = None
    turn: Turn = AS_STORED

    def size(self, box: Box) -> tuple[float, float]:
        """Width and height of a box on the picture.

        Parameters
        ----------
        box : Box
            Edges in stored pixels.

        Returns
        -------
        tuple[float, float]
            Width and height in mm; in pixels where the spacing is unknown.
        """
        _, row_mm, column_mm = self.spacing_mm or (1.0, 1.0, 1.0)
        width, height = box.width * column_mm, box.height * row_mm
        return (height, width) if self.turn.swaps_axes else (width, height)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Parameters
    ----------
    title : str
        Title in the header; ``{unit}`` stands for mm or px.
    widest : str
        Text that the column is made wide enough for.
    text : Callable[[Finding, Scale], str]
        Gives what is shown of a finding.
    sort_by : Callable[[Finding, Scale], Any]
        Gives the value by which findings are sorted.
    """

    title: str
    widest: str
    text: Callable[[Finding, Scale], str]
    sort_by: Callable[[Finding, Scale], Any]


def size_text(finding: Finding, scale: Scale) -> str:
    """Width and height of the box on the key slice, as it is drawn in standard orientation.

    Parameters
    ----------
    finding : Finding
        A finding with a box on its key slice.
    scale : Scale
        Pixel size and turn of the finding's series.

    Returns
    -------
    str
        A text such as "12 × 9".
    """
    width, height = scale.size(finding.boxes[finding.key_slice])
    return f"{width:.0f} × {height:.0f}"


def origin_text(finding: Finding) -> str:
    """What proposed the finding, in a word; the tool tip names the model.

    Parameters
    ----------
    finding : Finding
        Any finding.

    Returns
    -------
    str
        "model", "drawn" or "label".
    """
    words = {OriginKind.MODEL: "model", OriginKind.READER: "drawn", OriginKind.LABEL: "label"}
    return words[finding.origin.kind]


def _size(finding: Finding, scale: Scale) -> float:
    return max(scale.size(finding.boxes[finding.key_slice]))


def _score_text(finding: Finding, _: Scale) -> str:
    return "" if finding.score is None else f"{finding.score:.2f}"


def _status_text(finding: Finding, _: Scale) -> str:
    return f"{status_sign(finding.status)} {finding.status.value}"


def _status_order(finding: Finding, _: Scale) -> int:
    return list(Status).index(finding.status)


COLUMNS = (
    Column("Status", "○ undecided", _status_text, _status_order),
    Column("Score", "0.00", _score_text, lambda f, _: -1.0 if f.score is None else f.score),
    Column("Slice", "Im 0000", lambda f, _: f"Im {f.key_slice + 1}", lambda f, _: f.key_slice),
    Column("Size {unit}", "000 × 000", size_text, _size),
    Column("Type", "soft tissue", lambda f, _: f.lesion_type, lambda f, _: f.lesion_type),
    Column("Origin", "drawn", lambda f, _: origin_text(f), lambda f, _: origin_text(f)),
    Column("Note", "duplicate", lambda f, _: f.note or f.reason, lambda f, _: f.note or f.reason),
)


class FindingsModel(QAbstractTableModel):
    """The findings of the series on show, in the order in which they came.

    Parameters
    ----------
    parent : QObject | None
        Owner of the model.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._scale = Scale()

    def set_findings(
        self, findings: Mapping[str, Finding], spacing_mm: Spacing, turn: Turn = AS_STORED
    ) -> None:
        """Show ``findings``; rows that stay keep their place, so that selections hold.

        Parameters
        ----------
        findings : Mapping[str, Finding]
            Id -> finding.
        spacing_mm : Spacing
            Distances of (slices, rows, columns) as stored; None where unknown.
        turn : Turn
            Turn from the stored pixels to standard orientation.
        """
        if (scale := Scale(spacing_mm, turn)) != self._scale:
            self._scale = scale
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
        """The row of a finding.

        Parameters
        ----------
        finding_id : str | None
            None for no finding.

        Returns
        -------
        int
            Row from 0; -1 where it is not shown.
        """
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
            return column.text(finding, self._scale)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(finding)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return QColor(status_colour(finding.status))
        if role == SORT:
            return column.sort_by(finding, self._scale)
        if role == FINDING:
            return finding
        return None

    def _title(self, section: int) -> str:
        unit = "px" if self._scale.spacing_mm is None else "mm"
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
    """Sorts the findings; keeps those of a status and a type, and candidates over the threshold.

    Parameters
    ----------
    parent : QObject | None
        Owner of the filter.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status: Status | None = None
        self._lesion_type: str | None = None
        self._is_shown: Callable[[Finding], bool] = lambda finding: True
        self.setSortRole(SORT)
        self.setDynamicSortFilter(True)

    def set_status(self, status: Status | None) -> None:
        """Keep only findings of a status.

        Parameters
        ----------
        status : Status | None
            None for all.
        """
        self._status = status
        self.invalidate()

    def set_type(self, lesion_type: str | None) -> None:
        """Keep only findings of a lesion type.

        Parameters
        ----------
        lesion_type : str | None
            Empty for findings without a type; None for all.
        """
        self._lesion_type = lesion_type
        self.invalidate()

    def set_rule(self, is_shown: Callable[[Finding], bool]) -> None:
        """Keep only findings that a rule passes; call again when the rule answers differently.

        Parameters
        ----------
        is_shown : Callable[[Finding], bool]
            The rule.
        """
        self._is_shown = is_shown
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802, D102
        finding = self.sourceModel().index(row, 0, parent).data(FINDING)
        is_of_type = self._lesion_type in (None, finding.lesion_type)
        is_of_status = self._status is None or finding.status is self._status
        return is_of_type and is_of_status and self._is_shown(finding)


def _tool_tip(finding: Finding) -> str:
    slices = sorted(finding.boxes)
    lines = [
        f"{finding.status.value} · slices Im {slices[0] + 1} to {slices[-1] + 1}",
        f"{origin_text(finding)} {finding.origin.name} {finding.origin.version}".rstrip(),
    ]
    if finding.lesion_type:
        lines.append(f"type: {finding.lesion_type}")
    if finding.reason:
        lines.append(f"reason: {finding.reason}")
    if finding.note:
        lines.append(f"note: {finding.note}")
    if finding.decision:
        lines.append(f"{finding.decision.reader}, {finding.decision.decided_at}")
    return "\n".join(lines)
