"""The studies that an archive found, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from lesion_viewer.exchange.pacs.archive import FoundStudy
from lesion_viewer.exchange.pacs.local_state import LocalState
from lesion_viewer.ui.texts import tr

Index = QModelIndex | QPersistentModelIndex
SORT = Qt.ItemDataRole.UserRole
IMAGES, HERE, REVIEW = 2, 3, 4


class StudiesModel(QAbstractTableModel):
    """One study in each row; it names patients, so it is shown on the screen alone."""

    def __init__(self) -> None:
        super().__init__()
        self.studies: list[FoundStudy] = []
        self._states: Mapping[str, LocalState] = {}
        self._titles = (
            tr("Date"),
            tr("Modalities"),
            tr("Images"),
            tr("Here"),
            tr("Review"),
            tr("Patient ID"),
            tr("Patient name"),
            tr("Description"),
        )

    def set_studies(
        self, studies: Sequence[FoundStudy], states: Mapping[str, LocalState] = {}
    ) -> None:
        """Show other studies.

        Parameters
        ----------
        studies : Sequence[FoundStudy]
            In their order.
        states : Mapping[str, LocalState]
            UID -> how far it is on this machine.
        """
        self.beginResetModel()
        self.studies, self._states = list(studies), states
        self.endResetModel()

    def set_states(self, states: Mapping[str, LocalState]) -> None:
        """Show how far the studies are by now.

        Parameters
        ----------
        states : Mapping[str, LocalState]
            UID -> how far it is on this machine.
        """
        self._states = states
        if self.studies:
            self.dataChanged.emit(self.index(0, HERE), self.index(len(self.studies) - 1, REVIEW))

    def state(self, study: FoundStudy) -> LocalState:
        """How far a study is on this machine.

        Parameters
        ----------
        study : FoundStudy
            One of ``studies``.

        Returns
        -------
        LocalState
            As it was told; as of a study that nobody touched where it was not.
        """
        return self._states.get(study.uid, LocalState())

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
        if role == SORT and column in (IMAGES, HERE):
            return study.images if column == IMAGES else self.state(study).images
        if role in (SORT, Qt.ItemDataRole.DisplayRole):
            return _texts(study, self.state(study))[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == len(self._titles) - 1:
            return study.description
        return None


class FilteredStudies(QSortFilterProxyModel):
    """The studies in an order, all of them or those that are not done.

    Parameters
    ----------
    studies : StudiesModel
        All of them.
    parent : QObject
        The dialog.
    """

    def __init__(self, studies: StudiesModel, parent: QObject) -> None:
        super().__init__(parent)
        self._studies, self._is_left_only = studies, False
        self.setSourceModel(studies)

    def set_left_only(self, is_left_only: bool) -> None:
        """Show only what is not done, or all.

        Parameters
        ----------
        is_left_only : bool
            Whether what is done is left out.
        """
        self._is_left_only = is_left_only
        self.invalidate()

    def in_order(self) -> list[FoundStudy]:
        """The studies as they are sorted, those that are not shown after the others."""
        places = [self.mapToSource(self.index(n, 0)).row() for n in range(self.rowCount())]
        shown = [self._studies.studies[place] for place in places]
        return [*shown, *(study for study in self._studies.studies if study not in shown)]

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802, D102
        study = self._studies.studies[source_row]
        return not (self._is_left_only and self._studies.state(study).is_done)


def _texts(study: FoundStudy, here: LocalState) -> tuple[str, ...]:
    images = str(study.images or "")
    name = study.patient_name.replace("^", " ").strip()
    return (
        *(study.date, study.modalities, images),
        *(str(here.images or ""), tr(here.text)),
        *(study.patient_id, name, study.description),
    )
