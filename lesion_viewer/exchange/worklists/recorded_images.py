"""The images of a review as its journal knows them, without annotations."""

from collections.abc import Mapping
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from lesion_viewer.exchange.same_pictures import Say, SeriesOf, same_images, same_series
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.numbered_images import NumberedImages
from lesion_viewer.exchange.worklists.plain_slices import find_images
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session


def decoder(session: Session, images: Path, say: Say = lambda text: None) -> SeriesOf:
    """A lookup of the series of a review among image files, without images that changed since.

    Parameters
    ----------
    session : Session
        The review.
    images : Path
        Folder or file of the study; for a labelling project, its folder of images.
    say : Say
        Receives one sentence for each picture that changed since the review.

    Returns
    -------
    SeriesOf
        Function from series UID to series.

    Raises
    ------
    CTError
        Where there is no CT under the path.
    """
    records = session.series()
    if any(record.is_of_numbers for record in records.values()):
        return same_images(session, numbered_images(records, images).series, say)
    return same_series(session, open_collection(images).series, say)


def numbered_images(records: Mapping[str, SeriesRecord], root: Path) -> NumberedImages:
    """The images of a project of numbered slices.

    Parameters
    ----------
    records : Mapping[str, SeriesRecord]
        UID -> series, as the journal has them; others than of numbered slices are ignored.
    root : Path
        Folder of the images.

    Returns
    -------
    NumberedImages
        Those that are there.

    Raises
    ------
    CTError
        Where ``root`` is no folder that can be read.
    """
    slices = {uid: _slices(record) for uid, record in records.items() if record.is_of_numbers}
    names = [name for uid in slices for name in records[uid].names.values()]
    folders = dict.fromkeys(one.folder for one in slices.values())
    there = find_images(root, names).there if names else list_slices(root, folders)
    return NumberedImages(root, slices, there, finder(records))


def _slices(record: SeriesRecord) -> NumberedSlices:
    first = int(slice_number(record.files[0]))
    return NumberedSlices(
        folder_of(record.uid),
        range(first, first + len(record.files)),
        (record.shape[1], record.shape[2]),
        record.spacing_mm,
        None,
    )
