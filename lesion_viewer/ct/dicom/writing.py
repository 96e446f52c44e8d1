"""Writes a volume in HU as a series of CT Image Storage files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import DSfloat

from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import CTError
from lesion_viewer.system.atomic_files import replaced_files

SOFT_TISSUE = Window(400, 40)


@dataclass(frozen=True, slots=True)
class Described:
    """What a written series states about itself.

    Attributes
    ----------
    subject : str
        Patient's Name and Patient ID; never those of a person.
    study, series : str
        Study Description and Series Description.
    key : str
        Part of what the UIDs are derived from, with the seed, the shape and the spacing.
    """

    subject: str = "PHANTOM"
    study: str = "Synthetic abdomen"
    series: str = "Phantom, portal venous"
    key: str = "phantom"


PHANTOM = Described()


def write_series(
    folder: Path,
    hu: NDArray[np.int16],
    spacing_mm: tuple[float, float, float],
    seed: int,
    window: Window = SOFT_TISSUE,
    affine: NDArray[np.float64] | None = None,
    described: Described = PHANTOM,
) -> None:
    """Write one file per slice, from ``IM0001.dcm`` on; all files or none.

    All UIDs are derived from the description: writing a series again replaces its files by equal
    ones.

    Parameters
    ----------
    folder : Path
        Created where it is missing.
    hu : NDArray[np.int16]
        (slices, rows, columns) in HU.
    spacing_mm : tuple[float, float, float]
        Distances of (slices, rows, columns) in mm.
    seed : int
        Study ID, and part of what the UIDs are derived from.
    window : Window
        Window Center and Window Width of each file.
    affine : NDArray[np.float64] | None
        4 x 4, voxel (column, row, slice) to patient mm (LPS). When left out, columns run to the
        patient's left, rows to the back and slices to the head, with the centre at the origin.
    described : Described
        Names and key of the series.

    Raises
    ------
    CTError
        The folder cannot be written.

    Notes
    -----
    DICOM PS3.3 A.3, the modules of the CT Image IOD; explicit VR little endian.
    """
    name = f"lesion-viewer {described.key} {seed} {hu.shape} {spacing_mm}"
    affine = _upright(hu.shape, spacing_mm) if affine is None else affine
    try:
        with replaced_files(folder) as new:
            for index in range(len(hu)):
                image = _slice(name, seed, described, index)
                _add_geometry(image, affine, index, spacing_mm)
                _add_pixels(image, hu[index], window)
                image.save_as(new / f"IM{index + 1:04d}.dcm", enforce_file_format=True)
    except OSError as error:
        raise CTError(f"{folder} cannot be written: {error.strerror}") from error


def _slice(name: str, seed: int, described: Described, index: int) -> FileDataset:
    instance_uid = generate_uid(entropy_srcs=[name, "instance", str(index)])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = instance_uid
    _add_study(image, name, seed, described)
    image.InstanceNumber = index + 1
    return image


def _add_study(image: Dataset, name: str, seed: int, described: Described) -> None:
    """Add patient, study, series, frame of reference and equipment, without dates and persons."""
    image.PatientName = image.PatientID = described.subject
    image.PatientBirthDate = image.PatientSex = ""
    image.StudyInstanceUID = generate_uid(entropy_srcs=[name, "study"])
    image.StudyDate = image.StudyTime = image.AccessionNumber = ""
    image.ReferringPhysicianName = ""
    image.StudyID = str(seed)
    image.StudyDescription = described.study
    image.Modality = "CT"
    image.SeriesInstanceUID = generate_uid(entropy_srcs=[name, "series"])
    image.SeriesNumber = 1
    image.SeriesDescription = described.series
    image.PatientPosition = "HFS"
    image.BodyPartExamined = "ABDOMEN"
    image.FrameOfReferenceUID = generate_uid(entropy_srcs=[name, "frame of reference"])
    image.PositionReferenceIndicator = ""
    image.Manufacturer = "Lesion Viewer"
    image.ContrastBolusAgent = "SIMULATED"
    image.KVP = ""
    image.AcquisitionNumber = 1


def _upright(shape: tuple[int, ...], spacing_mm: tuple[float, float, float]) -> NDArray[np.float64]:
    """An axial affine: columns to the patient's left, rows to the back, centre at the origin."""
    affine = np.diag([*reversed(spacing_mm), 1.0])
    affine[:3, 3] = [-(n - 1) / 2 * mm for n, mm in zip(shape, spacing_mm, strict=True)][::-1]
    return affine


def _add_geometry(
    image: Dataset,
    affine: NDArray[np.float64],
    index: int,
    spacing_mm: tuple[float, float, float],
) -> None:
    slice_mm, row_mm, column_mm = spacing_mm
    row, column = affine[:3, 0] / column_mm, affine[:3, 1] / row_mm
    position = affine[:3, 3] + index * affine[:3, 2]
    image.ImageOrientationPatient = [_decimal(v) for v in (*row, *column)]
    image.ImagePositionPatient = [_decimal(v) for v in position]
    image.PixelSpacing = [_decimal(row_mm), _decimal(column_mm)]
    image.SliceThickness = _decimal(slice_mm)
    image.SliceLocation = _decimal(float(np.cross(row, column) @ position))


def _add_pixels(image: Dataset, hu: NDArray[np.int16], window: Window) -> None:
    image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    image.SamplesPerPixel = 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.Rows, image.Columns = hu.shape
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit = 15
    image.PixelRepresentation = 1
    image.WindowCenter, image.WindowWidth = _decimal(window.level), _decimal(window.width)
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = 0, 1, "HU"
    image.PixelData = hu.astype("<i2").tobytes()


def _decimal(value: float) -> DSfloat:
    return DSfloat(value, auto_format=True)
