"""Detectors' results in a review: which model found what, and which findings that makes."""

from collections.abc import Mapping, Sequence

from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.events.runs import RunBegun, Swept
from lesion_viewer.review.events.tables import Run
from lesion_viewer.review.finding import Origin
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.reconciliation import Proposals, reconcile, replaced_by
from lesion_viewer.review.uids import new_uid


class DetectorRuns:
    """Detectors' results in an open review; taking them up is no gesture, and not undone.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

    def begin_run(self, series_uid: str, origin: Origin) -> str:
        """Id of a detector's run over a series; an earlier run of the same weights is continued.

        Candidates of other models that no reader has touched are removed.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        origin : Origin
            The model.

        Returns
        -------
        str
            For ``record_detections``.
        """
        run = self._run_of(series_uid, origin)
        if run is not None and run.id == self._review.state.latest_runs[series_uid]:
            return run.id
        if run is None:
            run = Run(new_uid(), series_uid, origin)
        proposals = reconcile(self._review.state, run, run.slices, run.slices)
        vanished = replaced_by(self._review.state, run) + proposals.vanished
        self._review.record(RunBegun(run.id, series_uid, proposals.proposed, vanished, origin))
        return run.id

    def record_detections(self, run_id: str, batch: Sequence[SliceDetections]) -> None:
        """Record what the detector found on some slices, as one event.

        A slice that the run has answered before is ignored. Results of a run after which another
        one was begun on the series make no findings until the run is continued.

        Parameters
        ----------
        run_id : str
            As ``begin_run`` gave it.
        batch : Sequence[SliceDetections]
            The detections of each slice.

        Raises
        ------
        ReviewError
            For a run that was not begun.
        """
        run = self._review.state.runs.get(run_id)
        if run is None:
            raise ReviewError(f"there is no run {run_id} in {self._review.path}")
        new = {
            found.slice_index: tuple(dict.fromkeys(found.detections))
            for found in batch
            if found.slice_index not in run.slices
        }
        if not new:
            return
        is_latest = run_id == self._review.state.latest_runs[run.series_uid]
        slices = {**run.slices, **new}
        proposals = reconcile(self._review.state, run, slices, new) if is_latest else Proposals()
        uid, vanished = run.series_uid, proposals.vanished
        liver = tuple(f.slice_index for f in batch if f.has_liver and f.slice_index in new)
        livers = {f.slice_index: f.liver for f in batch if f.liver and f.slice_index in new}
        self._review.record(Swept(run_id, uid, proposals.proposed, vanished, new, liver, livers))

    def swept_slices(self, series_uid: str, origin: Origin | None = None) -> frozenset[int]:
        """Slices of a series that a model has answered.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        origin : Origin | None
            The model; None for the latest one.

        Returns
        -------
        frozenset[int]
            Indices of the slices, from 0.
        """
        run = self._latest_run(series_uid) if origin is None else self._run_of(series_uid, origin)
        return frozenset(run.slices if run else ())

    def latest_origin(self, series_uid: str) -> Origin | None:
        """The model that searched a series last.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        Origin | None
            None where none did.
        """
        run = self._latest_run(series_uid)
        return run.origin if run else None

    def liver_slices(self, series_uid: str, origin: Origin) -> frozenset[int]:
        """Slices of a series that contain liver, as far as a model's gate has said.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        origin : Origin
            The model.

        Returns
        -------
        frozenset[int]
            Indices of the slices, from 0; empty for a model without a gate.
        """
        run = self._run_of(series_uid, origin)
        return frozenset(run.liver if run else ())

    def livers(self, series_uid: str) -> Mapping[int, SliceMask]:
        """The liver on the slices of a series, as the latest model marks it.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        Mapping[int, SliceMask]
            Slice index -> pixels; empty for a model that marks none.
        """
        run = self._latest_run(series_uid)
        return run.livers if run else {}

    def answers(
        self, places: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], tuple[Detection, ...]]:
        """All that the latest model found on some slices, whatever was decided of it.

        Parameters
        ----------
        places : Sequence[tuple[str, int]]
            UID of the series and index of each slice, from 0.

        Returns
        -------
        dict[tuple[str, int], tuple[Detection, ...]]
            For each of the slices that the model has answered.
        """
        found = {}
        for place in places:
            run = self._latest_run(place[0])
            if run is not None and place[1] in run.slices:
                found[place] = run.slices[place[1]]
        return found

    def answers_mark(self) -> int:
        """A number that changes whenever ``answers`` may have changed."""
        runs, latest = self._review.state.runs, self._review.state.latest_runs
        answered = sum(len(run.slices) for run in runs.values())
        return hash((answered, frozenset(latest.items())))

    def _latest_run(self, series_uid: str) -> Run | None:
        return self._review.state.runs.get(self._review.state.latest_runs.get(series_uid, ""))

    def _run_of(self, series_uid: str, origin: Origin) -> Run | None:
        runs = self._review.state.runs_on.get(series_uid, ())
        return next((r for r in runs if r.origin == origin and not r.is_over), None)
