"""A volume in Hounsfield units written as a series of CT Image Storage files."""

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import DSfloat

from lesion_viewer.ct.window import Window
from lesion_viewer.errors import CTError

SUBJECT = "PHANTOM"
SOFT_TISSUE = Window(400, 40)


def write_series(
    folder: Path,
    hu: NDArray[np.int16],
    spacing_mm: tuple[float, float, float],
    seed: int,
    window: Window = SOFT_TISSUE,
) -> None:
    """Write one file per slice, ``IM0001.dcm`` the lowest; all of them or none.

    The volume's middle is at the patient's origin. All UIDs follow from the seed, the shape and the
    spacing: writing again replaces the files by equal ones.

    Parameters
    ----------
    folder : made where it is missing
    hu : int16 array (slices, rows, columns); columns run to the patient's left, rows to the
        back, slices to the head
    spacing_mm : distances of (slices, rows, columns)
    seed : names the study
    window : that a reader should show it through at first

    Raises
    ------
    CTError
        Where the folder cannot be written.

    Notes
    -----
    DICOM PS3.3 A.3, the modules of the CT Image IOD; explicit VR little endian.
    """
    name = f"lesion-viewer phantom {seed} {hu.shape} {spacing_mm}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as temporary:
            files = [f"IM{index + 1:04d}.dcm" for index in range(len(hu))]
            for index, file in enumerate(files):
                image = _slice(name, seed, hu, index, spacing_mm, window)
                image.save_as(Path(temporary) / file, enforce_file_format=True)
            for file in files:
                os.replace(Path(temporary) / file, folder / file)
    except OSError as error:
        raise CTError(f"{folder} cannot be written: {error.strerror}") from error


def _slice(
    name: str,
    seed: int,
    hu: NDArray[np.int16],
    index: int,
    spacing_mm: tuple[float, float, float],
    window: Window,
) -> FileDataset:
    instance_uid = generate_uid(entropy_srcs=[name, "instance", str(index)])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = instance_uid
    _add_study(image, name, seed)
    image.InstanceNumber = index + 1
    _add_geometry(image, hu.shape, index, spacing_mm)
    _add_pixels(image, hu[index], window)
    return image


def _add_study(image: Dataset, name: str, seed: int) -> None:
    """Patient, study, series, frame of reference and equipment; no date, no person."""
    image.PatientName = image.PatientID = SUBJECT
    image.PatientBirthDate = image.PatientSex = ""
    image.StudyInstanceUID = generate_uid(entropy_srcs=[name, "study"])
    image.StudyDate = image.StudyTime = image.AccessionNumber = ""
    image.ReferringPhysicianName = ""
    image.StudyID = str(seed)
    image.StudyDescription = "Synthetic abdomen"
    image.Modality = "CT"
    image.SeriesInstanceUID = generate_uid(entropy_srcs=[name, "series"])
    image.SeriesNumber = 1
    image.SeriesDescription = "Phantom, portal venous"
    image.PatientPosition = "HFS"
    image.BodyPartExamined = "ABDOMEN"
    image.FrameOfReferenceUID = generate_uid(entropy_srcs=[name, "frame of reference"])
    image.PositionReferenceIndicator = ""
    image.Manufacturer = "Lesion Viewer"
    image.ContrastBolusAgent = "SIMULATED"
    image.KVP = ""
    image.AcquisitionNumber = 1


def _add_geometry(
    image: Dataset,
    shape: tuple[int, ...],
    index: int,
    spacing_mm: tuple[float, float, float],
) -> None:
    """Axial, head up; columns to the patient's left, rows to the back."""
    (slices, rows, columns), (slice_mm, row_mm, column_mm) = shape, spacing_mm
    x, y = -(columns - 1) / 2 * column_mm, -(rows - 1) / 2 * row_mm
    z = (index - (slices - 1) / 2) * slice_mm
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.ImagePositionPatient = [_decimal(v) for v in (x, y, z)]
    image.PixelSpacing = [_decimal(row_mm), _decimal(column_mm)]
    image.SliceThickness = _decimal(slice_mm)
    image.SliceLocation = _decimal(z)


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
