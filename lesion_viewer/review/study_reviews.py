"""The reviews of a study: mostly one; one more for each series that became another picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from lesion_viewer.ct.study import Series, Study
from lesion_viewer.ct.volume.picture_identity import compare_pixels_too, digests_of, slice_name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.finding import Finding
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.user_folders import further_file

OTHER_IMAGE = (
    "This image is not the one that was reviewed under its name: its pixels differ. The findings on"
    " the former one are kept, and not drawn here."
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """How the series of a study stand to a review.

    Attributes
    ----------
    differences : dict[str, str]
        Uid of each series that is another picture than the reviewed one -> what differs, as a
        clause.
    joined : dict[str, int]
        Uid of each series that has more slices than when it was reviewed -> how many more.
    """

    differences: dict[str, str] = field(default_factory=dict)
    joined: dict[str, int] = field(default_factory=dict)


class StudyReviews:
    """Which review each series of a study belongs to: the one that was made on its picture.

    A series that differs from the picture that was reviewed under its UID belongs to none, until a
    new review of it is begun in a file of its own beside the first; the former one stays as it is,
    and is the series' review again where the former picture comes back.

    Parameters
    ----------
    base : Session
        The study's first review.

    Attributes
    ----------
    base : Session
        The study's first review.
    differences : dict[str, str]
        Uid of each series that has no review on its picture -> what differs, as a clause.
    joined : dict[str, int]
        Uid of each series that has more slices than when it was reviewed -> how many more.
    problems : list[str]
        A sentence for each further review that cannot be opened.
    """

    def __init__(self, base: Session) -> None:
        self.base = base
        self.differences: dict[str, str] = {}
        self.joined: dict[str, int] = {}
        self.problems: list[str] = []
        self._others: dict[str, Session] = {}

    @classmethod
    def open(cls, path: Path, study: Study, reader: str) -> Self:
        """The reviews of a study whose first is in the file ``path``, made where it is missing.

        Parameters
        ----------
        path : Path
            The first review's file.
        study : Study
            What is to be shown. A few slices of each reviewed series are read.
        reader : str
            Who makes the gestures.

        Raises
        ------
        ReviewError
            Where the first file is damaged, of another study, or not a review.
        """
        return cls._opened(lambda file: Session.open_or_read(file, study.key, reader), path, study)

    @classmethod
    def read(cls, path: Path, study: Study) -> Self:
        """The reviews of a study as they stand by now, whoever has them open.

        Parameters
        ----------
        path : Path
            The first review's file, which is there.
        study : Study
            What is to be shown. A few slices of each reviewed series are read.

        Returns
        -------
        Self
            Copies in memory, in which nothing can be recorded; no file is locked or changed.

        Raises
        ------
        ReviewError
            Where the first file is missing, damaged, of another study, or not a review.
        """
        return cls._opened(lambda file: Session.read(file, study.key), path, study)

    @classmethod
    def _opened(cls, opened: Callable[[Path], Session], path: Path, study: Study) -> Self:
        reviews = cls(opened(path))
        try:
            found = recognise(reviews.base, study.series)
            reviews.differences, reviews.joined = found.differences, found.joined
            reviews._open_further(study, opened)
        except BaseException:
            reviews.close()
            raise
        return reviews

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All reviews that are open, the first one first."""
        return self.base, *dict.fromkeys(self._others.values())

    def session_of(self, series_uid: str) -> Session | None:
        """The review of a series.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        Session | None
            None where the series is another picture than those reviewed.
        """
        if series_uid in self.differences:
            return None
        return self._others.get(series_uid, self.base)

    def findings_of(self, series_uid: str) -> list[Finding]:
        """The findings on a series, of the review that was made on its picture.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        list[Finding]
            The oldest first; none where the series is another picture than those reviewed.
        """
        session = self.session_of(series_uid)
        found = session.findings.values() if session is not None else ()
        return [finding for finding in found if finding.series_uid == series_uid]

    def sentence(self, series_uid: str) -> str:
        """What differs about a series that has no review on its picture.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        str
            One message; empty for a series that has a review.
        """
        if series_uid not in self.differences:
            return ""
        count = sum(f.series_uid == series_uid for f in self.base.reading.findings())
        findings = "1 finding" if count == 1 else f"{count} findings"
        return (
            "This series is not the picture that was reviewed. What differs:"
            f" {self.differences[series_uid]}. The review of the former one ({findings}) is kept,"
            " and not drawn here."
        )

    def series_of(self, session: Session, study: Study) -> Study:
        """The study with only those of its series that belong to a review.

        Parameters
        ----------
        session : Session
            One of ``sessions``.
        study : Study
            The whole study.

        Returns
        -------
        Study
            With its series in their order.
        """
        own = tuple(s for s in study.series if self.session_of(s.uid) is session)
        return replace(study, series=own)

    def take(self, series_uid: str, session: Session) -> None:
        """Let a series belong to a review that ``begin_review`` made for it.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        session : Session
            The review that is its own from now on.
        """
        self._others[series_uid] = session
        self.differences.pop(series_uid, None)

    def close(self) -> None:
        """Release all files."""
        for session in self.sessions:
            session.close()

    def _open_further(self, study: Study, opened: Callable[[Path], Session]) -> None:
        number = 2
        while self.differences and (file := further_file(self.base.path, number)).is_file():
            number += 1
            try:
                session = opened(file)
            except ReviewError as error:
                self.problems.append(str(error))
                continue
            known = session.pictures.series().keys() & self.differences.keys()
            wanted = [s for s in study.series if s.uid in known]
            found = recognise(session, wanted)
            self.joined |= found.joined
            own = known - found.differences.keys()
            for uid in own:
                self.take(uid, session)
            if not own:
                session.close()


