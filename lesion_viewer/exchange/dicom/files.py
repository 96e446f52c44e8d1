"""DICOM objects as files."""

from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from lesion_viewer.errors import ExchangeError


def file_bytes(dataset: Dataset) -> bytes:
    """A DICOM object as a file has it.

    Parameters
    ----------
    dataset : Dataset
        With its file meta information.

    Returns
    -------
    bytes
        With a preamble of zeros.
    """
    buffer = BytesIO()
    dataset.preamble = bytes(128)
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def read_file(path: Path, with_pixels: bool = True) -> Dataset:
    """A DICOM object from its file.

    Parameters
    ----------
    path : Path
        The file.
    with_pixels : bool
        Whether its pixels are read as well.

    Returns
    -------
    Dataset
        With its file meta information.

    Raises
    ------
    ExchangeError
        Where the file is none.
    """
    try:
        return pydicom.dcmread(path, stop_before_pixels=not with_pixels)
    except Exception as error:  # whatever pydicom finds wrong
        raise ExchangeError(f"{path}: is no DICOM file: {error}") from error
