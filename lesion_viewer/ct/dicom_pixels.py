"""From the stored pixels of a DICOM slice to Hounsfield units."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom_elements import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from lesion_viewer.ct.dicom_header import DicomHeader, Tag
from lesion_viewer.ct.files import Files
from lesion_viewer.ct.hounsfield import AIR_HU, HU_LIMITS, MAX_SLICE_PIXELS, rounded_hu
from lesion_viewer.errors import CTError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# Above the 12 bits of a CT scanner (3071 HU) padding cannot be tissue; below it might be.
HIGHEST_TISSUE_HU = 3071


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How a slice's pixels are stored, and what they mean.

    Attributes
    ----------
    padding : lowest and highest stored value that stands for "outside the picture"
    """

    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    slope: float
    intercept: float
    padding: tuple[int, int] | None

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a stored pixel, little endian."""
        return np.dtype(f"<{'i' if self.is_signed else 'u'}{self.bits_allocated // 8}")


def layout_of(header: DicomHeader) -> PixelLayout:
    """The layout that a header describes.

    Raises
    ------
    CTError
        Where pixels so described cannot become HU; says why without naming the file.
    """
    photometric = header.text(Tag.PHOTOMETRIC_INTERPRETATION)
    if header.short(Tag.SAMPLES_PER_PIXEL) not in (1, None) or not photometric.startswith("MONO"):
        raise CTError(f"is a colour image ({photometric or 'unknown'})")
    rows, columns = header.short(Tag.ROWS) or 0, header.short(Tag.COLUMNS) or 0
    if not 0 < rows * columns <= MAX_SLICE_PIXELS:
        raise CTError(f"has an unusable size of {rows} x {columns} pixels")
    allocated = header.short(Tag.BITS_ALLOCATED) or 0
    stored = header.short(Tag.BITS_STORED) or allocated
    high_bit = header.short(Tag.HIGH_BIT)
    high_bit = stored - 1 if high_bit is None else high_bit
    if allocated not in (8, 16, 32) or not stored - 1 <= high_bit < allocated:
        raise CTError(f"has an unusable pixel of {stored} bits in {allocated}")
    slope, intercept = _rescale_of(header)
    is_signed = header.short(Tag.PIXEL_REPRESENTATION) == 1
    return PixelLayout(
        rows=rows,
        columns=columns,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high_bit,
        is_signed=is_signed,
        slope=slope,
        intercept=intercept,
        padding=_padding_of(header, is_signed),
    )


def decode_slice(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[np.int16]:
    """The slice as int16 array (rows, columns) in HU.

    Raises
    ------
    CTError
        Where the pixels are missing, cut off or in a form that cannot be decoded.
    """
    try:
        return to_hu(_stored_pixels(files, header, layout), layout)
    except CTError as error:
        raise CTError(f"{header.file} {error}") from error


def to_hu(stored: NDArray[Any], layout: PixelLayout) -> NDArray[np.int16]:
    """Stored pixels in HU, rounded and clipped as ``rounded_hu`` does.

    Bits that are not part of a pixel (old overlays) are masked off. Padding becomes air only
    where it would show as brighter than tissue; as HU it could be tissue, and stays as it is.
    MONOCHROME1 is no different: what it inverts is the display, not the HU.

    Notes
    -----
    Rescale as in DICOM PS3.3 C.11.1.1.2, pixel cells as in PS3.5 section 8.1.1.
    """
    pixels = _pixel_cells(stored, layout)
    intercept = int(layout.intercept)
    if layout.slope == 1 and layout.intercept == intercept and abs(intercept) < 2**15:
        hu = _shifted(pixels, intercept)
    else:
        hu = rounded_hu(pixels * np.float64(layout.slope) + np.float64(layout.intercept))
    if layout.padding is not None:
        _darken_padding(hu, stored, layout)
    return hu


def _stored_pixels(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[Any]:
    is_plain = header.transfer_syntax in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN)
    if not is_plain or header.pixel_offset is None:
        return _decompressed_pixels(files, header, layout)
    count = layout.rows * layout.columns
    size = count * layout.dtype.itemsize
    data = files.read(header.file, header.pixel_offset, size)
    if len(data) < size:
        raise CTError(f"is cut off: {len(data)} of {size} bytes of pixel data")
    return np.frombuffer(data, layout.dtype, count).reshape(layout.rows, layout.columns)


def _decompressed_pixels(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[Any]:
    import pydicom

    data = files.read(header.file)
    try:
        stored = _decode_dataset(pydicom.dcmread(BytesIO(data)), layout)
    except Exception as error:  # each decoder raises its own kinds
        syntax = pydicom.uid.UID(header.transfer_syntax)
        reason = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
        raise CTError(f"cannot be decoded ({syntax.name}, {syntax}): {reason}") from error
    if stored.shape != (layout.rows, layout.columns):
        raise CTError(f"holds pixels of shape {stored.shape}, not as its header says")
    return stored


def _decode_dataset(dataset: "Dataset", layout: PixelLayout) -> NDArray[Any]:
    from lesion_viewer.ct.jpeg_extended import JPEG_EXTENDED, decode_jpeg_extended

    is_12_bit = layout.bits_stored == 12 and not layout.is_signed
    if is_12_bit and dataset.file_meta.TransferSyntaxUID == JPEG_EXTENDED:
        return decode_jpeg_extended(dataset)
    stored: NDArray[Any] = dataset.pixel_array
    return stored


def _pixel_cells(stored: NDArray[Any], layout: PixelLayout) -> NDArray[Any]:
    """The stored values without the bits round the pixel, the sign extended."""
    bits = stored.dtype.itemsize * 8
    if layout.bits_stored == bits:
        return stored
    pixels = stored << (bits - 1 - layout.high_bit)
    pixels >>= bits - layout.bits_stored
    return pixels


def _shifted(pixels: NDArray[Any], intercept: int) -> NDArray[np.int16]:
    """Pixels plus ``intercept``, clipped to int16."""
    lowest = max(HU_LIMITS.min - intercept, np.iinfo(pixels.dtype).min)
    highest = min(HU_LIMITS.max - intercept, np.iinfo(pixels.dtype).max)
    clipped = np.clip(pixels, lowest, highest)
    if clipped.dtype.itemsize > 2:
        wide: NDArray[np.int16] = (clipped.astype(np.int64) + intercept).astype(np.int16)
        return wide
    # Adding modulo 2^16 is exact: the sums were clipped to int16 before.
    hu: NDArray[np.int16] = clipped.astype(np.int16)
    hu += np.int16(intercept)
    return hu


def _darken_padding(hu: NDArray[np.int16], stored: NDArray[Any], layout: PixelLayout) -> None:
    assert layout.padding is not None
    lowest, highest = layout.padding
    if lowest * layout.slope + layout.intercept > HIGHEST_TISSUE_HU:
        hu[(stored >= lowest) & (stored <= highest)] = AIR_HU


def _rescale_of(header: DicomHeader) -> tuple[float, float]:
    slope, intercept = header.number(Tag.RESCALE_SLOPE), header.number(Tag.RESCALE_INTERCEPT)
    if slope is None or intercept is None or slope == 0:
        raise CTError("has no rescale slope and intercept, so its HU are unknown")
    units = header.text(Tag.RESCALE_TYPE)
    if units not in ("", "HU", "US"):
        raise CTError(f"holds {units}, not HU")
    return slope, intercept


def _padding_of(header: DicomHeader, is_signed: bool) -> tuple[int, int] | None:
    value = header.short(Tag.PIXEL_PADDING_VALUE, is_signed)
    if value is None:
        return None
    limit = header.short(Tag.PIXEL_PADDING_RANGE_LIMIT, is_signed)
    limit = value if limit is None else limit
    return min(value, limit), max(value, limit)
