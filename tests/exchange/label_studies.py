"""A small CT in DICOM, in an orientation of choice, and labels over it in several formats."""

from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, SegmentationStorage, generate_uid

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study

SHAPE = (6, 40, 50)  # slices, rows, columns: no two alike
SPACING_MM = (2.5, 0.8, 0.7)


def write_study(folder: Path) -> Study:
    """An axial CT of ``SHAPE``, as ``write_series`` writes it."""
    hu = np.full(SHAPE, 40, np.int16)
    hu[:, 0] = -1000
    write_series(folder, hu, SPACING_MM, seed=5)
    return open_study(folder)


def blocks() -> NDArray[np.uint8]:
    """Labels on the grid of the CT: an organ 1, in it a lesion 2 in two parts, and one of 7."""
    values = np.zeros(SHAPE, np.uint8)
    values[1:6, 5:35, 5:45] = 1
    values[1:3, 10:14, 20:28] = 2
    values[4, 20:25, 30:33] = 2
    values[2:5, 28:31, 8:12] = 7
    return values


# By hand from ``blocks``: slice -> x1, y1, x2, y2.
LESIONS = [
    {1: (20.0, 10.0, 28.0, 14.0), 2: (20.0, 10.0, 28.0, 14.0)},
    {4: (30.0, 20.0, 33.0, 25.0)},
    {i: (8.0, 28.0, 12.0, 31.0) for i in (2, 3, 4)},
]


def write_image(
    path: Path,
    study: Study,
    values: NDArray[np.generic],
    order: tuple[int, int, int] = (0, 1, 2),
    flips: tuple[bool, bool, bool] = (False, False, False),
    shift_mm: tuple[float, float, float] = (0, 0, 0),
) -> Path:
    """The labels in a file whose axes run in another order and against those of the CT.

    SimpleITK turns pixels and header together; ``order`` and ``flips`` are of x, y, z.
    """
    affine = study.series[0].affine
    assert affine is not None
    image = sitk.GetImageFromArray(values)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((affine[:3, :3] / spacing).ravel().tolist())
    image.SetOrigin((affine[:3, 3] + shift_mm).tolist())
    image = sitk.Flip(sitk.PermuteAxes(image, order), flips)
    sitk.WriteImage(image, str(path))
    return path


def write_segmentation(
    path: Path, folder: Path, values: NDArray[np.generic], **options: object
) -> Path:
    """A DICOM SEG of the labels over the CT in a folder: a frame for each segment and slice.

    Parameters
    ----------
    path, folder : where it goes, and the CT's files
    values : on the CT's grid, slices by position
    options : ``mirrored`` stores rows and columns the other way round; ``sources``, ``positions``
        (both usually True) say by what a frame is placed; ``kind`` is BINARY or FRACTIONAL
    """
    mirrored, kind = bool(options.get("mirrored")), str(options.get("kind", "BINARY"))
    slices = sorted(map(pydicom.dcmread, folder.iterdir()), key=lambda d: d.ImagePositionPatient[2])
    seg, meta = Dataset(), FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = seg.SOPClassUID = SegmentationStorage
    meta.MediaStorageSOPInstanceUID = seg.SOPInstanceUID = generate_uid()
    seg.file_meta, seg.Modality, seg.SegmentationType = meta, "SEG", kind
    seg.StudyInstanceUID, seg.SeriesInstanceUID = slices[0].StudyInstanceUID, generate_uid()
    seg.Rows, seg.Columns, seg.SamplesPerPixel = *values.shape[1:], 1
    seg.PhotometricInterpretation, seg.PixelRepresentation = "MONOCHROME2", 0
    seg.BitsAllocated = seg.BitsStored = 1 if kind == "BINARY" else 8
    seg.HighBit, seg.MaximumFractionalValue = seg.BitsStored - 1, 200
    names = {1: "Liver", 2: "Metastasis", 7: "Cyst"}
    seg.SegmentSequence = Sequence()
    for number in sorted(set(np.unique(values)) - {0}):
        segment = Dataset()
        segment.SegmentNumber, segment.SegmentLabel = int(number), names[int(number)]
        seg.SegmentSequence.append(segment)
    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = slices[0].PixelSpacing
    shared.PixelMeasuresSequence = Sequence([measures])
    seg.SharedFunctionalGroupsSequence = Sequence([shared])
    frames, planes = Sequence(), []
    for number in sorted(set(np.unique(values)) - {0}):
        for ct, plane in zip(reversed(slices), reversed(values == number), strict=True):
            frames.append(_frame(ct, int(number), mirrored, options))
            planes.append(plane[::-1, ::-1] if mirrored else plane)
    seg.PerFrameFunctionalGroupsSequence, seg.NumberOfFrames = frames, len(frames)
    stacked = np.stack(planes)
    data = np.packbits(stacked, bitorder="little") if kind == "BINARY" else stacked * np.uint8(200)
    seg.PixelData = data.tobytes() + b"\0" * (data.nbytes % 2)
    seg.save_as(path, enforce_file_format=True)
    return path


def _frame(ct: Dataset, number: int, mirrored: bool, options: dict[str, object]) -> Dataset:
    frame, told, source, derived = Dataset(), Dataset(), Dataset(), Dataset()
    told.ReferencedSegmentNumber = number
    frame.SegmentIdentificationSequence = Sequence([told])
    if options.get("sources", True):
        source.ReferencedSOPInstanceUID = ct.SOPInstanceUID
        derived.SourceImageSequence = Sequence([source])
        frame.DerivationImageSequence = Sequence([derived])
    if options.get("positions", True):
        position, orientation = Dataset(), Dataset()
        turn = np.array(ct.ImageOrientationPatient, float)
        corner = np.array(ct.ImagePositionPatient, float)
        if mirrored:
            per_row, per_column = map(float, ct.PixelSpacing)
            corner = corner + turn[:3] * per_column * (ct.Columns - 1)
            corner = corner + turn[3:] * per_row * (ct.Rows - 1)
            turn = -turn
        position.ImagePositionPatient = corner.tolist()
        orientation.ImageOrientationPatient = turn.tolist()
        frame.PlanePositionSequence = Sequence([position])
        frame.PlaneOrientationSequence = Sequence([orientation])
    return frame
