"""One CT slice as its DICOM header describes it; all that is no CT slice is refused by name."""

from dataclasses import dataclass

from lesion_viewer.ct.dicom.frames import ENHANCED_CT_IMAGES
from lesion_viewer.ct.dicom.header import DicomHeader, Tag
from lesion_viewer.ct.dicom.pixels import PixelLayout, layout_of
from lesion_viewer.ct.geometry.stack import normal_of
from lesion_viewer.ct.study import SliceSource
from lesion_viewer.ct.values.window import Window
from lesion_viewer.errors import CTError

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
# Beyond these no patient lies, and no pixel of a CT is that small or large.
MAX_POSITION_MM = 1e5
PIXEL_LIMITS_MM = 1e-3, 1e2
MAX_WINDOW_HU = 1e6


@dataclass(frozen=True, slots=True)
class DicomSlice:
    """A CT image with all that its place in a series depends on.

    Attributes
    ----------
    position : Image Position (Patient); empty where the file gives none that can be used
    orientation : Image Orientation (Patient); empty likewise
    spacing_mm : Pixel Spacing, of rows and of columns; empty likewise
    location_mm : position along the normal of the orientation; None without both
    """

    header: DicomHeader
    layout: PixelLayout
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing_mm: tuple[float, float] | tuple[()]
    location_mm: float | None

    @property
    def file(self) -> str:
        """Name of its file within the opened path."""
        return self.header.file

    @property
    def size(self) -> str:
        """Its size as text."""
        return f"{self.layout.rows} x {self.layout.columns}"

    @property
    def acquisition_order(self) -> tuple[float, str, int, str]:
        """What decides between slices at one place: Instance Number, UID, frame, then file."""
        number = self.header.number(Tag.INSTANCE_NUMBER) or 0
        return number, self.header.text(Tag.SOP_INSTANCE_UID), self.header.frame, self.file

    def source(self) -> SliceSource:
        """Where the slice comes from, with its window if it has one; width 0 is no window."""
        width, level = self.header.number(Tag.WINDOW_WIDTH), self.header.number(Tag.WINDOW_CENTER)
        has_window = width is not None and level is not None and 1 <= width <= MAX_WINDOW_HU
        has_window = has_window and abs(level or 0) <= MAX_WINDOW_HU
        return SliceSource(
            file=self.file,
            frame=self.header.frame,
            sop_instance_uid=self.header.text(Tag.SOP_INSTANCE_UID),
            location_mm=self.location_mm,
            window=Window(width or 1, level or 0) if has_window else None,
        )


def slice_of(header: DicomHeader) -> DicomSlice:
    """The CT slice that a header describes.

    Raises
    ------
    CTError
        Where it is something else, or its pixels cannot become HU; says what it is without naming
        the file.
    """
    _refuse_other_kinds(header)
    orientation = header.numbers(Tag.IMAGE_ORIENTATION)
    position = _usable_position(header.numbers(Tag.IMAGE_POSITION))
    spacing = header.numbers(Tag.PIXEL_SPACING)
    normal = normal_of(orientation)
    location = None
    if normal is not None and position:
        location = sum(p * n for p, n in zip(position, normal.tolist(), strict=True))
    return DicomSlice(
        header=header,
        layout=layout_of(header),
        position=position,
        orientation=orientation if normal is not None else (),
        spacing_mm=_usable_spacing(spacing),
        location_mm=location,
    )


def _refuse_other_kinds(header: DicomHeader) -> None:
    sop_class, modality = header.text(Tag.SOP_CLASS_UID), header.text(Tag.MODALITY)
    if Tag.DIRECTORY_RECORDS in header.values:
        raise CTError("is a DICOM directory, no image")
    if not modality and not header.has_pixels:
        raise CTError("is no image")
    if modality != "CT":
        raise CTError(f"is {modality or 'of an unknown modality'}, not CT")
    if not header.has_pixels:
        raise CTError("holds no pixels")
    if "LOCALIZER" in header.text(Tag.IMAGE_TYPE).upper().split("\\"):
        raise CTError("is a localizer")
    if sop_class not in (CT_IMAGE, *ENHANCED_CT_IMAGES, ""):
        raise CTError(f"is no CT image but {_class_name(sop_class)}")
    frames = header.number(Tag.NUMBER_OF_FRAMES) or 1
    if frames != 1 and sop_class not in ENHANCED_CT_IMAGES:
        raise CTError(f"holds {frames:g} frames, where a CT image is one")
    if not header.text(Tag.SERIES_INSTANCE_UID):
        raise CTError("has no Series Instance UID")


def _usable_spacing(spacing: tuple[float, ...]) -> tuple[float, float] | tuple[()]:
    least, most = PIXEL_LIMITS_MM
    if len(spacing) != 2 or not least <= min(spacing) <= max(spacing) <= most:
        return ()
    return spacing[0], spacing[1]


def _usable_position(position: tuple[float, ...]) -> tuple[float, ...]:
    is_usable = len(position) == 3 and max(map(abs, position)) <= MAX_POSITION_MM
    return position if is_usable else ()


def _class_name(sop_class: str) -> str:
    from pydicom.uid import UID

    return UID(sop_class).name
