"""The pixels of a DICOM slice, converted from stored values to HU."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.dicom.elements import UNDEFINED_LENGTH, is_big_endian
from lesion_viewer.ct.dicom.header import DicomHeader, Tag, dataset_bytes
from lesion_viewer.ct.dicom.transfer_syntaxes import (
    DEFLATED,
    is_compressed,
    refuse_undecodable,
    syntax_name,
)
from lesion_viewer.ct.files.opened_files import Files
from lesion_viewer.ct.values.hounsfield import (
    AIR_HU,
    HU_LIMITS,
    MAX_RESCALE,
    MAX_SLICE_PIXELS,
    rounded_hu,
)
from lesion_viewer.errors import CTError

# Above the 12-bit range of CT scanners padding cannot be tissue; below it could be.
HIGHEST_TISSUE_HU = 3071


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How the pixels of a slice are stored, and how they become HU.

    Attributes
    ----------
    rows, columns : int
        Size of the image.
    bits_allocated, bits_stored : int
        Bits of the memory cell and of the value of a pixel.
    high_bit : int
        Position of the value's highest bit in the cell.
    is_signed : bool
        Whether values are in two's complement.
    slope, intercept : float
        HU = stored value * slope + intercept.
    padding : tuple[int, int] | None
        Lowest and highest stored value outside the reconstructed image; None where there are none.
    is_big_endian : bool
        Byte order of a pixel in the file.
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
    is_big_endian: bool = False

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a stored pixel."""
        order = ">" if self.is_big_endian else "<"
        return np.dtype(f"{order}{'i' if self.is_signed else 'u'}{self.bits_allocated // 8}")

    @property
    def frame_bytes(self) -> int:
        """Uncompressed size of one image in bytes."""
        return self.rows * self.columns * self.dtype.itemsize

    @property
    def has_bright_padding(self) -> bool:
        """Whether padding, read as HU, would be brighter than any tissue."""
        if self.padding is None:
            return False
        return self.padding[0] * self.slope + self.intercept > HIGHEST_TISSUE_HU


def layout_of(header: DicomHeader) -> PixelLayout:
    """The pixel layout that a header describes.

    Parameters
    ----------
    header : DicomHeader
        Header of one image.

    Returns
    -------
    PixelLayout
        A layout whose pixels can be converted to HU.

    Raises
    ------
    CTError
        The pixels cannot be converted to HU; the message does not name the file.
    """
    refuse_undecodable(header.transfer_syntax)
    if header.pixel_bytes == UNDEFINED_LENGTH and not is_compressed(header.transfer_syntax):
        raise CTError("has compressed pixels, and no transfer syntax that says how to read them")
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
    is_big = is_big_endian(header.transfer_syntax)
    if is_big and allocated == 8:
        raise CTError("has pixels of 8 bits in big endian, whose order differs between writers")
    slope, intercept = _rescale_of(header)
    is_signed = _is_signed(header)
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
        is_big_endian=is_big,
    )


