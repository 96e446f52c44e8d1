"""What is reviewed: the study or project on show, its reviews, and whether they fit the picture."""

from collections.abc import Mapping
from dataclasses import replace

from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.errors import ReviewError
from lesion_viewer.review.session import Session
from lesion_viewer.review.study_reviews import OTHER_IMAGE, StudyReviews
from lesion_viewer.text import Text
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel

STILL_ARRIVING = Text(
    "The study is not here as a whole: marking, the detector, planes and slabs begin once it is."
)


class ReviewOnShow:
    """Follows the series on show with the review that was made on its picture.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen.

    Attributes
    ----------
    viewer : ViewerModel
        What is on screen.
    collection : Collection | None
        What the opened path holds; None at first and for a labelling project.
    study : Study | None
        The study on show, or the project's series; None at first.
    reviews : StudyReviews | None
        Reviews of the study; None where there is none, or it cannot be opened.
    session_opened : Signal[Session]
        A review of the study was opened; it is on show or can come on show.
    closing : Signal[()]
        The reviews on show are about to be closed.
    reviews_changed : Signal[()]
        Another study's reviews are on show, or none.
    review_begun : Signal[()]
        A new review of a series of the study was begun.
    image_changed : Signal[()]
        An image was found to be another one than was reviewed, or is reviewed anew.
    read_only_changed : Signal[str]
        Another review is on show, or one that cannot be written; why nothing can be recorded, as a
        clause, empty where it can.
    differs : Signal[str]
        What is on show became another picture than the one that was reviewed, or that one again;
        one sentence, empty in the second case.
    noticed : Signal[str]
        Something about the review is to be told; one sentence.
    errored : Signal[str]
        A change cannot be recorded; one sentence.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        self.session_opened: Signal[Session] = Signal()
        self.closing: Signal[()] = Signal()
        self.reviews_changed: Signal[()] = Signal()
        self.review_begun: Signal[()] = Signal()
        self.image_changed: Signal[()] = Signal()
        self.read_only_changed: Signal[str] = Signal()
        self.differs: Signal[str] = Signal()
        self.noticed: Signal[str] = Signal()
        self.errored: Signal[str] = Signal()
        self.viewer = viewer
        self.collection: Collection | None = None
        self.study: Study | None = None
        self.reviews: StudyReviews | None = None
        self._told_read_only = self._told_difference = ""
        self._other_images: set[tuple[str, int]] = set()
        viewer.volume_changed.connect(self._take_volume)
        viewer.slice_changed.connect(lambda _: self._tell_difference())

    # The study or the project.

    def show_study(
        self, collection: Collection, study: Study, reviews: StudyReviews | None
    ) -> None:
        """Review a study of a collection; the former reviews are closed.

        Parameters
        ----------
        collection : Collection
            What the opened path holds.
        study : Study
            The one of its studies whose series are shown.
        reviews : StudyReviews | None
            None where they cannot be opened.
        """
        self.collection, self.study = collection, study
        self._take_reviews(reviews)

    def show_more(self, collection: Collection, study: Study) -> None:
        """Show more of a study that arrives and has no review yet.

        Parameters
        ----------
        collection : Collection
            What is there of it now.
        study : Study
            The one of its studies whose series are shown.
        """
        self.collection, self.study = collection, study

    def show_project(self, study: Study, session: Session) -> None:
        """Review a labelling project, whose series are shown one by one when they are wanted.

        Parameters
        ----------
        study : Study
            The project's series.
        session : Session
            The reader's review of it.
        """
        self.collection, self.study = None, study
        self._take_reviews(StudyReviews(session))

    def close(self) -> None:
        """Close the reviews; the series stay on show."""
        self._take_reviews(None)

    @property
    def is_project(self) -> bool:
        """Whether it is a labelling project, whose images are reviewed one by one."""
        return self.study is not None and self.collection is None

    @property
    def other_studies(self) -> Collection | None:
        """The studies of the collection that are not on show; None for a labelling project."""
        collection, study = self.collection, self.study
        if collection is None or study is None:
            return None
        return replace(
            collection, studies=tuple(s for s in collection.studies if s.key != study.key)
        )

    @property
    def series_list(self) -> tuple[Series, ...]:
        """Series of the opened path, in the order of the list; none for a labelling project."""
        return self.collection.series if self.collection is not None else ()

    @property
    def row(self) -> int:
        """Place of the series on show in the list, from 0; -1 for none."""
        series, uids = self.viewer.series, [s.uid for s in self.series_list]
        return uids.index(series.uid) if series and series.uid in uids else -1

    # The review of the series on show.

    @property
    def session(self) -> Session | None:
        """The review of the series on show; None where none was made on its picture."""
        series, reviews = self.viewer.series, self.reviews
        if reviews is None:
            return None
        return reviews.base if series is None else reviews.session_of(series.uid)

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded, as a clause; empty where it can, or there is no review."""
        return self.session.read_only if self.session is not None else ""

    def take_review(self, series_uid: str, session: Session) -> None:
        """Review a series anew, in a review that was begun on its picture.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        session : Session
            The new review; closed where no study is open any more.
        """
        if self.reviews is None:
            session.close()
            return
        if session not in self.reviews.sessions:
            self.session_opened.emit(session)
        self.reviews.take(series_uid, session)
        self.review_begun.emit()
        self._tell_read_only()
        self._tell_difference()

    # Pictures that are not those reviewed.

    @property
    def difference(self) -> str:
        """How what is on show differs from the picture that was reviewed; empty for the same."""
        series = self.viewer.series
        if self.reviews is None or series is None:
            return ""
        if self.is_other_image(series.uid, self.viewer.slice_index):
            return OTHER_IMAGE
        return self.reviews.sentence(series.uid)

    def is_other_image(self, series_uid: str, slice_index: int) -> bool:
        """Whether the image was found to be another one than was reviewed under its name.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        """
        return (series_uid, slice_index) in self._other_images

    def set_other_image(self, series_uid: str, slice_index: int) -> None:
        """Treat an image of a project as replaced since its review; its findings are not drawn.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        """
        self._other_images.add((series_uid, slice_index))
        self.image_changed.emit()
        self._tell_difference()

    def renew_image(self, series_uid: str, slice_index: int, digests: Mapping[Name, str]) -> None:
        """Review an image anew that replaced the one reviewed.

        Parameters
        ----------
        series_uid : str
            UID of the image's series.
        slice_index : int
            Index of the slice, from 0.
        digests : Mapping[Name, str]
            Name of the slice -> digest of the new pixels, kept in place of the former one's.
        """
        session = self.session
        if session is None:
            return
        self._other_images.discard((series_uid, slice_index))
        try:
            session.pictures.renew_image(series_uid, slice_index)
            session.pictures.keep_digests(series_uid, digests)
        except ReviewError as error:
            self._other_images.add((series_uid, slice_index))
            self.errored.emit(str(error))
        self.image_changed.emit()
        self._tell_difference()

    @property
    def refusal(self) -> str:
        """Why what is on show takes no gesture, as a sentence; empty where a study is reviewed."""
        series = self.viewer.series
        is_arriving = series is not None and series.is_arriving
        return STILL_ARRIVING if is_arriving else self.difference

    def tell_none(self) -> None:
        """Tell why the review of what is on show takes no gesture, and what can be done."""
        if self.difference:
            self.differs.emit(self.difference)
        elif self.refusal:
            self.noticed.emit(self.refusal)
        else:
            self.noticed.emit(Text("There is no review: open a study first."))

    def _take_reviews(self, reviews: StudyReviews | None) -> None:
        if self.reviews is not None:
            self.closing.emit()
        former, self.reviews = self.reviews, reviews
        if former is not None:
            former.close()
        self._other_images.clear()
        self._told_difference = ""
        for session in reviews.sessions if reviews is not None else ():
            self.session_opened.emit(session)
        self.reviews_changed.emit()
        self._tell_read_only()

    def _take_volume(self, volume: CTVolume) -> None:
        if self.read_only != self._told_read_only:
            self._tell_read_only()
        joined = self.reviews.joined.pop(volume.series.uid, 0) if self.reviews is not None else 0
        if joined:
            self.noticed.emit(_joined_text(joined))

    def _tell_read_only(self) -> None:
        self._told_read_only = self.read_only
        self.read_only_changed.emit(self.read_only)

    def _tell_difference(self) -> None:
        if self.difference != self._told_difference:
            self._told_difference = self.difference
            self.differs.emit(self.difference)


def _joined_text(joined: int) -> Text:
    if joined == 1:
        return Text(
            "1 more slice than when this series was reviewed; what was found stays on its slices."
        )
    return Text(
        "{n} more slices than when this series was reviewed; what was found stays on its slices.",
        n=joined,
    )
