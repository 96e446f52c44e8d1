"""DICOM objects as files."""

from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from lesion_viewer.errors import ExchangeError

UTF_8 = "ISO_IR 192"
"""Specific Character Set in which texts of any language can be written (PS3.3 C.12.1.1.2)."""


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


def in_utf8(dataset: Dataset) -> Dataset:
    """A DICOM object with names as text, so that objects made of it have them in UTF-8.

    Parameters
    ----------
    dataset : Dataset
        As it was read; it is changed.

    Returns
    -------
    Dataset
        The same one.
    """
    dataset.decode()
    for element in dataset.iterall():
        if element.VR == "PN" and element.value:
            element.value = str(element.value)
    dataset.SpecificCharacterSet = UTF_8
    return dataset