def decode_slice(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[np.int16]:
    """The pixels of a slice in HU.

    Parameters
    ----------
    files : Files
        Files of the opened path.
    header : DicomHeader
        Header of the image.
    layout : PixelLayout
        The answer of ``layout_of``.

    Returns
    -------
    NDArray[np.int16]
        (rows, columns) in HU.

    Raises
    ------
    CTError
        The pixels are missing, cut off or not decodable; the message names the file.
    """
    try:
        return to_hu(_stored_pixels(files, header, layout), layout)
    except CTError as error:
        raise CTError(f"{header.file} {error}") from error


def to_hu(stored: NDArray[Any], layout: PixelLayout) -> NDArray[np.int16]:
    """Stored pixels in HU, rounded and clipped as by ``rounded_hu``.

    Bits that are not part of a pixel (old overlays) are masked off. Padding becomes air only where
    it would be brighter than tissue; lower values could be tissue and stay as they are. MONOCHROME1
    is treated alike, because it inverts the display and not the HU.

    Parameters
    ----------
    stored : NDArray[Any]
        (rows, columns), stored values.
    layout : PixelLayout
        Layout of the values.

    Returns
    -------
    NDArray[np.int16]
        (rows, columns) in HU.

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
    if layout.padding is not None and layout.has_bright_padding:
        lowest, highest = layout.padding
        hu[(stored >= lowest) & (stored <= highest)] = AIR_HU
    return hu


def has_more_pixels(header: DicomHeader, layout: PixelLayout) -> bool:
    """Whether there is more pixel data than the stated size needs.

    One more byte is the padding to an even length (PS3.5 section 8.1.1).

    Parameters
    ----------
    header : DicomHeader
        Header of the image.
    layout : PixelLayout
        Layout with the stated size.
    """
    needed = layout.frame_bytes * header.frames
    return UNDEFINED_LENGTH > header.pixel_bytes > needed + needed % 2


def _stored_pixels(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[Any]:
    if is_compressed(header.transfer_syntax):
        return _decompressed_pixels(files, header, layout)
    size = layout.frame_bytes
    start = header.pixel_offset + header.frame * size
    within = header.pixel_bytes - header.frame * size
    if header.transfer_syntax == DEFLATED:
        data = dataset_bytes(files, header, start + min(size, within))[start:]
    else:
        data = files.read(header.file, start, max(min(size, within), 0))
    if len(data) < size:
        raise CTError(f"is cut off: {len(data)} of {size} bytes of pixel data")
    stored = np.frombuffer(data, layout.dtype).reshape(layout.rows, layout.columns)
    return stored.astype(stored.dtype.newbyteorder("="), copy=False)


def _decompressed_pixels(files: Files, header: DicomHeader, layout: PixelLayout) -> NDArray[Any]:
    from lesion_viewer.ct.dicom.encapsulated import frame_of
    from lesion_viewer.ct.dicom.frame_decoding import FrameForm, decode_frame

    form = FrameForm(
        header.transfer_syntax,
        layout.rows,
        layout.columns,
        layout.bits_allocated,
        layout.bits_stored,
        layout.is_signed,
        header.text(Tag.PHOTOMETRIC_INTERPRETATION),
    )
    data = files.read(header.file, header.pixel_offset)
    try:
        return decode_frame(frame_of(data, header.frame, header.frames), form)
    except CTError as error:
        raise CTError(f"{error} ({syntax_name(header.transfer_syntax)})") from error


def _pixel_cells(stored: NDArray[Any], layout: PixelLayout) -> NDArray[Any]:
    """The stored values without bits outside the pixel, sign-extended."""
    bits = stored.dtype.itemsize * 8
    if layout.bits_stored >= bits or layout.high_bit >= bits:
        return stored  # decoders return narrow pixels without other bits
    if layout.high_bit != layout.bits_stored - 1 and _are_lowest_bits(stored, layout):
        layout = replace(layout, high_bit=layout.bits_stored - 1)
    pixels = stored << (bits - 1 - layout.high_bit)
    pixels >>= bits - layout.bits_stored
    return pixels


def _are_lowest_bits(stored: NDArray[Any], layout: PixelLayout) -> bool:
    """Whether pixels take up the lowest bits, though High Bit says that they lie above them.

    Writers set it to 15 for all pixels of 16 bits. Then values fit in the lowest bits, and bits
    below the stated cell are used.
    """
    above = stored.dtype.itemsize * 8 - layout.bits_stored
    below = (1 << (layout.high_bit + 1 - layout.bits_stored)) - 1
    fits = np.array_equal((stored << above) >> above, stored)
    return fits and bool((stored & below).any())


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


def _rescale_of(header: DicomHeader) -> tuple[float, float]:
    if Tag.MODALITY_LUT in header.values:
        raise CTError("has a modality look-up table, not the slope and intercept of a CT image")
    slope, intercept = header.number(Tag.RESCALE_SLOPE), header.number(Tag.RESCALE_INTERCEPT)
    for number, tag in ((slope, Tag.RESCALE_SLOPE), (intercept, Tag.RESCALE_INTERCEPT)):
        if number is None and (text := header.text(tag)):
            raise CTError(f"has a rescale slope or intercept that is no number ({text[:60]})")
    if slope is None or intercept is None or slope == 0:
        raise CTError("has no rescale slope and intercept, so its HU are unknown")
    if max(abs(slope), abs(intercept)) > MAX_RESCALE:
        raise CTError(f"has an unusable rescale slope and intercept: {slope:g} and {intercept:g}")
    units = header.text(Tag.RESCALE_TYPE)
    if units.upper() not in ("", "HU", "US"):
        raise CTError(f"holds {units}, not HU")
    return slope, intercept


def _is_signed(header: DicomHeader) -> bool:
    representation = header.short(Tag.PIXEL_REPRESENTATION)
    if representation not in (0, 1):
        raise CTError("does not say whether its pixels are signed (Pixel Representation)")
    return representation == 1


def _padding_of(header: DicomHeader, is_signed: bool) -> tuple[int, int] | None:
    value = header.short(Tag.PIXEL_PADDING_VALUE, is_signed)
    if value is None:
        return None
    limit = header.short(Tag.PIXEL_PADDING_RANGE_LIMIT, is_signed)
    limit = value if limit is None else limit
    return min(value, limit), max(value, limit)
