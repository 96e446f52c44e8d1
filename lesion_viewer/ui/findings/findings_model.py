"""Findings as a table, in the order in which they are given."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from lesion_viewer.review.finding import Finding
from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign
from lesion_viewer.ui.finding_names import origin_name, reason_name, status_name, type_name
from lesion_viewer.ui.style import legible
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.finding_order import Scale, SortBy

Index = QModelIndex | QPersistentModelIndex

FINDING = Qt.ItemDataRole.UserRole


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
    sort_by : SortBy
        What findings are sorted by where its title is clicked.
    """

    title: str
    widest: str
    text: Callable[[Finding, Scale], str]
    sort_by: SortBy


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
    return origin_name(finding.origin.kind)


def _score_text(finding: Finding, _: Scale) -> str:
    return "" if finding.score is None else f"{finding.score:.2f}"


def _status_text(finding: Finding, _: Scale) -> str:
    return f"{status_sign(finding.status)} {status_name(finding.status)}"


def _slice_text(finding: Finding, _: Scale) -> str:
    return tr("Im {n}", n=finding.key_slice + 1)


def _note_text(finding: Finding, _: Scale) -> str:
    return finding.note or reason_name(finding.reason)


COLUMNS = (
    Column(Text("Status"), Text("○ undecided"), _status_text, SortBy.STATUS),
    Column(Text("Score"), "0.00", _score_text, SortBy.SCORE),
    Column(
        Text("Slice"),
        Text("Im {n}", n="0000"),
        _slice_text,
        SortBy.SLICE,
    ),
    Column(Text("Size {unit}", unit="mm"), "000 × 000", size_text, SortBy.SIZE),
    Column(Text("Type"), Text("soft tissue"), lambda f, _: type_name(f.lesion_type), SortBy.TYPE),
    Column(Text("Origin"), Text("drawn"), lambda f, _: origin_text(f), SortBy.ORIGIN),
    Column(Text("Note"), Text("duplicate"), _note_text, SortBy.NOTE),
)


class FindingsModel(QAbstractTableModel):
    """The findings that are listed, in the order in which they are given.

    Parameters
    ----------
    parent : QObject | None
        Owner of the model.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._scale = Scale()
        self._are_scores_shown = True

    def set_scores_shown(self, are_shown: bool) -> None:
        """Give the scores, or no text in their place.

        Parameters
        ----------
        are_shown : bool
            False while the study is read blind.
        """
        self._are_scores_shown = are_shown
        self._announce(0, len(self._findings) - 1)

    def set_findings(self, findings: Sequence[Finding], scale: Scale) -> None:
        """Show findings; the rows of those that stay are moved, so that selections hold.

        Parameters
        ----------
        findings : Sequence[Finding]
            Top to bottom.
        scale : Scale
            Pixel size and turn of their series.
        """
        if scale != self._scale:
            self._scale = scale
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
            self._announce(0, len(self._findings) - 1)
        self._remove_all_but({f.id for f in findings})
        known = {f.id for f in self._findings}
        self._move([f for f in findings if f.id in known])
        for is_known, run in groupby(enumerate(findings), lambda row: row[1].id in known):
            first, *_ = rows = list(run)
            if is_known:
                self._renew(rows)
            else:
                self._insert(first[0], [finding for _, finding in rows])

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
            is_concealed = column.sort_by is SortBy.SCORE and not self._are_scores_shown
            return "" if is_concealed else column.text(finding, self._scale)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(finding)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return QColor(legible(status_colour(finding.status)))
        if role == FINDING:
            return finding
        return None

    def _title(self, section: int) -> str:
        unit = "px" if self._scale.spacing_mm is None else "mm"
        return tr(COLUMNS[section].title, unit=unit)

    def _remove_all_but(self, kept: Collection[str]) -> None:
        for row in range(len(self._findings) - 1, -1, -1):
            if self._findings[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._findings[row]
                self.endRemoveRows()

    def _move(self, findings: Sequence[Finding]) -> None:
        """Put the rows into the order of the findings, which are the same ones."""
        places = {finding.id: row for row, finding in enumerate(findings)}
        former = [finding.id for finding in self._findings]
        if former == list(places):
            return
        self.layoutAboutToBeChanged.emit()
        moved = self.persistentIndexList()
        self._findings.sort(key=lambda f: places[f.id])
        to = [self.index(places[former[index.row()]], index.column()) for index in moved]
        self.changePersistentIndexList(moved, to)
        self.layoutChanged.emit()

    def _renew(self, rows: Sequence[tuple[int, Finding]]) -> None:
        for row, finding in rows:
            if self._findings[row] is not finding:
                self._findings[row] = finding
                self._announce(row, row)

    def _insert(self, row: int, findings: Sequence[Finding]) -> None:
        self.beginInsertRows(QModelIndex(), row, row + len(findings) - 1)
        self._findings[row:row] = findings
        self.endInsertRows()

    def _announce(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def _tool_tip(finding: Finding) -> str:
    slices = sorted(finding.boxes)
    lines = [
        status_name(finding.status)
        + " · "
        + tr("slices Im {first} to {last}", first=slices[0] + 1, last=slices[-1] + 1),
        f"{origin_text(finding)} {finding.origin.name} {finding.origin.version}".rstrip(),
    ]
    if finding.lesion_type:
        lines.append(tr("type: {type}", type=type_name(finding.lesion_type)))
    if finding.reason:
        lines.append(tr("reason: {reason}", reason=reason_name(finding.reason)))
    if finding.note:
        lines.append(tr("note: {note}", note=finding.note))
    if finding.decision:
        lines.append(f"{finding.decision.reader}, {finding.decision.decided_at}")
    return "\n".join(lines)
