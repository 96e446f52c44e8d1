"""Series from DICOM files, each with its geometry and faults."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from hashlib import sha256
from itertools import groupby
from math import prod

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.frames import read_images
from lesion_viewer.ct.dicom.header import DicomHeader, Tag, dataset_bytes
from lesion_viewer.ct.dicom.pixels import decode_slice, has_more_pixels
from lesion_viewer.ct.dicom.placing import missing_spacing_fault, placing_faults
from lesion_viewer.ct.dicom.slices import DicomSlice, slice_of
from lesion_viewer.ct.dicom.stack_faults import faults_of
from lesion_viewer.ct.dicom.stacking import Stack, stacks_of
from lesion_viewer.ct.dicom.transfer_syntaxes import DEFLATED, is_compressed
from lesion_viewer.ct.dicom.windows import window_faults
from lesion_viewer.ct.files.opened_files import Files, FolderFiles, LastRead
from lesion_viewer.ct.study import Fault, LeftOut, Series, StudyHeader
from lesion_viewer.ct.values.hounsfield import MAX_VOXELS
from lesion_viewer.ct.volume.hu_plausibility import AIR_FROM_HU, sampled_not_hu_fault
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.series_geometry import SeriesGeometry, geometry_of_planes
from lesion_viewer.geometry.slice_plane import SlicePlane
from lesion_viewer.geometry.stack import normal_of, usual_step_mm

JUDGED_SLICES = 5
_Geometry = tuple[tuple[float, float, float] | None, SeriesGeometry | None, tuple[Fault, ...]]
_ODD_HIGH_BIT = Fault(
    "high_bit",
    "High Bit is not one less than Bits Stored: where the bits of a pixel lie is told from the"
    " values.",
)
_NO_UNITS = Fault("unstated_units", "The files do not say whether their values are HU.")


def read_dicom(
    files: Files, names: Sequence[str], progress: Callable[[int], None]
) -> tuple[list[Series], list[LeftOut]]:
    """The CT series among the named files, and the files that are not part of one.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    names : Sequence[str]
        Names of the files to read.
    progress : Callable[[int], None]
        Called with the number of files read so far.

    Returns
    -------
    tuple[list[Series], list[LeftOut]]
        Series by study and Series Number; files with the reason why they are left out.
    """
    slices: list[DicomSlice] = []
    left_out: list[LeftOut] = []
    for done, name in enumerate(names, 1):
        try:
            images, refused = _slices_of(read_images(files, name))
            slices += images
            left_out += [LeftOut(name, reason) for reason in refused]
        except CTError as error:
            left_out.append(LeftOut(name, str(error)))
        progress(done)
    series = []
    pixels_of = _pixels_by_file(files)
    for _, group in groupby(sorted(slices, key=_series_uids), _series_uids):
        for stack in stacks_of(group, pixels_of):
            left_out += stack.left_out
            if size := _too_large(stack):
                left_out += [LeftOut(s.file, size) for s in stack.slices]
            else:
                series.append(_series_of(files, stack))
    return sorted(series, key=_list_order), left_out


def _slices_of(images: Sequence[DicomHeader]) -> tuple[list[DicomSlice], list[str]]:
    """The CT slices among the images of one file, and why the others are refused."""
    slices, reasons = [], Counter[str]()
    for image in images:
        try:
            slices.append(slice_of(image))
        except CTError as error:
            reasons[str(error)] += 1
    if len(images) == 1:
        return slices, list(reasons)
    return slices, [f"{reason} ({n} of {len(images)} frames)" for reason, n in reasons.items()]


def _pixels_by_file(files: Files) -> Callable[[DicomSlice], Hashable]:
    """A function that gives equal values for slices with equal pixels, stored in the same way."""
    digests: dict[tuple[str, int], bytes] = {}

    def pixels_of(image: DicomSlice) -> Hashable:
        header, start = image.header, image.header.pixel_offset
        try:
            if (header.file, start) not in digests:
                data = dataset_bytes(files, header, start + header.pixel_bytes)
                digests[header.file, start] = sha256(data[start:]).digest()
        except CTError:
            return image.file
        return image.layout, header.transfer_syntax, digests[header.file, start]

    return pixels_of


def _too_large(stack: Stack) -> str:
    """Why a stack is too large to be shown; empty where it is not."""
    layout = stack.slices[0].layout
    shape = len(stack.slices), layout.rows, layout.columns
    if prod(shape) <= MAX_VOXELS:
        return ""
    return f"is of a series that is too large: {' x '.join(map(str, shape))} voxels"


def _series_uids(image: DicomSlice) -> tuple[str, str]:
    return image.header.text(Tag.STUDY_INSTANCE_UID), image.header.text(Tag.SERIES_INSTANCE_UID)


def _list_order(series: Series) -> tuple[str, bool, int, str]:
    uid = series.uid.partition("#")[0]  # the parts of a series keep their order
    return series.study_uid, series.number is None, series.number or 0, uid


def _series_of(files: Files, stack: Stack) -> Series:
    first, header = stack.slices[0], stack.slices[0].header
    study_uid, uid = _series_uids(first)
    number = header.number(Tag.SERIES_NUMBER)
    spacing, geometry, faults = _geometry_of(stack.slices)
    part = f"#{stack.part}" if stack.part else ""
    part_text = f"part {stack.part_text}" if stack.part else ""
    description = header.written_text(Tag.SERIES_DESCRIPTION)
    decode = _decoder(files, stack.slices)
    return Series(
        uid=f"{uid}{part}",
        study_uid=study_uid,
        modality=header.text(Tag.MODALITY).upper(),
        description=" ".join(filter(None, (description, part_text))),
        number=None if number is None else int(number),
        slices=tuple(image.source() for image in stack.slices),
        shape=(len(stack.slices), first.layout.rows, first.layout.columns),
        spacing_mm=spacing,
        geometry=geometry,
        faults=(
            *stack.faults,
            *placing_faults([s.header for s in stack.slices], first.orientation),
            *faults,
            *_value_faults(stack.slices),
            *window_faults([s.header for s in stack.slices]),
            *_judged(stack, decode),
        ),
        decode=decode,
        study=_study_header(stack.slices),
    )


def _study_header(slices: Sequence[DicomSlice]) -> StudyHeader:
    """What the slices state of their study: the first that names its patient speaks for all."""
    image = next((s for s in slices if s.patient), slices[0])
    date = image.header.text(Tag.STUDY_DATE).replace(".", "")  # ACR-NEMA wrote 2024.03.01
    is_date = len(date) == 8 and date.isdecimal()
    return StudyHeader(
        patient_id=image.patient,
        issuer=image.header.text(Tag.ISSUER_OF_PATIENT_ID).replace("\ufffd", ""),
        date=f"{date[:4]}-{date[4:6]}-{date[6:]}" if is_date else "",
        description=image.header.written_text(Tag.STUDY_DESCRIPTION),
    )


def _geometry_of(slices: Sequence[DicomSlice]) -> _Geometry:
    """Spacing (slices, rows, columns), geometry and faults of a sorted stack."""
    first = slices[0]
    normal = normal_of(first.orientation)
    is_placed = normal is not None and first.location_mm is not None
    step = usual_step_mm([s.location_mm or 0.0 for s in slices]) if is_placed else None
    step = step or _stated_step_mm(first)
    spacing = (step, *first.spacing_mm) if step and first.spacing_mm else None
    faults = () if spacing else (missing_spacing_fault(first.header),)
    if normal is None or not is_placed:
        return spacing, None, faults
    positions = np.array([s.position for s in slices])
    geometry = _placed(slices) if spacing else None
    return spacing, geometry, (*faults, *faults_of(positions, normal))


def _placed(slices: Sequence[DicomSlice]) -> SeriesGeometry:
    """The geometry of slices whose position, orientation and pixel spacing are all known."""
    headers, layout = [s.header for s in slices], slices[0].layout
    frames = {header.values.get(Tag.FRAME_OF_REFERENCE, b"") for header in headers}
    return geometry_of_planes(
        [_plane_of(s) for s in slices],
        (layout.rows, layout.columns),
        headers[0].text(Tag.FRAME_OF_REFERENCE) if len(frames) == 1 else "",
        tuple(_thickness_mm(header) for header in headers),
    )


def _plane_of(image: DicomSlice) -> SlicePlane:
    (x, y, z), (rx, ry, rz, cx, cy, cz) = image.position, image.own_orientation
    assert image.spacing_mm  # all slices of a stack have those of the first
    return SlicePlane((x, y, z), (rx, ry, rz), (cx, cy, cz), image.spacing_mm)


def _value_faults(slices: Sequence[DicomSlice]) -> tuple[Fault, ...]:
    """The faults of the pixel values that the headers reveal.

    A Rescale Type of "US" is "unspecified" (PS3.3 C.11.1.1.2).
    """
    faults = []
    if any(s.header.text(Tag.RESCALE_TYPE).upper() == "US" for s in slices):
        faults.append(_NO_UNITS)
    if any(s.layout.high_bit != s.layout.bits_stored - 1 for s in slices):
        faults.append(_ODD_HIGH_BIT)
    padded = next((s.layout for s in slices if s.layout.has_bright_padding), None)
    if padded is not None and padded.padding is not None:
        value = padded.padding[0]
        text = f"Pixels outside of the picture (stored value {value}) are shown as air."
        faults.append(Fault("bright_padding", text))
    if longer := sum(has_more_pixels(s.header, s.layout) for s in slices):
        text = f"Images with more pixel data than their size needs: {longer} (wrong size?)."
        faults.append(Fault("excess_pixels", text))
    return tuple(faults)


def _judged(stack: Stack, decode: Callable[[int], NDArray[np.int16]]) -> tuple[Fault, ...]:
    """The fault ``not_hu``, judged by a few slices.

    Slices are decoded only where no intercept of HU is stated: writers that state it write HU.
    """
    if any(s.layout.intercept <= AIR_FROM_HU for s in stack.slices):
        return ()
    return sampled_not_hu_fault(decode, len(stack.slices), JUDGED_SLICES)


def _stated_step_mm(image: DicomSlice) -> float | None:
    """Distance of slices that a file states; used where positions are unknown.

    A sign of the spacing tells the direction of stacking (PS3.3 C.8.4.15).
    """
    between = image.header.number(Tag.SPACING_BETWEEN_SLICES)
    stated = between and abs(between), _thickness_mm(image.header)
    return next((mm for mm in stated if mm is not None and mm > 0), None)


def _thickness_mm(header: DicomHeader) -> float | None:
    """Slice Thickness; None where there is none, or none over 0."""
    thickness = header.number(Tag.SLICE_THICKNESS)
    return thickness if thickness and thickness > 0 else None


def _decoder(files: Files, slices: Sequence[DicomSlice]) -> Callable[[int], NDArray[np.int16]]:
    whole = LastRead(files)

    def decode(slice_index: int) -> NDArray[np.int16]:
        image = slices[slice_index]
        source = whole if _is_read_whole(image.header, files) else files
        return decode_slice(source, image.header, image.layout)

    return decode


def _is_read_whole(header: DicomHeader, files: Files) -> bool:
    """Whether a frame can only be read together with the bytes before it."""
    is_packed = is_compressed(header.transfer_syntax) or header.transfer_syntax == DEFLATED
    return header.frames > 1 and (is_packed or not isinstance(files, FolderFiles))
