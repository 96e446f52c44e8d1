"""Searches the slices of a queue with the detector before the reader shows them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance

from lesion_viewer.detection.detector_process import ChildDetector
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.study_reviews import is_other_image
from lesion_viewer.review.worklist.proposals import (
    Answer,
    answers,
    origin_of,
    record_proposals,
    unanswered,
)
from lesion_viewer.review.worklist.work_list import Item, WorkList
from lesion_viewer.ui.detector.chosen_detector import ChosenDetector
from lesion_viewer.ui.texts import tr
from lesion_viewer.ui.workers import Worker
from lesion_viewer.viewing.project.project_model import ProjectModel
from lesion_viewer.viewing.review_model import ReviewModel


class ProposalsWorker(Worker):
    """Searches the slices of items one after the other.

    Parameters
    ----------
    project : WorkList
        The project of the items.
    detector : ChildDetector
        Used by this worker only while it runs.
    items : Sequence[Item]
        Items in the order of the search.
    on_error : SignalInstance
        Receives one sentence where the work fails.

    Signals
    -------
    answered : an item was searched, or cannot be; the Answer
    """

    answered = Signal(Answer)

    def __init__(
        self,
        project: WorkList,
        detector: ChildDetector,
        items: Sequence[Item],
        on_error: SignalInstance,
    ) -> None:
        super().__init__(on_error)
        self._project, self._detector, self._items = project, detector, items

    def cancel(self) -> None:
        """End after the slice that is being searched; a model still being loaded is given up."""
        super().cancel()
        if not self._detector.device_name:
            self._detector.close()

    def work(self) -> None:
        """Load the model where that is still to be done, then search the items."""
        if not self._detector.device_name:
            self._detector.start()
        found = answers(self._project, self._detector, self._items, lambda: self.is_cancelled)
        for answer in found:
            self.answered.emit(answer)


class ProposalsController(QObject):
    """Searches the slices of the queue that the detector has not answered; a later start goes on.

    Parameters
    ----------
    project : ProjectModel
        Has the queue.
    review : ReviewModel
        Takes up what is found.
    chosen : ChosenDetector
        The detector that the reader chose.
    parent : QObject
        The window.

    Signals
    -------
    starting : a search is about to begin; nothing else may use the detector
    progressed : a slice was searched, or the search is over; a text, empty in the second case
    noticed : the search is over or stopped, or cannot begin; one sentence
    errored : the detector failed, or what it found cannot be recorded; one sentence
    """

    starting = Signal()
    progressed = Signal(str)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(
        self,
        project: ProjectModel,
        review: ReviewModel,
        chosen: ChosenDetector,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._project, self._review, self._chosen = project, review, chosen
        self._worker: ProposalsWorker | None = None
        self._done = self._total = self._unsearched = self._others = 0
        project.left.connect(self.stop)
        project.opened.connect(lambda _: self.stop())

    @property
    def is_running(self) -> bool:
        """Whether the queue is being searched."""
        return self._worker is not None

    def toggle(self) -> None:
        """Stop the search that runs, or search what is left of the queue."""
        if self.is_running:
            self.stop()
            self.noticed.emit(tr("The search is stopped; what was found is kept."))
        else:
            self.start()

    def start(self) -> None:
        """Search the slices of the queue that the chosen detector has not answered."""
        project, queue, session = self._project.work_list, self._project.queue, self._review.session
        info = self._chosen.info
        if project is None or queue is None or session is None:
            self.noticed.emit(tr("Open a labelling project first."))
        elif self._chosen.unavailable or info is None:
            self.noticed.emit(self._chosen.unavailable)
        elif not (items := unanswered(project, session, info, queue.items)):
            self.noticed.emit(tr("The detector has answered every slice of the queue."))
        else:
            self.starting.emit()
            self._done, self._total, self._unsearched, self._others = 0, len(items), 0, 0
            worker = ProposalsWorker(project, self._chosen.process(), items, self.errored)
            worker.answered.connect(self._take)
            worker.finished.connect(self._finish)
            self._worker = worker
            self._tell()
            worker.begin()

    def give_way(self, is_sweeping: bool) -> None:
        """Stop where a series is searched: the detector's process serves one search only.

        Parameters
        ----------
        is_sweeping : bool
            Whether a series is searched now.
        """
        if is_sweeping:
            self.stop()

    def stop(self) -> None:
        """Stop after the slice that is being searched."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
            self.progressed.emit("")

    def _take(self, answer: Answer) -> None:
        session, info = self._review.session, self._chosen.info
        project = self._project.work_list
        if self.sender() is not self._worker or session is None or info is None or project is None:
            return
        self._done += 1
        self._unsearched += answer.found is None
        if answer.found is not None:
            uid, index = answer.item.series_uid, answer.item.slice_index
            try:
                if is_other_image(session, project.series(uid), index, answer.digest):
                    self._others += 1
                else:
                    record_proposals(session, uid, origin_of(info), answer.found)
            except LesionViewerError as error:
                self.stop()
                self.errored.emit(str(error))
                return
        self._tell()

    def _finish(self) -> None:
        if self.sender() is not self._worker:
            return
        self._worker = None
        self.progressed.emit("")
        if self._done:
            told = [tr("The detector has answered {n:,} slices", n=self._done)]
            if self._unsearched:
                told.append(tr("{n} cannot be searched", n=self._unsearched))
            if self._others:
                told.append(tr("{n} are other images than were reviewed", n=self._others))
            self.noticed.emit("; ".join(told) + ".")
            self._project.rearrange()

    def _tell(self) -> None:
        searched = tr(
            "Queue: {done:,} of {total:,} slices searched", done=self._done, total=self._total
        )
        self.progressed.emit(searched)
