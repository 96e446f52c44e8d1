"""Which pictures are reviewed: descriptions of series, digests of pixels, indices of slices."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from lesion_viewer.ct.study import Study
from lesion_viewer.ct.volume.picture_identity import Name
from lesion_viewer.review.events.images import ImageReplaced
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.open_review.review_file import ReviewFile
from lesion_viewer.review.series_record import SeriesRecord


class ReviewedPictures:
    """The pictures that an open review knows, also where their files are not there.

    Parameters
    ----------
    review : ReviewFile
        The open review.
    """

    def __init__(self, review: ReviewFile) -> None:
        self._review = review

    def describe(self, study: Study) -> None:
        """Keep what an export needs to know of a study's series, so that it needs no images.

        Parameters
        ----------
        study : Study
            As it was opened.
        """
        self._describe([SeriesRecord.of(s) for s in study.series])

    def describe_series(self, digest: str, records: Callable[[], Sequence[SeriesRecord]]) -> None:
        """Keep descriptions of series, unless those of this digest are kept already.

        Parameters
        ----------
        digest : str
            SHA-256 of what the descriptions are made from.
        records : Callable[[], Sequence[SeriesRecord]]
            Makes the descriptions; not called where they are kept already.
        """
        if self._review.journal.noted("series_sha256") != digest:
            self._describe(records())
            self._review.journal.note("series_sha256", digest)

    def series(self) -> dict[str, SeriesRecord]:
        """The series that were described, by UID."""
        with undamaged(self._review.path):
            return {
                uid: SeriesRecord.decoded(d) for uid, d in self._review.journal.series().items()
            }

    def has_reviewed(self, series_uid: str) -> bool:
        """Whether anything was ever found, drawn, imported or marked on a series.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        """
        return series_uid in self._review.state.reviewed

    def digests(self, series_uid: str) -> dict[Name, str]:
        """Digests of the pixels of some slices of a series.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        dict[Name, str]
            Name of the slice -> digest of its pixels; only slices of which one was kept.
        """
        return self._review.journal.digests(series_uid)

    def keep_digests(self, series_uid: str, digests: Mapping[Name, str]) -> None:
        """Keep digests of the pixels of some slices, by which another image is recognised.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        digests : Mapping[Name, str]
            Name of the slice -> digest of its pixels.
        """
        self._review.journal.save_digests(series_uid, digests)

    def forget_digests(self, series_uids: Iterable[str]) -> None:
        """Remove all digests of some series, which are about to be other pictures.

        Parameters
        ----------
        series_uids : Iterable[str]
            UIDs of the series.
        """
        self._review.journal.forget_digests(series_uids)

    def renew_image(self, series_uid: str, slice_index: int) -> None:
        """Begin anew on a slice whose image was replaced by another one.

        Labels are undecided again. Boxes that were drawn or proposed there are removed, and so is
        the mark that the slice was read in full. This is no gesture and cannot be undone, since a
        decision on the former image does not hold for the new one.

        Parameters
        ----------
        series_uid : str
            UID of the series.
        slice_index : int
            The slice, from 0.
        """
        ids = tuple(f.id for f in self._review.all_findings_on(series_uid, slice_index))
        self._review.record(ImageReplaced((series_uid, slice_index), ids))

    def renumber(self, record: SeriesRecord, places: Sequence[int]) -> None:
        """Give every slice of a series its present index; before anybody subscribes.

        A read-only review is renumbered in memory, until it is closed.

        Parameters
        ----------
        record : SeriesRecord
            The series as its slices are counted now.
        places : Sequence[int]
            For each slice that was described, by its former index, the new one.

        Raises
        ------
        ReviewError
            Where it could not be saved.
        """
        self._review.journal.renumber(record.uid, record.encoded(), places)
        self._review.read_again()

    def _describe(self, records: Iterable[SeriesRecord]) -> None:
        if self._review.journal.save_series({record.uid: record.encoded() for record in records}):
            self._review.read_again()
