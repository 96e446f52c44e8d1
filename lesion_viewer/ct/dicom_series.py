"""DICOM files become series, each with its geometry and what is wrong about it."""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom_header import Tag, read_header
from lesion_viewer.ct.dicom_pixels import decode_slice
from lesion_viewer.ct.dicom_slices import DicomSlice, slice_of
from lesion_viewer.ct.dicom_stacking import Stack, stack_of
from lesion_viewer.ct.files import Files
from lesion_viewer.ct.geometry import affine_of, faults_of, normal_of, usual_step_mm
from lesion_viewer.ct.study import Fault, LeftOut, Series
from lesion_viewer.errors import CTError

_Geometry = tuple[tuple[float, float, float] | None, NDArray[np.float64] | None, tuple[Fault, ...]]
_NO_UNITS = Fault("unstated_units", "The files do not say whether their values are HU.")
_NO_SPACING = Fault("missing_spacing", "The files do not say how far apart pixels or slices are.")


def read_dicom(
    files: Files, names: Sequence[str], progress: Callable[[int], None]
) -> tuple[list[Series], list[LeftOut]]:
    """The CT series among the named files, and what is not part of one.

    ``progress`` is told how many files were read.
    """
    slices: list[DicomSlice] = []
    left_out: list[LeftOut] = []
    for done, name in enumerate(names, 1):
        try:
            slices.append(slice_of(read_header(files, name)))
        except CTError as error:
            left_out.append(LeftOut(name, str(error)))
        progress(done)
    series = []
    for _, group in groupby(sorted(slices, key=_series_uids), _series_uids):
        stack = stack_of(group)
        series.append(_series_of(files, stack))
        left_out += stack.left_out
    return sorted(series, key=_list_order), left_out


def _series_uids(image: DicomSlice) -> tuple[str, str]:
    return image.header.text(Tag.STUDY_INSTANCE_UID), image.header.text(Tag.SERIES_INSTANCE_UID)


def _list_order(series: Series) -> tuple[str, bool, int, str]:
    return series.study_uid, series.number is None, series.number or 0, series.uid


def _series_of(files: Files, stack: Stack) -> Series:
    first, header = stack.slices[0], stack.slices[0].header
    study_uid, uid = _series_uids(first)
    number = header.number(Tag.SERIES_NUMBER)
    spacing, affine, faults = _geometry_of(stack.slices)
    return Series(
        uid=uid,
        study_uid=study_uid,
        modality=header.text(Tag.MODALITY),
        description=header.description(),
        number=None if number is None else int(number),
        slices=tuple(image.source() for image in stack.slices),
        shape=(len(stack.slices), first.layout.rows, first.layout.columns),
        spacing_mm=spacing,
        affine=affine,
        faults=(*stack.faults, *faults, *_unit_faults(stack.slices)),
        decode=_decoder(files, stack.slices),
    )


def _geometry_of(slices: Sequence[DicomSlice]) -> _Geometry:
    """Spacing (slices, rows, columns), affine and faults of a sorted stack."""
    first = slices[0]
    normal = normal_of(first.orientation)
    is_placed = normal is not None and first.location_mm is not None
    step = usual_step_mm([s.location_mm or 0.0 for s in slices]) if is_placed else None
    step = step or _stated_step_mm(first)
    spacing = (step, *first.spacing_mm) if step and first.spacing_mm else None
    faults = () if spacing else (_NO_SPACING,)
    if normal is None or not is_placed:
        return spacing, None, faults
    positions = np.array([s.position for s in slices])
    affine = affine_of(first.orientation, positions, spacing) if spacing else None
    return spacing, affine, (*faults, *faults_of(positions, normal))


def _unit_faults(slices: Sequence[DicomSlice]) -> tuple[Fault, ...]:
    """A fault where a Rescale Type is "US", unspecified (PS3.3 C.11.1.1.2)."""
    is_unstated = any(s.header.text(Tag.RESCALE_TYPE) == "US" for s in slices)
    return (_NO_UNITS,) if is_unstated else ()


def _stated_step_mm(image: DicomSlice) -> float | None:
    """Distance of slices as one file states it, for want of positions."""
    stated = map(image.header.number, (Tag.SPACING_BETWEEN_SLICES, Tag.SLICE_THICKNESS))
    return next((mm for mm in stated if mm is not None and mm > 0), None)


def _decoder(files: Files, slices: Sequence[DicomSlice]) -> Callable[[int], NDArray[np.int16]]:
    def decode(slice_index: int) -> NDArray[np.int16]:
        image = slices[slice_index]
        return decode_slice(files, image.header, image.layout)

    return decode
