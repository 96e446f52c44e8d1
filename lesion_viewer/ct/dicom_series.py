"""DICOM files become series: grouped by UID, sorted along their normal, odd ones left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom_header import DicomHeader, Tag, read_header
from lesion_viewer.ct.dicom_pixels import PixelLayout, decode_slice, layout_of
from lesion_viewer.ct.files import Files
from lesion_viewer.ct.geometry import affine_of, faults_of, normal_of, usual_step_mm
from lesion_viewer.ct.study import Fault, LeftOut, Series, SliceSource
from lesion_viewer.ct.window import Window
from lesion_viewer.errors import CTError

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
# Directions and spacings that differ by less belong to one stack.
SAME_COSINE = 0.01
SAME_SPACING = 0.01


@dataclass(frozen=True, slots=True)
class _Slice:
    """One CT image with what its place in a series depends on."""

    header: DicomHeader
    layout: PixelLayout
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]

    @property
    def is_placed(self) -> bool:
        return bool(self.position and self.orientation)


def read_dicom(
    files: Files, names: Sequence[str], progress: Callable[[int], None]
) -> tuple[list[Series], list[LeftOut]]:
    """The CT series among the named files, and what is not part of one.

    ``progress`` is told how many files were read.
    """
    slices: list[_Slice] = []
    left_out: list[LeftOut] = []
    for done, name in enumerate(names, 1):
        try:
            slices.append(_slice_of(read_header(files, name)))
        except CTError as error:
            left_out.append(LeftOut(name, str(error)))
        progress(done)
    series = []
    slices.sort(key=_series_key)
    for _, group in groupby(slices, _series_key):
        stack, faults, others = _stack_of(list(group))
        series.append(_series_of(files, stack, faults))
        left_out += others
    return sorted(series, key=_list_order), left_out


def _slice_of(header: DicomHeader) -> _Slice:
    """The CT image of a file; CTError where it is none, saying what it is instead."""
    _refuse_other_kinds(header)
    orientation = header.numbers(Tag.IMAGE_ORIENTATION)
    position = header.numbers(Tag.IMAGE_POSITION)
    spacing = header.numbers(Tag.PIXEL_SPACING)
    return _Slice(
        header=header,
        layout=layout_of(header),
        position=position if len(position) == 3 else (),
        orientation=orientation if normal_of(orientation) is not None else (),
        spacing=spacing if len(spacing) == 2 and min(spacing) > 0 else (),
    )


def _refuse_other_kinds(header: DicomHeader) -> None:
    sop_class, modality = header.text(Tag.SOP_CLASS_UID), header.text(Tag.MODALITY)
    if sop_class == MEDIA_DIRECTORY or (not modality and not header.has_pixels):
        raise CTError("is a DICOM directory, not an image")
    if modality != "CT":
        raise CTError(f"is {modality or 'of an unknown modality'}, not CT")
    if not header.has_pixels:
        raise CTError("holds no pixels")
    if "LOCALIZER" in header.text(Tag.IMAGE_TYPE).upper().split("\\"):
        raise CTError("is a localizer")
    if (header.number(Tag.NUMBER_OF_FRAMES) or 1) > 1:
        raise CTError("is a multi-frame image, which is not read yet")
    if sop_class not in (CT_IMAGE, ""):
        raise CTError(f"is no CT image but {_class_name(sop_class)}")
    if not header.text(Tag.SERIES_INSTANCE_UID):
        raise CTError("has no Series Instance UID")


def _class_name(sop_class: str) -> str:
    from pydicom.uid import UID

    return UID(sop_class).name


def _series_key(image: _Slice) -> tuple[str, str]:
    return image.header.text(Tag.STUDY_INSTANCE_UID), image.header.text(Tag.SERIES_INSTANCE_UID)


def _list_order(series: Series) -> tuple[str, bool, int, str]:
    return series.study_uid, series.number is None, series.number or 0, series.uid


def _stack_of(images: list[_Slice]) -> tuple[list[_Slice], list[Fault], list[LeftOut]]:
    """The images of a series that stack up, in order, with faults and what does not fit."""
    faults: list[Fault] = []
    usual = _most_common_kind(images)
    left_out = [LeftOut(i.header.file, r) for i in images if (r := _misfit(i, usual))]
    if left_out:
        text = f"{len(left_out)} images of the series do not fit the others and are left out."
        faults.append(Fault("mixed_series", text))
    stack = [i for i in images if not _misfit(i, usual)]
    if any(i.is_placed for i in stack):
        stack, unplaced = _parted(stack, lambda i: i.is_placed)
        stack.sort(key=_place_order)
        stack, copies = _without_copies(stack)
        left_out += [LeftOut(i.header.file, "has no position in its series") for i in unplaced]
        left_out += copies
        if unplaced:
            text = f"{len(unplaced)} images have no position and are left out."
            faults.append(Fault("missing_position", text))
        return stack, faults, left_out
    stack.sort(key=_acquisition_order)
    if len(stack) > 1:
        text = "No image has a position: slices are in the order of their numbers."
        faults.append(Fault("missing_position", text))
    return stack, faults, left_out


def _most_common_kind(images: Iterable[_Slice]) -> _Slice:
    """An image of the largest group of equal ones; of equal groups always the same one."""
    by_kind = sorted(images, key=lambda i: (i.orientation, i.spacing, _place_order(i)))
    counts = Counter(_kind(i) for i in by_kind)
    kind = counts.most_common(1)[0][0]
    return next(i for i in by_kind if _kind(i) == kind)


def _kind(image: _Slice) -> tuple[object, ...]:
    return image.layout.rows, image.layout.columns, image.orientation, image.spacing


def _misfit(image: _Slice, usual: _Slice) -> str:
    """Why an image does not belong in the stack of ``usual``; empty where it does."""
    size, usual_size = _size(image), _size(usual)
    if size != usual_size:
        return f"has another size than its series ({size}, not {usual_size})"
    if image.orientation and usual.orientation:
        if not np.allclose(image.orientation, usual.orientation, rtol=0, atol=SAME_COSINE):
            return "has another orientation than its series"
    if image.spacing != usual.spacing:
        if len(image.spacing) != len(usual.spacing):
            return "has no pixel spacing" if usual.spacing else "has a pixel spacing of its own"
        if not np.allclose(image.spacing, usual.spacing, rtol=SAME_SPACING, atol=0):
            return "has another pixel spacing than its series"
    return ""


def _size(image: _Slice) -> str:
    return f"{image.layout.rows} x {image.layout.columns}"


def _place_order(image: _Slice) -> tuple[float, float, str, str]:
    normal = normal_of(image.orientation)
    location = float(np.dot(image.position, normal)) if normal is not None and image.position else 0
    return round(location, 4), *_acquisition_order(image)


def _acquisition_order(image: _Slice) -> tuple[float, str, str]:
    header = image.header
    number = header.number(Tag.INSTANCE_NUMBER) or 0
    return number, header.text(Tag.SOP_INSTANCE_UID), header.file


def _parted(
    images: list[_Slice], is_in: Callable[[_Slice], bool]
) -> tuple[list[_Slice], list[_Slice]]:
    return [i for i in images if is_in(i)], [i for i in images if not is_in(i)]


def _without_copies(stack: list[_Slice]) -> tuple[list[_Slice], list[LeftOut]]:
    """The stack with each image once: same SOP Instance UID at the same position is a copy."""
    first: dict[tuple[str, tuple[float, ...]], _Slice] = {}
    copies = []
    for image in stack:
        key = image.header.text(Tag.SOP_INSTANCE_UID), image.position
        original = first.setdefault(key, image)
        if original is not image:
            reason = f"is the same image as {original.header.file}"
            copies.append(LeftOut(image.header.file, reason))
    return list(first.values()), copies


def _series_of(files: Files, stack: list[_Slice], faults: list[Fault]) -> Series:
    """The series of a sorted stack."""
    first, header = stack[0], stack[0].header
    normal = normal_of(first.orientation) if first.is_placed else None
    positions = np.array([i.position for i in stack]) if normal is not None else np.empty((0, 3))
    locations = positions @ normal if normal is not None else np.empty(0)
    if not first.spacing:
        faults.append(Fault("missing_spacing", "The files do not say how far pixels are apart."))
    if normal is not None:
        faults += faults_of(positions, normal)
    spacing = _spacing_of(first, locations)
    number = header.number(Tag.SERIES_NUMBER)
    return Series(
        uid=header.text(Tag.SERIES_INSTANCE_UID),
        study_uid=header.text(Tag.STUDY_INSTANCE_UID),
        modality=header.text(Tag.MODALITY),
        description=header.description(),
        number=None if number is None else int(number),
        slices=tuple(
            _source_of(image, float(locations[i]) if len(locations) else None)
            for i, image in enumerate(stack)
        ),
        shape=(len(stack), first.layout.rows, first.layout.columns),
        spacing_mm=spacing,
        affine=affine_of(first.orientation, positions, first.spacing, spacing[0])
        if spacing and normal is not None
        else None,
        faults=tuple(faults),
        decode=_decoder(files, stack),
    )


def _spacing_of(
    first: _Slice, locations_mm: NDArray[np.float64]
) -> tuple[float, float, float] | None:
    """Slice, row and column spacing; the slices' from the positions, else as the file says."""
    between = (
        usual_step_mm(locations_mm)
        or first.header.number(Tag.SPACING_BETWEEN_SLICES)
        or first.header.number(Tag.SLICE_THICKNESS)
    )
    if not first.spacing or not between or between < 0:
        return None
    return between, first.spacing[0], first.spacing[1]


def _source_of(image: _Slice, location_mm: float | None) -> SliceSource:
    width, level = image.header.number(Tag.WINDOW_WIDTH), image.header.number(Tag.WINDOW_CENTER)
    has_window = width is not None and level is not None and width >= 1
    return SliceSource(
        file=image.header.file,
        sop_instance_uid=image.header.text(Tag.SOP_INSTANCE_UID),
        location_mm=location_mm,
        window=Window(width, level) if has_window and width and level is not None else None,
    )


def _decoder(files: Files, stack: list[_Slice]) -> Callable[[int], NDArray[np.int16]]:
    def decode(slice_index: int) -> NDArray[np.int16]:
        image = stack[slice_index]
        return decode_slice(files, image.header, image.layout)

    return decode
