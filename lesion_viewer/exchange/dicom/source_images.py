"""The DICOM images of a review: what the objects that are made of it refer to."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from lesion_viewer.ct.reading import files_at, open_collection
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.review.finding import Place
from lesion_viewer.review.session import Session

Say = Callable[[str], object]
UTF_8 = "ISO_IR 192"
"""Specific Character Set in which texts of any language can be written (PS3.3 C.12.1.1.2)."""


class SourceImages:
    """The images of a review, read anew; those that changed since they were reviewed are refused.

    Parameters
    ----------
    session : Session
        The review.
    images : Path
        Folder, zip or file of its study.
    say : Say
        Receives one sentence for each series that changed since the review.

    Raises
    ------
    ExchangeError
        Where the images of the review are not DICOM.
    CTError
        Where there is no CT under the path.
    """

    def __init__(self, session: Session, images: Path, say: Say = lambda text: None) -> None:
        self._images = images
        self._records = session.pictures.series()
        if not any(any(record.sop_instance_uids) for record in self._records.values()):
            raise ExchangeError(
                f"{session.path}: its images are not DICOM, so there is no study that a PACS could"
                " file its objects under"
            )
        self._series_of = recorded_images(session).among(images, say)
        self._files, _, _ = files_at(images)
        self._names = {
            (source.sop_instance_uid, source.frame): source.file
            for series in open_collection(images).series
            for source in series.slices
        }
        self._headers: dict[str, Dataset] = {}

    def name(self, place: Place) -> tuple[str, int]:
        """What the review calls a slice's image.

        Parameters
        ----------
        place : Place
            UID of the series and index of the slice.

        Returns
        -------
        tuple[str, int]
            SOP Instance UID, and the frame from 0.
        """
        picture = self._records[place[0]].picture
        uid, frame = picture.names[place[1]]
        return uid, max(frame, 0)

    def header(self, place: Place) -> Dataset:
        """The elements of a slice's file without its pixels.

        Parameters
        ----------
        place : Place
            UID of the series and index of the slice.

        Returns
        -------
        Dataset
            Of the file, which may hold more slices.

        Raises
        ------
        ExchangeError
            Where the image is not there, changed since the review, or cannot be read.
        """
        series_uid, (uid, frame) = place[0], self.name(place)
        if uid not in self._headers:
            self._require_unchanged(series_uid)
            name = self._names.get((uid, frame))
            if name is None:
                raise ExchangeError(f"{self._images}: the image {uid} of the review is not there")
            self._headers[uid] = self._read(name)
        return self._headers[uid]

    def geometry(self, series_uid: str) -> SeriesGeometry | None:
        """Where a series' slices lie in the patient.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        SeriesGeometry | None
            None where that is unknown.
        """
        self._require_unchanged(series_uid)
        return self._series_of(series_uid).geometry

    def _require_unchanged(self, series_uid: str) -> None:
        try:
            self._series_of(series_uid)
        except KeyError:
            raise ExchangeError(
                f"{self._images}: the series {series_uid} of the review is not there as it was"
                " reviewed"
            ) from None

    def _read(self, name: str) -> Dataset:
        try:
            data = BytesIO(self._files.read(name))
            header = pydicom.dcmread(data, stop_before_pixels=True, force=True)
            return _in_utf8(header)
        except (InvalidDicomError, OSError, ValueError) as error:
            raise ExchangeError(f"{self._images}: {name} cannot be read: {error}") from error


def _in_utf8(header: Dataset) -> Dataset:
    """A header with names as text, so that objects made of it have them in UTF-8."""
    header.decode()
    for element in header.iterall():
        if element.VR == "PN" and element.value:
            element.value = str(element.value)
    header.SpecificCharacterSet = UTF_8
    return header
