"""The images of a labelling project as its journal knows them, without its annotations."""

from collections.abc import Mapping
from pathlib import Path

from lesion_viewer.ct.images.numbered_slices import NumberedSlices
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.exchange.deeplesion.image_files import list_slices
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.numbered_images import NumberedImages
from lesion_viewer.exchange.worklists.plain_slices import find_images
from lesion_viewer.review.series_record import SeriesRecord


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
