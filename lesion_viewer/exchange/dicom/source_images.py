"""The DICOM images of a review: what the objects that are made of it refer to."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from lesion_viewer.ct.reading import files_at, open_collection
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.files import in_utf8
from lesion_viewer.exchange.recorded_images import recorded_images
from lesion_viewer.review.finding import Place
from lesion_viewer.review.session import Session

Say = Callable[[str], object]
STATED = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "ReferringPhysicianName"),
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber"),
)
"""Elements of type 2, which every object has, empty where images leave them out."""


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
            self.series(series_uid)
            name = self._names.get((uid, frame))
            if name is None:
                raise ExchangeError(f"{self._images}: the image {uid} of the review is not there")
            self._headers[uid] = self._read(name)
        return self._headers[uid]

    def frame(self, place: Place) -> int | None:
        """The number of a slice's frame in its image.

        Parameters
        ----------
        place : Place
            UID of the series and index of the slice.

        Returns
        -------
        int | None
            From 1, as DICOM counts; None where the image is one slice.
        """
        is_multiframe = int(self.header(place).get("NumberOfFrames") or 1) > 1
        return self.name(place)[1] + 1 if is_multiframe else None

    def series(self, series_uid: str) -> Series:
        """A series as it was reviewed.

        Parameters
        ----------
        series_uid : str
            UID of the series.

        Returns
        -------
        Series
            Its slices have the indices of the review.

        Raises
        ------
        ExchangeError
            Where it is not there, or changed since the review.
        """
        try:
            return self._series_of(series_uid)
        except KeyError:
            raise ExchangeError(
                f"{self._images}: the series {series_uid} of the review is not there as it was"
                " reviewed"
            ) from None

    def _read(self, name: str) -> Dataset:
        try:
            data = BytesIO(self._files.read(name))
            header = pydicom.dcmread(data, stop_before_pixels=True, force=True)
            for keyword in STATED:
                if keyword not in header:
                    setattr(header, keyword, "")
            return in_utf8(header)
        except (InvalidDicomError, OSError, ValueError) as error:
            raise ExchangeError(f"{self._images}: {name} cannot be read: {error}") from error
