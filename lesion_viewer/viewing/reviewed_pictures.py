"""Digests of the slices that a review was made on, and images that were replaced since."""

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.picture_identity import Name, digest_of, sampled_slices, slice_name
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.review.session import Session
from lesion_viewer.viewing.review_model import ReviewModel
from lesion_viewer.viewing.signals import Signal


class ReviewedPictures:
    """Keeps digests of slices that were read, and recognises images that were replaced since.

    Of a study's series it keeps a few slices, of a project each reviewed image. A study is compared
    when its review is opened; images of a project are compared one by one when they are shown.

    Parameters
    ----------
    review : ReviewModel
        Holds the session that keeps the digests.

    Attributes
    ----------
    errored : Signal[str]
        A digest cannot be written into the review; one sentence.
    """

    def __init__(self, review: ReviewModel) -> None:
        self.errored: Signal[str] = Signal()
        self._viewer, self._review = review.viewer, review
        self._known: dict[Name, str] = {}
        viewer = review.viewer
        review.reviews_changed.connect(self._forget)
        viewer.volume_changed.connect(lambda _: self._forget())
        viewer.slice_changed.connect(lambda _: self._check())
        viewer.slices_read.connect(lambda _: self._check())

    def keep(self) -> None:
        """Keep the digests of the slices that stand for the series on show and are read by now."""
        volume, session = self._viewer.volume, self._review.session
        if volume is None or session is None or self._review.is_project:
            return
        wanted = sampled_slices(len(volume))
        self._keep(session, volume, [i for i in wanted if volume.is_loaded[i]])

    def renew_image(self) -> None:
        """Begin a new review of the image on show, where it replaced the one that was reviewed."""
        volume, index = self._viewer.volume, self._viewer.slice_index
        if volume is None or not volume.is_loaded[index]:
            return
        uid, name = volume.series.uid, slice_name(volume.series.slices[index])
        self._review.renew_image(uid, index, {name: digest_of(volume.voxels[index])})
        self._known = {}

    def _forget(self) -> None:
        self._known = {}

    def _check(self) -> None:
        volume, session = self._viewer.volume, self._review.session
        if volume is None or session is None:
            return
        if self._review.is_project:
            self._check_image(session, volume, self._viewer.slice_index)
        elif all(map(volume.is_settled, sampled_slices(len(volume)))):
            self.keep()

    def _check_image(self, session: Session, volume: CTVolume, index: int) -> None:
        """Compare an image that is on show with the one that was reviewed under its name."""
        uid, name = volume.series.uid, slice_name(volume.series.slices[index])
        if name in self._known or not volume.is_loaded[index]:
            return
        known = session.pictures.digests(uid).get(name)
        if known is None and session.is_drawn_on(uid, index):
            self._keep(session, volume, [index])
        elif known is not None:
            self._known[name] = known
            if digest_of(volume.voxels[index]) != known:
                self._review.set_other_image(uid, index)

    def _keep(self, session: Session, volume: CTVolume, indices: list[int]) -> None:
        names = {i: slice_name(volume.series.slices[i]) for i in indices}
        if session.read_only or self._known.keys() >= set(names.values()):
            return
        uid = volume.series.uid
        try:
            self._known = session.pictures.digests(uid)
            new = {
                name: digest_of(volume.voxels[i])
                for i, name in names.items()
                if name not in self._known
            }
            if new:
                session.pictures.keep_digests(uid, new)
        except LesionViewerError as error:
            self.errored.emit(str(error))
            return
        self._known |= new
