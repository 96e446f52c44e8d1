"""The studies that an archive found, as a table."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from lesion_viewer.exchange.pacs.archive import FoundStudy
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex
SORT = Qt.ItemDataRole.UserRole
IMAGES = 2


class StudiesModel(QAbstractTableModel):
    """One study in each row; it names patients, so it is shown on the screen alone."""

    def __init__(self) -> None:
        super().__init__()
        self.studies: list[FoundStudy] = []
        self._titles = (
            tr("Date"),
            tr("Modalities"),
            tr("Images"),
            tr("Patient ID"),
            tr("Patient name"),
            tr("Description"),
        )

    def set_studies(self, studies: Sequence[FoundStudy]) -> None:
        """Show other studies.

        Parameters
        ----------
        studies : Sequence[FoundStudy]
            In their order.
        """
        self.beginResetModel()
        self.studies = list(studies)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self.studies)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802, D102
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._titles[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        study, column = self.studies[index.row()], index.column()
        if role == SORT and column == IMAGES:
            return study.images
        if role in (SORT, Qt.ItemDataRole.DisplayRole):
            return _texts(study)[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == len(self._titles) - 1:
            return study.description
        return None


def _texts(study: FoundStudy) -> tuple[str, ...]:
    images = str(study.images or "")
    name = study.patient_name.replace("^", " ").strip()
    return (
        *(study.date, study.modalities, images),
        *(study.patient_id, name, study.description),
    )
