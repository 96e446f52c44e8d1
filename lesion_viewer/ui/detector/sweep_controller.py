"""Runs the detector over the series on show, and records what it finds."""

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.hu_plausibility import not_hu_in
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.installed import InstalledDetector
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import ReviewError
from lesion_viewer.ui.detector.chosen_detector import ChosenDetector
from lesion_viewer.ui.detector.sweep_worker import SweepWorker
from lesion_viewer.ui.settings import Settings
from lesion_viewer.ui.support_log import LogName
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.viewer_model import ViewerModel

log = logging.getLogger(__name__)

THRESHOLD_STEP = 0.05
DEFAULT_THRESHOLD = 0.5


class SweepController(QObject):
    """Starts, aims and stops the detector, and hands what it finds to the review.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.
    review : ReviewModel
        Takes up what is found, and holds the threshold.
    chosen : ChosenDetector
        The detector that the reader chose.
    settings : Settings
        Whether it starts by itself, and searches everywhere.
    parent : QObject
        The window.

    Attributes
    ----------
    swept : set[int]
        Slices of the series on show that the detector has answered, from 0.
    liver : set[int]
        Those of them that contain liver, as the detector's gate says.

    Signals
    -------
    running_changed : a sweep began, or is over; whether one runs
    progressed : the count of slices or the state changed; slices done, in total, and a text of both
    swept_changed : more slices were answered, or another series is on show
    started_on : the detector runs; on what, and why
    found : the review has just recorded a batch; a list of SliceDetections
    errored : the detector failed, or what it found cannot be recorded; one sentence
    noticed : nothing is searched, and why, or the detector has a notice; one sentence
    """

    running_changed = Signal(bool)
    progressed = Signal(int, int, str)
    swept_changed = Signal()
    started_on = Signal(str)
    found = Signal(list)
    errored = Signal(str)
    noticed = Signal(str)

    def __init__(
        self,
        viewer: ViewerModel,
        review: ReviewModel,
        chosen: ChosenDetector,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._review, self._settings = viewer, review, settings
        self._chosen = chosen
        self.swept: set[int] = set()
        self.liver: set[int] = set()
        review.set_threshold(self.info.default_threshold if self.info else DEFAULT_THRESHOLD)
        self._worker: SweepWorker | None = None
        self._run_id = ""
        self._is_awaiting_first = False
        self._is_automatic = True
        viewer.volume_changed.connect(lambda volume: self._take_series(volume.series))
        viewer.slices_read.connect(lambda _: self._run_once_loaded())
        viewer.slice_changed.connect(self._aim)

    @property
    def is_running(self) -> bool:
        """Whether a sweep runs."""
        return self._worker is not None

    @property
    def is_complete(self) -> bool:
        """Whether the detector has answered every slice of the series on show."""
        return self._viewer.volume is not None and len(self.swept) == len(self._viewer.volume)

    @property
    def livers(self) -> Mapping[int, SliceMask]:
        """Slice index -> the liver there, on slices of the series on show that were searched."""
        series, session = self._viewer.series, self._review.session
        if series is None or session is None or not self.liver:
            return {}
        return session.proposals.livers(series.uid)

    @property
    def installed(self) -> tuple[InstalledDetector, ...]:
        """The detectors to choose from."""
        return self._chosen.installed

    @property
    def row(self) -> int:
        """Place of the chosen detector in ``installed``."""
        return self._chosen.row

    @property
    def info(self) -> DetectorInfo | None:
        """What the chosen detector is; without its gate where it searches everywhere."""
        return self._chosen.info

    @property
    def unavailable(self) -> str:
        """Why nothing can be detected, one sentence; empty where it can."""
        return self._chosen.unavailable

    def toggle(self) -> None:
        """Stop the sweep that runs, or start one."""
        if self.is_running:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Sweep the slices of the series on show that the detector has not answered yet."""
        series, volume, session = self._viewer.series, self._viewer.volume, self._review.session
        if self.unavailable:
            self.noticed.emit(self.unavailable)
        elif self._review.refusal:
            self._review.tell_none()
        elif series is None or volume is None or session is None:
            self.noticed.emit(tr("Open a study first."))
        elif session.read_only:
            self.noticed.emit(
                tr("Read-only, the detector does not run: {reason}.", reason=tr(session.read_only))
            )
        elif why := why_not_searched(series, self._chosen.name):
            self.noticed.emit(why)
            self._tell(tr("not searched"))
        else:
            self._cancel()
            self.swept = set(session.proposals.swept_slices(series.uid, self._chosen.origin))
            remaining = [i for i in range(len(volume)) if i not in self.swept]
            try:
                self._run_id = session.proposals.begin_run(series.uid, self._chosen.origin)
            except ReviewError as error:
                self.errored.emit(str(error))
                return
            self.swept_changed.emit()
            if remaining:
                self._begin(remaining)
            else:
                self._tell(tr("all slices searched"))

    def stop(self) -> None:
        """Stop the sweep after the batch that runs."""
        self._cancel()
        self._tell(tr("stopped"))

    def take_new_review(self) -> None:
        """Search the series on show for a review that has just begun, where that is automatic."""
        series, volume = self._viewer.series, self._viewer.volume
        if series is not None and volume is not None:
            self._take_series(series)
            if volume.is_loaded.any():
                self._run_once_loaded()

    def shut_down(self) -> None:
        """End the sweep and the detector's process."""
        self._cancel()
        self._chosen.close()

    def set_automatic(self, is_automatic: bool) -> None:
        """Search a series once it is shown, or not.

        Parameters
        ----------
        is_automatic : bool
            Whether it is searched, where the settings say so too.
        """
        self._is_automatic = is_automatic

    def choose(self, row: int) -> None:
        """Take another detector; a sweep that runs goes on with it from the start.

        Parameters
        ----------
        row : int
            Place in ``installed``.
        """
        if row == self.row:
            return
        was_running = self.is_running
        self._cancel()
        self._chosen.choose(row)
        self._go_on(was_running)
        self._review.set_threshold(self.installed[row].info().default_threshold)

    def set_everywhere(self, is_everywhere: bool) -> None:
        """Search outside the liver as well, or not; a sweep that runs goes on from the start.

        Parameters
        ----------
        is_everywhere : bool
            Whether a detector that has a gate searches outside it too.
        """
        if is_everywhere == self._settings.search_everywhere:
            return
        was_running = self.is_running
        self._cancel()
        self._chosen.set_everywhere(is_everywhere)
        self._go_on(was_running)
        if self.installed and not self.installed[self.row].has_gate:
            self.noticed.emit(
                tr("{detector} searches everywhere in any case.", detector=self._chosen.name)
            )

    def _go_on(self, was_running: bool) -> None:
        """Show what the detector, which is another one now, has answered; search the rest."""
        self._show_swept()
        if was_running:
            self.start()

    def step_threshold(self, steps: int) -> None:
        """Raise the threshold by so many steps, or lower it.

        Parameters
        ----------
        steps : int
            Number of steps of 0.05; negative lowers the threshold.
        """
        if self._review.reading.are_scores_hidden:
            self.noticed.emit(tr("Blind: scores, and the threshold of them, are hidden."))
            return
        score = self._review.threshold + steps * THRESHOLD_STEP
        self._review.set_threshold(min(max(score, 0.01), 0.99))

    def _take_series(self, series: Series) -> None:
        """Stop with the former series; the new one is swept once its first slice is there."""
        self._cancel()
        self._show_swept()
        is_wanted = self._is_automatic and self._settings.detect_on_opening
        is_wanted = is_wanted and not self.unavailable
        not_hu = not_hu_in(series)
        self._is_awaiting_first = is_wanted and not_hu is None
        if is_wanted and not_hu is not None:
            self.noticed.emit(
                f"{not_hu.text} " + tr("The detector does not start by itself; start it by hand.")
            )

    def _run_once_loaded(self) -> None:
        if self._is_awaiting_first and self._review.session is not None:
            self._is_awaiting_first = False
            self.start()

    def _show_swept(self) -> None:
        series, session = self._viewer.series, self._review.session
        self.swept, self.liver = set(), set()
        if series is not None and session is not None and self.installed:
            self.swept = set(session.proposals.swept_slices(series.uid, self._chosen.origin))
            self.liver = set(session.proposals.liver_slices(series.uid, self._chosen.origin))
        self._tell(tr("all slices searched") if self.is_complete else tr("not running"))
        self.swept_changed.emit()

    def _begin(self, remaining: list[int]) -> None:
        volume = self._viewer.volume
        assert volume is not None
        worker = SweepWorker(
            self._chosen.process(), volume, remaining, self._viewer.slice_index, self.errored
        )
        worker.found.connect(self._take)
        worker.progressed.connect(self._count)
        worker.started_on.connect(self._say_device)
        worker.noticed.connect(self.noticed)
        worker.finished.connect(self._finish)
        self._worker = worker
        self._tell(tr("loading the detector"))
        self.running_changed.emit(True)
        worker.begin()

    def _say_device(self, name: str, why: str) -> None:
        if self.sender() is self._worker:
            log.info("the detector searches on %s", LogName(name))
            self._tell(tr("searching on {device}", device=name))
            self.started_on.emit(why or name)

    def _take(self, batch: list[SliceDetections]) -> None:
        if self.sender() is not self._worker or self._review.session is None:
            return
        try:
            self._review.session.proposals.record_detections(self._run_id, batch)
        except ReviewError as error:
            self.stop()
            self.errored.emit(str(error))
            return
        self.swept.update(found.slice_index for found in batch)
        self.liver.update(found.slice_index for found in batch if found.has_liver)
        self.found.emit(batch)
        self.swept_changed.emit()

    def _count(self, done: int, total: int, seconds_left: float | None) -> None:
        if self.sender() is self._worker and seconds_left is not None:
            self._tell(tr("about {time} left", time=_duration(seconds_left)))

    def _finish(self) -> None:
        if self.sender() is self._worker:
            self._worker = None
            self.running_changed.emit(False)
            self._tell(tr("all slices searched") if self.is_complete else tr("stopped"))

    def _cancel(self) -> None:
        self._is_awaiting_first = False
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
            self.running_changed.emit(False)

    def _aim(self, slice_index: int) -> None:
        if self._worker is not None:
            self._worker.aim(slice_index)

    def _tell(self, text: str) -> None:
        total = len(self._viewer.volume or ())
        done = len(self.swept)
        slices = tr("{done} of {total} slices", done=done, total=total)
        self.progressed.emit(done, total, f"{slices} · {text}")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
