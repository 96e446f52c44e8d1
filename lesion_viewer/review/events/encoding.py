"""Values of a review as JSON for the journal, and back, without rounding."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from lesion_viewer.ct.values.window import Curve, Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection
from lesion_viewer.detection.slice_mask import SliceMask, packed_size
from lesion_viewer.review.events.slices import Slices
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.recist import Axes

Value = TypeVar("Value")


def encode_window(window: Window | None) -> list[Any] | None:
    """A window as JSON.

    Parameters
    ----------
    window : Window | None
        In HU.

    Returns
    -------
    list[Any] | None
        Width, level, and the curve where it is not linear; None where there is no window.
    """
    if window is None:
        return None
    curve = [] if window.curve is Curve.LINEAR else [window.curve.value]
    return [window.width, window.level, *curve]


def decode_window(values: Sequence[Any] | None) -> Window | None:
    """The window of what ``encode_window`` made of it.

    Parameters
    ----------
    values : Sequence[Any] | None
        As ``encode_window`` gives them.

    Returns
    -------
    Window | None
        None where there are no values.
    """
    return None if values is None else Window(*values[:2], *map(Curve, values[2:3]))


def encode_origin(origin: Origin) -> dict[str, Any]:
    """An origin as JSON.

    Parameters
    ----------
    origin : Origin
        Of a finding.

    Returns
    -------
    dict[str, Any]
        Its fields by name.
    """
    return {
        "kind": origin.kind,
        "name": origin.name,
        "version": origin.version,
        "sha256": origin.sha256,
        "row": origin.row,
    }


def decode_origin(fields: Mapping[str, Any]) -> Origin:
    """The origin with these fields.

    Parameters
    ----------
    fields : Mapping[str, Any]
        As ``encode_origin`` gives them.

    Returns
    -------
    Origin
        The origin.
    """
    return Origin(**{**fields, "kind": OriginKind(fields["kind"])})


def encode_mask(mask: SliceMask) -> list[Any]:
    """A mask as JSON.

    Parameters
    ----------
    mask : SliceMask
        Pixels of a slice.

    Returns
    -------
    list[Any]
        Left, top, width and height in pixels, and its bits by zlib in base 64.
    """
    bits = b64encode(zlib.compress(mask.bits)).decode()
    return [mask.left, mask.top, mask.width, mask.height, bits]


def decode_mask(fields: Sequence[Any]) -> SliceMask:
    """The mask of what ``encode_mask`` made of it.

    Parameters
    ----------
    fields : Sequence[Any]
        As ``encode_mask`` gives them.

    Returns
    -------
    SliceMask
        Pixels of a slice.

    Raises
    ------
    ValueError
        Where it is no mask, or holds more bits than its rectangle has pixels.
    """
    *numbers, text = fields
    left, top, width, height = map(int, numbers)
    packed = b64decode(text, validate=True)
    try:
        bits = zlib.decompressobj().decompress(packed, max(packed_size(width, height), 0) + 1)
    except zlib.error as error:
        raise ValueError(f"a mask that cannot be unpacked: {error}") from error
    return SliceMask(left, top, width, height, bits)


def encode_detection(detection: Detection) -> list[Any]:
    """A detection as JSON.

    Parameters
    ----------
    detection : Detection
        A box in pixels with its score.

    Returns
    -------
    list[Any]
        Corners x1, y1, x2, y2, the score, then the lesion type where there is one, and the mask
        where there is one, before which the type stands in any case.
    """
    numbers = [float(v) for v in (*detection.box.as_tuple(), detection.score)]
    if detection.mask is not None:
        return [*numbers, detection.lesion_type, encode_mask(detection.mask)]
    return [*numbers, detection.lesion_type] if detection.lesion_type else [*numbers]


def decode_detection(fields: Sequence[Any]) -> Detection:
    """The detection of x1, y1, x2, y2, score, and a lesion type and a mask where there are.

    Parameters
    ----------
    fields : Sequence[Any]
        As ``encode_detection`` gives them.

    Returns
    -------
    Detection
        The detection.
    """
    mask = decode_mask(fields[6]) if len(fields) > 6 else None
    lesion_type = str(fields[5]) if len(fields) > 5 else ""
    return Detection(Box(*fields[:4]), fields[4], lesion_type, mask)


def encode_box(box: Box) -> list[float]:
    """A box as JSON.

    Parameters
    ----------
    box : Box
        In pixels.

    Returns
    -------
    list[float]
        Corners x1, y1, x2, y2.
    """
    return [float(v) for v in box.as_tuple()]


def decode_box(corners: Sequence[float]) -> Box:
    """The box of four corners.

    Parameters
    ----------
    corners : Sequence[float]
        As ``encode_box`` gives them.

    Returns
    -------
    Box
        In pixels.
    """
    return Box(*corners)


def encode_axes(axes: Axes) -> list[float]:
    """Axes as JSON.

    Parameters
    ----------
    axes : Axes
        In pixels.

    Returns
    -------
    list[float]
        Ends of the long axis, then of the short one.
    """
    return [float(v) for v in (*axes.long, *axes.short)]


def decode_axes(numbers: Sequence[float]) -> Axes:
    """The axes of eight numbers.

    Parameters
    ----------
    numbers : Sequence[float]
        As ``encode_axes`` gives them.

    Returns
    -------
    Axes
        In pixels.
    """
    a, b, c, d, *short = numbers
    return Axes((a, b, c, d), (short[0], short[1], short[2], short[3]))


def by_number(
    values: Mapping[int, Value], encode: Callable[[Value], Any], series_uid: str, slices: Slices
) -> dict[str, Any]:
    """Values by slice as JSON.

    Parameters
    ----------
    values : Mapping[int, Value]
        Slice index -> value.
    encode : Callable[[Value], Any]
        A value as JSON.
    series_uid : str
        UID of the series.
    slices : Slices
        Of the journal.

    Returns
    -------
    dict[str, Any]
        Number of the slice -> value as JSON.
    """
    number = slices.number
    return {str(number(series_uid, i)): encode(value) for i, value in values.items()}


def by_index(
    fields: Mapping[str, Any], decode: Callable[[Any], Value], slices: Slices
) -> dict[int, Value]:
    """The values by slice of what ``by_number`` made of them, in the order of the slices.

    Parameters
    ----------
    fields : Mapping[str, Any]
        As ``by_number`` gives them.
    decode : Callable[[Any], Value]
        The value of its JSON.
    slices : Slices
        Of the journal.

    Returns
    -------
    dict[int, Value]
        Slice index -> value.

    Raises
    ------
    LookupError
        For a slice that is not known.
    """
    return {slices.index(int(n)): decode(value) for n, value in fields.items()}
