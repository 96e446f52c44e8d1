"""Outlines of the chosen finding on its slices, which give its volume from a mask."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal, SignalInstance

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.annotations.annotation import Annotation, OfSeries
from lesion_viewer.review.annotations.shapes import Mask
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.session import Session
from lesion_viewer.review.snapping import outline
from lesion_viewer.review.uids import new_uid
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Worker
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel


class OutlineWorker(Worker):
    """Finds the lesion's pixels within boxes.

    Parameters
    ----------
    volume : CTVolume
        The finding's series.
    boxes : Mapping[int, Box]
        Slice index -> box.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    outlined : it is done; slice index -> Mask, of slices that were read and have a clear edge
    """

    outlined = Signal(object)

    def __init__(
        self, volume: CTVolume, boxes: Mapping[int, Box], on_error: SignalInstance
    ) -> None:
        super().__init__(on_error)
        self._volume, self._boxes = volume, boxes

    def work(self) -> None:
        """Outline slice by slice."""
        found = {}
        for index, box in self._boxes.items():
            if self.is_cancelled:
                return
            if self._volume.is_loaded[index]:
                pixels = outline(self._volume.voxels[index], box)
                if pixels is not None:
                    found[index] = Mask.of(pixels)
        self.outlined.emit(found)


class OutlineController(QObject):
    """Outlines the chosen finding and records its masks, one on each slice.

    Parameters
    ----------
    review : ReviewModel
        The review on show.
    gestures : Gestures
        Record the masks.
    parent : QObject
        The window.

    Signals
    -------
    noticed : what was outlined, or why nothing was; one sentence
    errored : the work failed; one sentence
    """

    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, review: ReviewModel, gestures: Gestures, parent: QObject) -> None:
        super().__init__(parent)
        self._review, self._gestures = review, gestures
        self._worker: OutlineWorker | None = None

    def begin(self) -> None:
        """Outline the chosen finding within its boxes."""
        finding, volume = self._review.selected, self._review.viewer.volume
        if finding is None or volume is None or finding.series_uid != volume.series.uid:
            self.noticed.emit(tr("Choose a finding first, then outline it."))
            return
        self.stop()
        self._worker = worker = OutlineWorker(volume, finding.boxes, self.errored)
        session = self._review.session
        worker.outlined.connect(partial(self._take, worker, session, finding))
        worker.begin()

    def stop(self) -> None:
        """Give up what is being outlined."""
        if self._worker is not None:
            self._worker.cancel()
        self._worker = None

    def _take(
        self,
        worker: OutlineWorker,
        session: Session | None,
        finding: Finding,
        masks: Mapping[int, Mask],
    ) -> None:
        is_gone = session is not self._review.session or worker is not self._worker
        if is_gone or session is None or finding.id not in session.findings:
            return
        if not masks:
            self.noticed.emit(tr("No clear edge of a lesion there; nothing was outlined."))
            return
        own = session.findings[finding.id].annotations.values()
        known = {one.slice_index: one.uid for one in own if isinstance(one.shape, Mask)}
        drawn = [
            (finding.id, OfSeries(finding.series_uid, Annotation(known.get(i) or new_uid(), i, m)))
            for i, m in masks.items()
        ]
        if self._gestures.record(lambda session: session.take_measurements(drawn)):
            count, total = len(masks), len(finding.boxes)
            self.noticed.emit(tr("Outlined on {n} of {total} slices.", n=count, total=total))
