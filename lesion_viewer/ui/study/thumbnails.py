"""Small pictures of series: the middle slice through the series' own window."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QImage

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.errors import CTError
from lesion_viewer.ui.workers import Worker

SIDE_PX = 160
"""Longer side of a thumbnail, enough for a dense screen."""

MOST = 300
"""Series that get a thumbnail: of a folder of thousands every one would be read from disk."""


class ThumbnailReader(Worker):
    """Reads the middle slice of each series, in their order, up to ``MOST`` of them.

    Parameters
    ----------
    series : Sequence[Series]
        The list of series.
    usual : Window
        Window of a series whose files name none.
    on_error : SignalInstance
        Receives one sentence where the work fails unexpectedly.

    Signals
    -------
    made : a thumbnail is there; UID of its series, and a QImage
    """

    made = Signal(str, QImage)

    def __init__(self, series: Sequence[Series], usual: Window, on_error: SignalInstance) -> None:
        super().__init__(on_error)
        self._series, self._usual = series, usual

    def work(self) -> None:
        """Read the slices; a series whose middle slice cannot be read gets no thumbnail."""
        for series in self._series[:MOST]:
            if self.is_cancelled:
                return
            try:
                picture = thumbnail(series, self._usual)
            except CTError:
                continue
            self.made.emit(series.uid, picture)


def thumbnail(series: Series, usual: Window) -> QImage:
    """The middle slice of a series in standard orientation and true shape.

    Parameters
    ----------
    series : Series
        Any series; its middle slice is read.
    usual : Window
        Window where the series' files name none.

    Returns
    -------
    QImage
        8-bit grey, its longer side ``SIDE_PX`` points.

    Raises
    ------
    CTError
        The slice cannot be read.
    """
    hu = series.turn.apply(series.decode(series.shape[0] // 2))
    grey = np.ascontiguousarray(to_display(hu, series.file_window or usual))
    rows, columns = grey.shape
    picture = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    spacing = series.turn.spacing(series.spacing_mm)
    height, width = (rows * spacing[1], columns * spacing[2]) if spacing else (rows, columns)
    scale = SIDE_PX / max(height, width)
    return picture.scaled(
        max(round(width * scale), 1),
        max(round(height * scale), 1),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
