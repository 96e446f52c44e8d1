"""One CT slice as its DICOM header describes it; other images are refused with the reason."""

from dataclasses import dataclass, replace

from lesion_viewer.ct.dicom.frames import ENHANCED_CT_IMAGES
from lesion_viewer.ct.dicom.header import DicomHeader, Tag
from lesion_viewer.ct.dicom.pixels import PixelLayout, layout_of
from lesion_viewer.ct.dicom.placing import placing_of
from lesion_viewer.ct.dicom.windows import windows_of
from lesion_viewer.ct.study import SliceSource
from lesion_viewer.errors import CTError
from lesion_viewer.geometry.stack import normal_of

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
# Values of Image Type of pictures of a screen, and of pages of text, stored as CT images.
PAGES = ("SCREEN SAVE", "SCREEN_SAVE", "SCREENSAVE", "DOSE_INFO", "DOSE INFO", "DOSE REPORT")


@dataclass(frozen=True, slots=True)
class DicomSlice:
    """A CT image with the values that decide its place in a series.

    Attributes
    ----------
    header : DicomHeader
        Header of the image.
    layout : PixelLayout
        How its pixels are stored.
    position : tuple[float, ...]
        Image Position (Patient) in mm; empty where the file gives none that is usable.
    orientation : tuple[float, ...]
        Image Orientation (Patient), orthonormal; empty where the file gives none that is usable.
    spacing_mm : tuple[float, float] | tuple[()]
        Pixel Spacing of rows and of columns; empty where the file gives none that is usable.
    location_mm : float | None
        Position along the normal of the orientation; None where either is unknown.
    why_unplaced : str
        Why there is no location; empty where there is one.
    own_orientation : tuple[float, ...]
        ``orientation`` before it became that of the stack.
    """

    header: DicomHeader
    layout: PixelLayout
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing_mm: tuple[float, float] | tuple[()]
    location_mm: float | None
    why_unplaced: str = ""
    own_orientation: tuple[float, ...] = ()

    @property
    def file(self) -> str:
        """Name of the file relative to the opened path."""
        return self.header.file

    @property
    def size(self) -> str:
        """Rows and columns as text."""
        return f"{self.layout.rows} x {self.layout.columns}"

    @property
    def patient(self) -> str:
        """Patient ID, to compare only; empty where the file gives none."""
        return self.header.text(Tag.PATIENT_ID).replace("\ufffd", "")

    @property
    def number(self) -> float | None:
        """Instance Number; for one of several frames its number in the file, from 1."""
        header = self.header
        return header.frame + 1 if header.frames > 1 else header.number(Tag.INSTANCE_NUMBER)

    @property
    def acquisition_order(self) -> tuple[float, str, int, str]:
        """Sort key of slices at one position: Instance Number, UID, frame, then file."""
        number = self.header.number(Tag.INSTANCE_NUMBER) or 0
        return number, self.header.text(Tag.SOP_INSTANCE_UID), self.header.frame, self.file

    def with_orientation(self, orientation: tuple[float, ...]) -> "DicomSlice":
        """The slice with the orientation of its stack, and its location along the stack's normal.

        Parameters
        ----------
        orientation : tuple[float, ...]
            Directions of the row and of the column, orthonormal.

        Returns
        -------
        DicomSlice
            The same object where it already has this orientation.
        """
        if orientation == self.orientation or not self.orientation:
            return self
        location = _location_mm(self.position, orientation)
        return replace(self, orientation=orientation, location_mm=location)

    def source(self) -> SliceSource:
        """The source of the slice as ``Series`` keeps it, with its windows."""
        windows = windows_of(self.header)
        return SliceSource(
            file=self.file,
            frame=self.header.frame,
            sop_instance_uid=self.header.text(Tag.SOP_INSTANCE_UID),
            location_mm=self.location_mm,
            window=windows[0] if windows else None,
            instance_number=_whole(self.header.number(Tag.INSTANCE_NUMBER)),
            further_windows=windows[1:],
        )


def slice_of(header: DicomHeader) -> DicomSlice:
    """The CT slice that a header describes.

    Parameters
    ----------
    header : DicomHeader
        Header of one image.

    Returns
    -------
    DicomSlice
        A slice whose pixels can be converted to HU.

    Raises
    ------
    CTError
        The image is not a CT slice, or its pixels cannot be converted to HU; the message does not
        name the file.
    """
    _refuse_other_kinds(header)
    placing = placing_of(header)
    return DicomSlice(
        header=header,
        layout=layout_of(header),
        position=placing.position,
        orientation=placing.orientation,
        spacing_mm=placing.spacing_mm,
        location_mm=_location_mm(placing.position, placing.orientation),
        why_unplaced=placing.why_unplaced,
        own_orientation=placing.orientation,
    )


def _whole(number: float | None) -> int | None:
    """A whole number as int; None for others."""
    return int(number) if number is not None and number == int(number) else None


def _location_mm(position: tuple[float, ...], orientation: tuple[float, ...]) -> float | None:
    """The position along the normal of an orientation; None without both."""
    normal = normal_of(orientation)
    if normal is None or not position:
        return None
    return float(sum(p * n for p, n in zip(position, normal.tolist(), strict=True)))


def _refuse_other_kinds(header: DicomHeader) -> None:
    sop_class, modality = header.text(Tag.SOP_CLASS_UID), header.text(Tag.MODALITY).upper()
    if Tag.DIRECTORY_RECORDS in header.values:
        raise CTError("is a DICOM directory, no image")
    if not modality and not header.has_pixels:
        raise CTError("is no image")
    if modality != "CT":
        raise CTError(f"is {modality or 'of an unknown modality'}, not CT")
    if header.float_pixels:
        raise CTError(f"holds {header.float_pixels}, which is not read: HU are stored as integers")
    if not header.has_pixels:
        raise CTError("holds no pixels")
    image_type = header.text(Tag.IMAGE_TYPE).upper().split("\\")
    if "LOCALIZER" in image_type:
        raise CTError("is a localizer")
    if page := next((word for word in image_type if word in PAGES), ""):
        raise CTError(f"is a page and no slice ({page.strip()})")
    if sop_class not in (CT_IMAGE, *ENHANCED_CT_IMAGES, ""):
        raise CTError(f"is no CT image but {_class_name(sop_class)}")
    frames = header.number(Tag.NUMBER_OF_FRAMES) or 1
    if frames != 1 and sop_class not in ENHANCED_CT_IMAGES:
        raise CTError(f"holds {frames:g} frames, where a CT image is one")
    if not header.text(Tag.SERIES_INSTANCE_UID):
        raise CTError("has no Series Instance UID")


def _class_name(sop_class: str) -> str:
    from pydicom.uid import UID

    return UID(sop_class).name
