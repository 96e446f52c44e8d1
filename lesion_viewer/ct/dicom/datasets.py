"""Whole data sets, read by pydicom for the files of which single elements do not suffice."""

from io import BytesIO
from typing import TYPE_CHECKING

from lesion_viewer.ct.dicom.beginning import read_file_meta
from lesion_viewer.ct.dicom.elements import is_big_endian
from lesion_viewer.ct.dicom.header import PIXEL_DATA
from lesion_viewer.ct.dicom.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def dataset_before_pixels(data: bytes) -> "Dataset":
    """The data set of a file up to its Pixel Data; pydicom raises its own errors.

    Parameters
    ----------
    data : bytes
        The file, or its beginning; a deflated data set must be inflated already.

    Returns
    -------
    Dataset
        All elements before Pixel Data, with those within sequences.
    """
    from pydicom.filereader import read_dataset

    syntax, start = read_file_meta(data)
    stream = BytesIO(data)
    stream.seek(start)
    return read_dataset(
        stream,
        syntax == IMPLICIT_LITTLE_ENDIAN,
        not is_big_endian(syntax),
        stop_when=lambda tag, vr, length: tag == PIXEL_DATA,
    )
