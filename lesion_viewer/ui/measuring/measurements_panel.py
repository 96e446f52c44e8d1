"""The list of measurements, and HU along the chosen profile."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from lesion_viewer.review.measurements.values import HUProfile
from lesion_viewer.ui.measuring.drawing import COLOUR
from lesion_viewer.ui.measuring.measurements_list import UID, ListedMeasurement, MeasurementsList
from lesion_viewer.ui.style import theme
from lesion_viewer.ui.texts import tr

LEAST_PX, PLOT_PX, AXIS_PX = 72, 140, 44


class MeasurementsPanel(QWidget):
    """Measurements to pick from, and HU along the chosen profile.

    Parameters
    ----------
    parent : QWidget | None
        Widget that holds it.

    Attributes
    ----------
    model : MeasurementsList
        What is listed.
    view : QListView
        The list.
    plot : pg.PlotWidget
        HU along the chosen profile; hidden for others.

    Signals
    -------
    picked : the reader clicked a measurement, or moved to it by key; its UID
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_changing = False
        self.model = MeasurementsList(self)
        self.view = self._make_view()
        self.plot = _make_plot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(self.plot)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            _colour(self.plot)

    def show_measurements(
        self, listed: Sequence[ListedMeasurement], selected_uid: str | None
    ) -> None:
        """List measurements.

        Parameters
        ----------
        listed : Sequence[ListedMeasurement]
            Top to bottom.
        selected_uid : str | None
            UID of the chosen one.
        """
        self._is_changing = True
        self.model.set_listed(listed)
        row, flags = self.model.row_of(selected_uid), QItemSelectionModel.SelectionFlag
        if row < 0:
            self.view.selectionModel().clear()
        else:
            index = self.model.index(row)
            self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
            self.view.scrollTo(index)
        self._is_changing = False

    def show_profile(self, profile: HUProfile | None) -> None:
        """Show HU along a line.

        Parameters
        ----------
        profile : HUProfile | None
            None for no plot.
        """
        self.plot.setVisible(profile is not None)
        self.plot.clear()
        if profile is not None:
            self.plot.setLabel("bottom", tr("{unit} from the start", unit=profile.unit))
            self.plot.plot(profile.away, profile.hu, pen=pg.mkPen(COLOUR, width=1.5))

    def _make_view(self) -> QListView:
        view = _List()
        view.setModel(self.model)
        view.setAccessibleName(tr("Measurements"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setWordWrap(True)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setAlternatingRowColors(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setMinimumHeight(LEAST_PX)
        view.selectionModel().currentChanged.connect(self._pick)
        view.clicked.connect(self._pick)
        return view

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_changing:
            self.picked.emit(str(index.data(UID)))


class _List(QListView):
    """A list that keeps the chosen row in sight when the plot takes room from it."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())


def _make_plot() -> pg.PlotWidget:
    plot = pg.PlotWidget()
    plot.setFixedHeight(PLOT_PX)
    plot.setAccessibleName(tr("HU along the chosen profile"))
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(False, False)
    plot.getAxis("left").setWidth(AXIS_PX)
    _colour(plot)
    plot.setVisible(False)
    return plot


def _colour(plot: pg.PlotWidget) -> None:
    """Give a plot the colours of the theme in use."""
    colours = theme()
    plot.setBackground(colours.panel)
    for side in ("left", "bottom"):
        plot.getAxis(side).setPen(colours.muted)
        plot.getAxis(side).setTextPen(colours.muted)
    plot.getPlotItem().setTitle("HU", color=colours.muted, size="9pt")
