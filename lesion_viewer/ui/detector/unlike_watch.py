"""Watches a search for what the series on show is unlike of all that the detector has seen."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.detection.unlike import ENOUGH, Values, geometry_of, line_of, look_of, typical
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.viewer_model import ViewerModel

LEAST = 3
"""Slices that are looked at for a line before the search has ended."""


class UnlikeWatch(QObject):
    """Looks at some slices on which a detector has marked liver, one at a time.

    Parameters
    ----------
    viewer : ViewerModel
        What is on show.
    parent : QObject
        Its owner.

    Signals
    -------
    changed : another line is to be shown; empty where nothing is unlike, or nothing is known
    """

    changed = Signal(str)

    def __init__(self, viewer: ViewerModel, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._of: tuple[str, str] | None = None
        self._looks: dict[int, Values | None] = {}
        self._text = ""

    def look(
        self, detector: DetectorInfo | None, livers: Mapping[int, SliceMask], has_ended: bool
    ) -> None:
        """Look at one more slice, where one is left, and say what is known.

        Parameters
        ----------
        detector : DetectorInfo | None
            The chosen detector; None for none.
        livers : Mapping[int, SliceMask]
            Slice index -> the liver there, on the slices that were searched.
        has_ended : bool
            Whether the search has ended, so that nothing more is to be awaited.
        """
        volume = self._viewer.volume
        if volume is None or detector is None or not detector.seen:
            self._say("")
            return
        of = volume.series.uid, detector.title
        if of != self._of:
            self._of, self._looks = of, {}
            self._say("")
        known = [look for look in self._looks.values() if look]
        waiting = [i for i in livers if i not in self._looks and volume.is_loaded[i]]
        if waiting and len(known) < ENOUGH:
            index = max(waiting, key=self._distance)
            self._looks[index] = look_of(volume, index, livers[index])
            QTimer.singleShot(0, self, lambda: self.look(detector, livers, has_ended))
        if not has_ended and len(known) < LEAST:
            return
        values = {**typical(known), **geometry_of(volume.series)}
        line = line_of(values, detector.name, detector.seen)
        self._say(tr(line) if line else "")

    def _say(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.changed.emit(text)

    def _distance(self, index: int) -> int:
        """Slices between one and the nearest that was looked at."""
        return min((abs(index - i) for i in self._looks), default=0)
