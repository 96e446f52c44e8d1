"""What a screening found in a unit, taken up into the reviews of its studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.picture_identity import picture_of
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.detector import MIN_SCORE
from lesion_viewer.detection.lesion_types import lesion_type_in
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import StudyReviews
from lesion_viewer.screening.cohorts import Outcome, identity_of, row_key
from lesion_viewer.text import Text

Row = Mapping[str, Any]
SEARCHED = (Outcome.SEARCHED, Outcome.NO_LIVER)
NOT_AS_SEARCHED = Text(
    "{unit} is not as it was searched: the series on show has no candidates of the screening."
    " Search the archive again."
)


@dataclass
class SearchedUnit:
    """A unit that is to be opened at one of its series.

    Attributes
    ----------
    name : str
        Of the unit.
    path : Path
        Where its images are.
    key : str
        Of the row of the series that is wanted.
    series_uid : str
        UID of that series.
    min_score : float
        Lowest score of the boxes that were kept.
    read_rows : Callable[[], list[Row]]
        Reads whole rows of its series, and of others with the same images; on a worker.
    """

    name: str
    path: Path
    key: str
    series_uid: str
    min_score: float
    read_rows: Callable[[], list[Row]] = field(repr=False)
    _rows: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False)

    def read(self) -> None:
        """Read what was found; raises ExchangeError where that cannot be read."""
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in self.read_rows():
            rows[row["series_uid"]].append(row)
        self._rows = dict(rows)

    def is_in(self, study: Study) -> bool:
        """Whether a study has a series with the UID that is wanted.

        Parameters
        ----------
        study : Study
            One of the unit.
        """
        return any(series.uid == self.series_uid for series in study.series)

    def series_in(self, found: Collection) -> tuple[Study, Series] | None:
        """The series that is wanted, among what its path holds now.

        Parameters
        ----------
        found : Collection
            What was opened.

        Returns
        -------
        tuple[Study, Series] | None
            That with the images that were searched, else one of its UID; None where there is none.
        """
        of_uid = [
            (study, one)
            for study in found.studies
            for one in study.series
            if one.uid == self.series_uid
        ]
        for study, one in of_uid:
            if row_key(self.name, _identity(study, one)) == self.key:
                return study, one
        return of_uid[0] if of_uid else None

    def take_up(self, reviews: StudyReviews, study: Study) -> str:
        """Record what was found on the series of a study, as the answers of its detector.

        What was recorded before stays as it is, with all that was decided of it.

        Parameters
        ----------
        reviews : StudyReviews
            Of the study.
        study : Study
            One of the unit.

        Returns
        -------
        str
            A sentence where the wanted series is not as it was searched; mostly empty.
        """
        said = ""
        for series in study.series:
            row, session = self._row_of(study, series), reviews.session_of(series.uid)
            if row is not None and session is not None and not session.read_only:
                _record(session, series, row)
            elif row is None and series.uid == self.series_uid and self._is_searched:
                said = Text(NOT_AS_SEARCHED, unit=self.name)
        return said

    def best_finding(self, reviews: StudyReviews) -> Finding | None:
        """Where the reader begins: at the best candidate that is undecided, else the best of all.

        Parameters
        ----------
        reviews : StudyReviews
            Of the study on show.

        Returns
        -------
        Finding | None
            None where there is none, or the reader is not to see it yet.
        """
        session = reviews.session_of(self.series_uid)
        if session is None or session.reading.state.are_marks_hidden:
            return None
        found = [f for f in session.findings.values() if f.series_uid == self.series_uid]
        models = [f for f in found if f.origin.kind is OriginKind.MODEL and f.boxes]
        return max(
            models,
            key=lambda f: (f.status is Status.UNDECIDED, f.score or 0.0, -f.arrival),
            default=None,
        )

    @property
    def _is_searched(self) -> bool:
        return any(row["outcome"] in SEARCHED for row in self._rows.get(self.series_uid, ()))

    def _row_of(self, study: Study, series: Series) -> Row | None:
        """The row of just these images, in whichever unit they were searched."""
        identity = _identity(study, series)
        for row in self._rows.get(series.uid, ()):
            if row["outcome"] in SEARCHED and row["key"] == row_key(row["unit"], identity):
                return row
        return None


def origin_of_row(row: Row) -> Origin:
    """What candidates of a row have as their origin.

    A screening that kept fewer boxes than the window would is another origin than a search by the
    same detector in the window, which finds more.

    Parameters
    ----------
    row : Row
        Of a series that was searched.

    Returns
    -------
    Origin
        Its version ends in ``@`` and the lowest score that was kept, where that is over the
        window's.
    """
    name, _, version = row["model"].rpartition(" ")
    origin, lowest = Origin(OriginKind.MODEL, name, version, row["model_sha256"]), row["min_score"]
    return origin.kept_from(lowest) if lowest > MIN_SCORE else origin


def _record(session: Session, series: Series, row: Row) -> None:
    origin = origin_of_row(row)
    answers = list(_answers(series, row))
    swept = session.proposals.swept_slices(series.uid, origin)
    run = session.proposals.begin_run(series.uid, origin)
    if any(answer.slice_index not in swept for answer in answers):
        session.proposals.record_detections(run, answers)


def _answers(series: Series, row: Row) -> Iterator[SliceDetections]:
    """What the detector said of each slice that it could read."""
    boxes: dict[int, list[Detection]] = defaultdict(list)
    for box in row["boxes"]:
        corners = Box(*(box[name] for name in ("x1", "y1", "x2", "y2")))
        found = Detection(corners, box["score"], lesion_type_in(box["lesion_type"] or ""))
        boxes[box["slice_index"]].append(found)
    skipped = {one["slice_index"] for one in row["skipped"]}
    for index in range(series.shape[0]):
        if index not in skipped:
            best_first = sorted(boxes[index], key=lambda found: -found.score)
            yield SliceDetections(index, tuple(best_first))


def _identity(study: Study, series: Series) -> str:
    return identity_of(study.key, series.uid, series.shape, picture_of(series))
