"""The measurements of a series as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

UID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ListedMeasurement:
    """A measurement as it is listed.

    Attributes
    ----------
    uid : str
        Of the measurement.
    title : str
        What it is, on which slice, and of which finding.
    values : Sequence[str]
        Its values, as they stand beside it.
    """

    uid: str
    title: str
    values: Sequence[str]

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join((self.title, *self.values))


class MeasurementsList(QAbstractListModel):
    """The measurements of the series on show.

    Parameters
    ----------
    parent : QObject | None
        Owner of the model.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listed: list[ListedMeasurement] = []

    def set_listed(self, listed: Sequence[ListedMeasurement]) -> None:
        """Show measurements; where only values differ, selections hold.

        Parameters
        ----------
        listed : Sequence[ListedMeasurement]
            Top to bottom.
        """
        if [one.uid for one in listed] != [one.uid for one in self._listed]:
            self.beginResetModel()
            self._listed = list(listed)
            self.endResetModel()
        elif list(listed) != self._listed:
            self._listed = list(listed)
            self.dataChanged.emit(self.index(0), self.index(len(listed) - 1))

    def row_of(self, uid: str | None) -> int:
        """The row of a measurement.

        Parameters
        ----------
        uid : str | None
            None for no measurement.

        Returns
        -------
        int
            Row from 0; -1 where it is not shown.
        """
        return next((n for n, one in enumerate(self._listed) if one.uid == uid), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._listed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        one = self._listed[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return one.text
        return one.uid if role == UID else None
