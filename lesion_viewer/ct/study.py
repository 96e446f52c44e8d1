"""What a path holds: a collection of studies, in each its series, in each its slices."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.values.window import Window
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.turn import Turn, standard_turn

ARRIVING = "arriving"
"""Code of the fault of a series of whose study more images are to come, or should have come."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A departure from a regular stack of slices; it is reported on screen and never corrected.

    Attributes
    ----------
    code : str
        Stable identifier, for example ``gantry_tilt``, ``variable_spacing`` or ``gap``.
    text : str
        One sentence with the measured numbers.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not part of any series, and the reason.

    Attributes
    ----------
    file : str
        Name relative to the opened path, with ``/``.
    reason : str
        Predicate whose subject is the file, for example "is not CT".
    """

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SliceSource:
    """The file, frame and stated values that one slice comes from.

    Attributes
    ----------
    file : str
        Name relative to the opened path, with ``/``.
    frame : int
        Index of the slice among the frames of the file, from 0.
    sop_instance_uid : str
        SOP Instance UID; empty for files that are not DICOM.
    location_mm : float | None
        Position along the normal of the series; None where the file gives none.
    window : Window | None
        First window that the file gives; None where it gives none.
    instance_number : int | None
        Instance Number, which all frames of a file share; None where the file gives none.
    further_windows : tuple[Window, ...]
        Windows that the file gives after the first.
    """

    file: str
    frame: int = 0
    sop_instance_uid: str = ""
    location_mm: float | None = None
    window: Window | None = None
    instance_number: int | None = None
    further_windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyHeader:
    """What the files of a series state of their study; the patient's number is only compared.

    Attributes
    ----------
    patient_id : str
        Patient ID; empty where the files give none. It must get into no file, log or picture.
    issuer : str
        Issuer of Patient ID, under the same rule.
    date : str
        Study Date as YYYY-MM-DD; empty where the files give none.
    description : str
        Study Description.
    """

    patient_id: str = field(default="", repr=False)
    issuer: str = field(default="", repr=False)
    date: str = ""
    description: str = ""


@dataclass(frozen=True)
class Series:
    """The slices of one series, ordered along the normal; voxels are decoded on demand.

    Voxels, ``shape``, ``spacing_mm`` and ``geometry`` describe the pixels as stored. ``turn`` leads
    from them to the standard orientation, in which images are drawn and detectors search. The
    slices are in the order of the standard orientation: axial slices run towards the head.

    Attributes
    ----------
    uid : str
        Series Instance UID; ``#`` and a name follow it for one part of a series that is shown in
        parts. For files without a UID, a name that is unique within the study.
    study_uid : str
        Study Instance UID; empty for files without one.
    modality : str
        Modality in capitals, for example "CT".
    description : str
        Series Description, with the name of the part; the file name for other formats.
    number : int | None
        Series Number; None where the file gives none.
    slices : tuple[SliceSource, ...]
        Source of each slice, in order.
    shape : tuple[int, int, int]
        (slices, rows, columns).
    spacing_mm : tuple[float, float, float] | None
        Distances between the centres of (slices, rows, columns) in mm; None where the file gives
        none.
    geometry : SeriesGeometry | None
        Where each slice lies in the patient; None where orientation, position or distances are
        unknown.
    faults : tuple[Fault, ...]
        Departures from a regular stack.
    decode : Callable[[int], NDArray[np.int16]]
        Slice index to HU (rows, columns); raises CTError with file and reason.
    study : StudyHeader
        What its files state of the study; nothing for files that are not DICOM.
    """

    uid: str
    study_uid: str
    modality: str
    description: str
    number: int | None
    slices: tuple[SliceSource, ...]
    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float] | None
    geometry: SeriesGeometry | None
    faults: tuple[Fault, ...]
    decode: Callable[[int], NDArray[np.int16]] = field(repr=False, compare=False)
    study: StudyHeader = field(default=StudyHeader(), compare=False)

    @cached_property
    def affine(self) -> NDArray[np.float64] | None:
        """The regular grid nearest to the stack, voxel (column, row, slice) to patient mm (LPS).

        For label volumes, which are on such a grid, and for directions; where a slice or a voxel
        lies in the patient is asked of ``geometry``.
        """
        if self.geometry is None:
            return None
        return self.geometry.grid((self.spacing_mm or (1.0,))[0])

    @cached_property
    def turn(self) -> Turn:
        """The turn from stored to standard orientation; ``AS_STORED`` where that is unknown."""
        return standard_turn(self.affine)

    @property
    def is_arriving(self) -> bool:
        """Whether it may be a part of the series: the study was not whole when it was read."""
        return any(fault.code == ARRIVING for fault in self.faults)

    def continues(self, former: "Series | None") -> bool:
        """Whether it takes the place of a series that was still arriving, with the same picture.

        Parameters
        ----------
        former : Series | None
            What was on show before.

        Returns
        -------
        bool
            Whether size, pixels and orientation of the slices are the same.
        """
        if former is None or not former.is_arriving or former.uid != self.uid:
            return False
        ours, theirs = (s.spacing_mm[1:] if s.spacing_mm else None for s in (self, former))
        return (self.shape[1:], ours, self.turn) == (former.shape[1:], theirs, former.turn)

    @property
    def file_window(self) -> Window | None:
        """The window that the file of the middle slice gives; None where it gives none."""
        return self.slices[len(self.slices) // 2].window


@dataclass(frozen=True, slots=True)
class Study:
    """The series of one study of one patient.

    Attributes
    ----------
    key : str
        Identifies the study wherever its files lie, so that its review is found again: from the
        Study Instance UID of DICOM files, from the content of others.
    series : tuple[Series, ...]
        Series in the order in which they are listed.
    uid : str
        Study Instance UID; empty for files without one.
    patient : int | None
        Place of the patient among those of the collection, from 1; None where no file names one,
        so that nobody can tell whose study it is.
    date : str
        Study Date as YYYY-MM-DD; empty where the files give none.
    description : str
        Study Description; of PNGs the name of their folder.
    """

    key: str
    series: tuple[Series, ...]
    uid: str = ""
    patient: int | None = None
    date: str = ""
    description: str = ""


@dataclass(frozen=True)
class Collection:
    """All studies that were found under a path.

    Attributes
    ----------
    path : Path
        The opened path, absolute.
    key : str
        That of its only study; of several studies one for all of them, under which earlier
        versions kept one review of them all.
    studies : tuple[Study, ...]
        Studies by patient, date and UID; those of no known patient last.
    left_out : tuple[LeftOut, ...]
        Files that are not part of any series, sorted by name.
    """

    path: Path
    key: str
    studies: tuple[Study, ...]
    left_out: tuple[LeftOut, ...]

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """The series of all studies, in the order in which they are listed."""
        return tuple(series for study in self.studies for series in study.series)

    @property
    def as_one(self) -> Study:
        """All series as one study, for files of labels that may be on any of them."""
        return Study(self.key, self.series)

    def with_study(self, study: Study) -> "Collection":
        """The collection with a study in place of the one that has the same series.

        Parameters
        ----------
        study : Study
            One of the collection, whose series are described in another way now.

        Returns
        -------
        Collection
            Its other studies are the same.
        """
        uid = study.series[0].uid
        studies = tuple(study if s.series[0].uid == uid else s for s in self.studies)
        return replace(self, studies=studies)

    def study_of(self, series: Series) -> Study:
        """The study of a series.

        Parameters
        ----------
        series : Series
            One of ``series``.

        Returns
        -------
        Study
            One of ``studies``.

        Raises
        ------
        LookupError
            Where it is of no study of the collection.
        """
        return self._study_by_series[series.uid]

    @cached_property
    def _study_by_series(self) -> dict[str, Study]:
        return {series.uid: study for study in self.studies for series in study.series}
