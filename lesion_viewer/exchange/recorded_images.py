"""The images of a review as its journal knows them, without annotations."""

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.exchange.reviewed_images import ReviewedImages
from lesion_viewer.exchange.same_pictures import ReviewedPicture
from lesion_viewer.review.journal.damage import undamaged
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session


def recorded_images(session: Session) -> ReviewedImages:
    """What the journal of a review knows of its images.

    Parameters
    ----------
    session : Session
        The review; it stays open while its images are looked for.

    Returns
    -------
    ReviewedImages
        Of all series of the review.
    """
    records = session.pictures.series()
    numbered = {uid: _slices(record) for uid, record in records.items() if record.is_of_numbers}
    names = [name for uid in numbered for name in records[uid].names.values()]

    def picture_of(uid: str) -> ReviewedPicture:
        record = records[uid]
        with undamaged(session.path):
            return ReviewedPicture(record.picture, session.pictures.digests(uid))

    return ReviewedImages(picture_of, numbered, names)


def _slices(record: SeriesRecord) -> NumberedSlices:
    first = int(slice_number(record.files[0]))
    return NumberedSlices(
        folder_of(record.uid),
        range(first, first + len(record.files)),
        (record.shape[1], record.shape[2]),
        record.spacing_mm,
        None,
    )
