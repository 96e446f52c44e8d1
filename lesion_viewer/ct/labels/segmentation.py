"""DICOM segmentations (PS3.3 A.51): the voxels of each segment on the slices of a series."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.datasets import dataset_before_pixels
from lesion_viewer.ct.dicom.elements import UNDEFINED_LENGTH, is_big_endian
from lesion_viewer.ct.dicom.header import DicomHeader, Tag, dataset_bytes, read_header
from lesion_viewer.ct.files.opened_files import FolderFiles
from lesion_viewer.ct.values.hounsfield import MAX_SLICE_PIXELS
from lesion_viewer.errors import CTError

SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
LABELMAP = "LABELMAP"
MAX_FRAMES = 2**16
MAX_HEADER_BYTES = 2**28
MAX_NAME = 64
# Segmented Property Category (PS3.16 CID 7150), in SNOMED CT and in its former codes.
ALTERED = frozenset(("49755003", "M-01000"))
NORMAL = frozenset(("123037004", "85756007", "T-D0050", "T-D000A", "91720002", "A-00004"))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a segmentation.

    Attributes
    ----------
    number : int
        Index in the file, from 0.
    segment : int
        Number of the segment whose voxels it contains; 0 where its values are segment numbers.
    grid : NDArray[np.float64] | None
        3 x 3, pixel (column, row, 1) to patient mm; None where the file does not state it.
    sources : tuple[str, ...]
        SOP Instance UIDs of the images that the frame was derived from.
    """

    number: int
    segment: int
    grid: NDArray[np.float64] | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The frames of a DICOM segmentation.

    Attributes
    ----------
    frames : Sequence[Frame]
        Frames in the order of the file.
    plane : Callable[[int], NDArray[np.generic]]
        Gives the (rows, columns) of a frame number: not 0 inside the segment, or segment numbers.
    names : Mapping[int, str]
        Segment Number to Segment Label.
    lesions, organs : frozenset[int]
        Segments that the file categorises as altered or as normal structures.
    """

    frames: Sequence[Frame]
    plane: Callable[[int], NDArray[np.generic]]
    names: Mapping[int, str]
    lesions: frozenset[int]
    organs: frozenset[int]


def is_segmentation(path: Path) -> bool:
    """Whether the content of a file is a DICOM segmentation.

    Parameters
    ----------
    path : Path
        Any file.
    """
    try:
        return _header(path).text(Tag.SOP_CLASS_UID) in SEGMENTATIONS
    except CTError:
        return False


def read_segmentation(path: Path) -> Segmentation:
    """The segments and frames of a DICOM segmentation; compressed pixels are refused.

    Parameters
    ----------
    path : Path
        File with plain or deflated pixels.

    Returns
    -------
    Segmentation
        Frames whose pixels are read on demand from memory.

    Raises
    ------
    CTError
        The file cannot be read, is not a segmentation, or is damaged; the message names the file.
    """
    try:
        return _read(path)
    except CTError as error:
        raise CTError(f"{path.name} {error}") from error
    except Exception as error:  # pydicom raises many kinds for what is damaged
        said = " ".join(str(error).split()) or type(error).__name__
        raise CTError(f"{path.name} is a damaged segmentation: {said[:200]}") from error


def _header(path: Path) -> DicomHeader:
    return read_header(FolderFiles(path.parent, (path.name,)), path.name)


def _read(path: Path) -> Segmentation:
    files, header = FolderFiles(path.parent, (path.name,)), _header(path)
    if header.text(Tag.SOP_CLASS_UID) not in SEGMENTATIONS or not header.has_pixels:
        raise CTError("is no DICOM segmentation")
    if header.pixel_bytes == UNDEFINED_LENGTH:
        raise CTError(f"is compressed ({header.transfer_syntax}), which is not read")
    if header.pixel_offset > MAX_HEADER_BYTES:
        raise CTError(f"has a header of over {MAX_HEADER_BYTES} bytes")
    data = dataset_bytes(files, header, header.pixel_offset + header.pixel_bytes)
    dataset = dataset_before_pixels(data[: header.pixel_offset])
    frames = _frames(dataset)
    plane = _planes(header, dataset, data[header.pixel_offset :], len(frames))
    items = [(int(s.SegmentNumber), s) for s in dataset.get("SegmentSequence", ())]
    return Segmentation(
        frames,
        plane,
        {n: str(s.get("SegmentLabel", ""))[:MAX_NAME] for n, s in items},
        frozenset(n for n, s in items if _category(s) in ALTERED),
        frozenset(n for n, s in items if _category(s) in NORMAL),
    )


def _frames(dataset: Any) -> list[Frame]:
    shared: Any = next(iter(dataset.get("SharedFunctionalGroupsSequence", None) or ()), {})
    groups = list(dataset.get("PerFrameFunctionalGroupsSequence", None) or ())
    if not 1 <= len(groups) <= MAX_FRAMES or len(groups) != int(dataset.NumberOfFrames):
        raise CTError(f"describes {len(groups)} frames and has {dataset.get('NumberOfFrames')}")
    is_map = str(dataset.get("SegmentationType", "")) == LABELMAP

    def item(group: Any, name: str) -> Any:
        for one in (group, shared):
            if one and one.get(name):
                return one[name].value[0]
        return None

    frames = []
    for number, group in enumerate(groups):
        told = item(group, "SegmentIdentificationSequence")
        if told is None and not is_map:
            raise CTError(f"does not say whose voxels frame {number + 1} holds")
        segment = 0 if is_map else int(told.ReferencedSegmentNumber)
        grid = _grid(*(item(group, name) for name in GEOMETRY))
        frames.append(
            Frame(number, segment, grid, _sources(item(group, "DerivationImageSequence")))
        )
    return frames


GEOMETRY = ("PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence")


def _grid(position: Any, orientation: Any, measures: Any) -> NDArray[np.float64] | None:
    """The grid of a frame (PS3.3 C.7.6.2.1.1); None where the file does not state it."""
    if position is None or orientation is None or measures is None:
        return None
    corner = [float(v) for v in position.ImagePositionPatient]
    turn = [float(v) for v in orientation.ImageOrientationPatient]
    between_rows, between_columns = (float(v) for v in measures.PixelSpacing)
    if len(corner) != 3 or len(turn) != 6:
        raise CTError("has a damaged position or orientation")
    grid = np.column_stack(
        [np.array(turn[:3]) * between_columns, np.array(turn[3:]) * between_rows, corner]
    )
    if not np.isfinite(grid).all() or np.linalg.matrix_rank(grid[:, :2]) < 2:
        raise CTError("has a damaged position or orientation")
    return grid


def _sources(derivation: Any) -> tuple[str, ...]:
    if derivation is None:
        return ()
    sources = derivation.get("SourceImageSequence", None) or ()
    return tuple(str(source.get("ReferencedSOPInstanceUID", "")) for source in sources)


def _category(segment: Any) -> str:
    codes = segment.get("SegmentedPropertyCategoryCodeSequence", None) or ()
    return str(codes[0].get("CodeValue", "")) if codes else ""


def _planes(
    header: DicomHeader, dataset: Any, data: bytes, frames: int
) -> Callable[[int], NDArray[np.generic]]:
    rows, columns, bits = int(dataset.Rows), int(dataset.Columns), int(dataset.BitsAllocated)
    size = rows * columns
    if rows <= 0 or columns <= 0 or size > MAX_SLICE_PIXELS:
        raise CTError(f"is too large: {frames} frames of {columns} x {rows} pixels")
    if bits not in (1, 8, 16) or int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise CTError(f"has {bits} bits a pixel, which no segmentation has")
    if len(data) * 8 < frames * size * bits:
        raise CTError("ends before its last pixel")
    needed = -(-frames * size * bits // 8)
    if bits == 1 and size % 8 and len(data) > needed + needed % 2:
        raise CTError(
            "has more pixel data than its frames need: where each one begins is not known"
        )

    def bits_of(number: int) -> NDArray[np.generic]:
        """The bits of a frame; frames are packed without gaps, lowest bit first (PS3.5 8.1.1)."""
        first, before = divmod(number * size, 8)
        packed = np.frombuffer(data, np.uint8, -(-(before + size) // 8), first)
        unpacked = np.unpackbits(packed, bitorder="little")[before : before + size]
        return unpacked.reshape(rows, columns)

    if bits == 1:
        return bits_of
    kind = np.dtype(f"{'>' if is_big_endian(header.transfer_syntax) else '<'}u{bits // 8}")
    is_share = str(dataset.get("SegmentationType", "")) == "FRACTIONAL"
    least = max(float(dataset.get("MaximumFractionalValue", 255)) / 2, 1) if is_share else 0.0

    def values_of(number: int) -> NDArray[np.generic]:
        at = number * size * kind.itemsize
        values = np.frombuffer(data, kind, size, at).reshape(rows, columns)
        return values >= least if is_share else values

    return values_of