def begin_review(reviews: StudyReviews, study: Study, series: Series) -> Session:
    """A review for a series that has none on its picture: in the next file that has room for it.

    The session is to be handed to ``StudyReviews.take`` on the thread that uses the reviews.

    Parameters
    ----------
    reviews : StudyReviews
        Those that are open.
    study : Study
        The study that is shown.
    series : Series
        The series that has no review.

    Returns
    -------
    Session
        Open and ready to be handed over.

    Raises
    ------
    ReviewError
        Where the file cannot be made or written.
    """
    number = 2
    while True:
        file = further_file(reviews.base.path, number)
        session = next((s for s in reviews.sessions if s.path == file), None)
        is_new = session is None
        session = session or Session.open(file, study.key, reviews.base.reader)
        if series.uid not in session.pictures.series():
            session.pictures.describe(replace(study, series=(series,)))
            return session
        if is_new:
            session.close()
        number += 1


def recognise(session: Session, wanted: Sequence[Series]) -> Recognised:
    """Which series are the pictures that were reviewed, and which are others.

    Those that are, and those that nobody has reviewed yet, are described to the review as they are
    now, with the slices' indices of now.

    Parameters
    ----------
    session : Session
        The review.
    wanted : Sequence[Series]
        The series of a study that are to belong to it.

    Returns
    -------
    Recognised
        What differs, and which series have more slices.
    """
    with undamaged(session.path):
        records = session.pictures.series()
        pictures = {s.uid: records[s.uid].picture for s in wanted if s.uid in records}
    found, same = Recognised(), []
    for series in wanted:
        if series.uid in pictures and session.pictures.has_reviewed(series.uid):
            comparison = compare_pixels_too(
                pictures[series.uid], session.pictures.digests(series.uid), series
            )
            if comparison.differences:
                found.differences[series.uid] = ", ".join(comparison.differences)
                continue
            if comparison.is_renumbered:
                places = [p for p in comparison.places if p is not None]
                session.pictures.renumber(SeriesRecord.of(series), places)
            if joined := series.shape[0] - len(comparison.places):
                found.joined[series.uid] = joined
            if not (session.read_only or session.pictures.digests(series.uid)):
                session.pictures.keep_digests(series.uid, digests_of(series))
        same.append(series)
    if not session.read_only and same:
        _forget_former(session, same)
        session.pictures.describe(Study(session.study_key, tuple(same)))
    return found


def is_other_image(session: Session, series: Series, slice_index: int, digest: str) -> bool:
    """Whether a slice's pixels are not those reviewed; the digest of a new slice is kept.

    Parameters
    ----------
    session : Session
        The review.
    series : Series
        As it is now.
    slice_index : int
        Of the slice.
    digest : str
        Of its pixels, as ``digest_of`` gives it.

    Raises
    ------
    ReviewError
        Where the digest cannot be kept.
    """
    name = slice_name(series.slices[slice_index])
    known = session.pictures.digests(series.uid).get(name)
    if known is None and not session.read_only:
        session.pictures.keep_digests(series.uid, {name: digest})
    return known is not None and known != digest


def _forget_former(session: Session, same: Sequence[Series]) -> None:
    """What a series was known by before anybody reviewed it says nothing of what it is now."""
    uids = [
        s.uid
        for s in same
        if not session.pictures.has_reviewed(s.uid) and session.pictures.digests(s.uid)
    ]
    if uids:
        session.pictures.forget_digests(uids)
