"""The list of a study's series: a model, and the view of it."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from lesion_viewer.ct.study import Collection, Series
from lesion_viewer.ui.study.series_delegate import FAULTS, THUMBNAIL, SeriesDelegate
from lesion_viewer.ui.texts import tr

MIN_WIDTH_PX = 184

Index = QModelIndex | QPersistentModelIndex


def series_title(series: Series) -> str:
    """Number and description of a series, as the list shows them.

    Parameters
    ----------
    series : Series
        A series of the study.

    Returns
    -------
    str
        One line.
    """
    number = f"{series.number}  " if series.number is not None else ""
    return number + (series.description or tr("No description"))


def series_size(series: Series) -> str:
    """Modality, size and spacing of a series, as the list shows them.

    Parameters
    ----------
    series : Series
        A series of the study.

    Returns
    -------
    str
        Two lines.
    """
    slices, rows, columns = series.shape
    text = f"{series.modality} · {slices} × {rows} × {columns}"
    if series.spacing_mm is None:
        return f"{text}\n" + tr("spacing unknown")
    between, row, column = series.spacing_mm
    if series.is_arriving:  # others may come between these slices
        return f"{text}\n{column:.2f} × {row:.2f} mm"
    return f"{text}\n{column:.2f} × {row:.2f} × {between:.2f} mm"


def study_names(found: Collection) -> tuple[str, ...]:
    """What tells a series' study from the others, as the list shows it.

    Parameters
    ----------
    found : Collection
        What the opened path holds.

    Returns
    -------
    tuple[str, ...]
        A line for each series: patients are numbered, and never named; empty texts where there is
        only one study.
    """
    if len(found.studies) == 1:
        return ("",) * len(found.series)
    names = []
    for number, study in enumerate(found.studies, 1):
        patient = tr("Patient {n}", n=study.patient) if study.patient is not None else ""
        told = (tr("Study {n}", n=number), patient, study.date, study.description)
        names += [" · ".join(filter(None, told))] * len(study.series)
    return tuple(names)


class SeriesModel(QAbstractListModel):
    """The series of one or several studies, in the order of the list.

    Parameters
    ----------
    parent : QWidget | None
        Owner of the model.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[Series, ...] = ()
        self._studies: tuple[str, ...] = ()
        self._thumbnails: dict[str, QImage] = {}

    def set_series(self, series: tuple[Series, ...], studies: tuple[str, ...] = ()) -> None:
        """Show the series of another path.

        Parameters
        ----------
        series : tuple[Series, ...]
            Series in the order of the list.
        studies : tuple[str, ...]
            Study of each, as ``study_names`` gives it.
        """
        self.beginResetModel()
        self._series, self._studies, self._thumbnails = series, studies, {}
        self.endResetModel()

    def show_more(self, series: tuple[Series, ...], studies: tuple[str, ...] = ()) -> None:
        """Show the series of the same path, of which more is there; pictures stay.

        Parameters
        ----------
        series : tuple[Series, ...]
            Series in the order of the list.
        studies : tuple[str, ...]
            Study of each, as ``study_names`` gives it.
        """
        pictures = self._thumbnails
        self.set_series(series, studies)
        self._thumbnails = pictures

    def set_thumbnail(self, uid: str, picture: QImage) -> None:
        """Show a picture beside a series.

        Parameters
        ----------
        uid : str
            UID of the series; one that is not in the list is ignored.
        picture : QImage
            Its middle slice.
        """
        self._thumbnails[uid] = picture
        for row, series in enumerate(self._series):
            if series.uid == uid:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008, D102
        return 0 if parent.isValid() else len(self._series)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        series = self._series[index.row()]
        study = filter(None, self._studies[index.row() : index.row() + 1])
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join([series_title(series), *study, series_size(series)])
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([series_title(series), *study, series_size(series), *_faults(series)])
        if role == FAULTS:
            return len(series.faults)
        if role == THUMBNAIL:
            return self._thumbnails.get(series.uid)
        return None


def _faults(series: Series) -> list[str]:
    return [f"⚠ {tr(fault.text)}" for fault in series.faults]


class SeriesList(QListView):
    """The series to choose from; the one on show is selected.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Signals
    -------
    series_wanted : the reader clicked a series; its row from 0
    """

    series_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Series"))
        self._series_model = SeriesModel(self)
        self.setModel(self._series_model)
        self.setItemDelegate(SeriesDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.clicked.connect(lambda index: self.series_wanted.emit(index.row()))

    def set_series(self, series: tuple[Series, ...], studies: tuple[str, ...] = ()) -> None:
        """Show the series of another path.

        Parameters
        ----------
        series : tuple[Series, ...]
            Series in the order of the list.
        studies : tuple[str, ...]
            Study of each, as ``study_names`` gives it.
        """
        self._series_model.set_series(series, studies)

    def show_more(self, series: tuple[Series, ...], studies: tuple[str, ...] = ()) -> None:
        """Show the series of the same path, of which more is there; pictures stay.

        Parameters
        ----------
        series : tuple[Series, ...]
            Series in the order of the list.
        studies : tuple[str, ...]
            Study of each, as ``study_names`` gives it.
        """
        self._series_model.show_more(series, studies)

    def set_thumbnail(self, uid: str, picture: QImage) -> None:
        """Show a picture beside a series.

        Parameters
        ----------
        uid : str
            UID of the series; one that is not in the list is ignored.
        picture : QImage
            Its middle slice.
        """
        self._series_model.set_thumbnail(uid, picture)

    def set_current(self, row: int) -> None:
        """Select the series on show.

        Parameters
        ----------
        row : int
            Place in the list, from 0; -1 selects none.
        """
        self.setCurrentIndex(self.model().index(row, 0))
