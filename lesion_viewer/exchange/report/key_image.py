"""The picture of a lesion in a report: its slice in standard orientation, with box and scale."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.stack import orientation_letters
from lesion_viewer.review.recist import Axes

if TYPE_CHECKING:
    from PIL import ImageDraw

LONGER_SIDE_PX = 640
BOX, AXES, LETTERS = (0, 200, 255), (255, 190, 0), (242, 200, 76)
TEXT_PX = 26
MARGIN_PX = 8
BAR_SHARE = 0.25
BARS_MM = (1, 2, 5, 10, 20, 50, 100, 200)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Marked:
    """What is drawn on a key image.

    Attributes
    ----------
    number : int
        Of the lesion in the report.
    box : Box
        Edges in stored pixels.
    axes : Axes | None
        Long and short axis in stored pixels; None where nobody measured.
    """

    number: int
    box: Box
    axes: Axes | None


def key_image(
    series: Series, hu: NDArray[np.int16], window: Window, marked: Marked
) -> NDArray[np.uint8]:
    """A slice as a reader sees it, with a lesion marked.

    The whole slice is shown in standard orientation and in true proportions; beside it lie the
    letters of the patient's directions, where they are known, and a scale.

    Parameters
    ----------
    series : Series
        The slice's series.
    hu : NDArray[np.int16]
        (rows, columns) of the slice, as stored.
    window : Window
        Through which it is shown.
    marked : Marked
        The lesion.

    Returns
    -------
    NDArray[np.uint8]
        (rows, columns, 3); the longer side has ``LONGER_SIDE_PX``.
    """
    from PIL import Image, ImageDraw  # a window that makes no report starts without

    rows, columns = hu.shape
    turned = np.ascontiguousarray(series.turn.apply(hu))
    _, row_mm, column_mm = series.turn.spacing(series.spacing_mm) or (1.0, 1.0, 1.0)
    height, width = turned.shape[0] * row_mm, turned.shape[1] * column_mm
    px_per_unit = LONGER_SIDE_PX / max(height, width)
    size = round(width * px_per_unit), round(height * px_per_unit)
    grey = Image.fromarray(to_display(turned, window))
    picture = grey.resize(size, Image.Resampling.BILINEAR).convert("RGB")
    draw = ImageDraw.Draw(picture)

    def place(x: float, y: float) -> Point:
        column, row = series.turn.point(x, y, rows, columns)
        return column * size[0] / turned.shape[1], row * size[1] / turned.shape[0]

    ends = [place(*end) for end in marked.axes.points] if marked.axes else []
    corners = place(marked.box.x1, marked.box.y1), place(marked.box.x2, marked.box.y2)
    _draw_lesion(draw, marked.number, corners, ends)
    _draw_letters(draw, size, orientation_letters(series.turn.affine(series.affine, rows, columns)))
    if series.spacing_mm is not None:
        _draw_bar(draw, size, px_per_unit)
    return np.asarray(picture)


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """A picture as a PNG file.

    Parameters
    ----------
    pixels : NDArray[np.uint8]
        (rows, columns, 3).

    Returns
    -------
    bytes
        The file.
    """
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="PNG")
    return content.getvalue()


def _draw_lesion(
    draw: "ImageDraw.ImageDraw", number: int, corners: Sequence[Point], ends: Sequence[Point]
) -> None:
    for start, end in (ends[:2], ends[2:]) if ends else ():
        draw.line((*start, *end), fill=AXES, width=2)
    (xa, ya), (xb, yb) = corners
    left, right, top, bottom = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    draw.rectangle((left, top, right, bottom), outline=BOX, width=3)
    _write(draw, (left, top - 4), str(number), BOX, "ls")


def _draw_letters(
    draw: "ImageDraw.ImageDraw", size: tuple[int, int], letters: tuple[str, str, str, str]
) -> None:
    width, height = size
    left, right, top, bottom = letters
    _write(draw, (MARGIN_PX, height / 2), left, LETTERS, "lm")
    _write(draw, (width - MARGIN_PX, height / 2), right, LETTERS, "rm")
    _write(draw, (width / 2, MARGIN_PX), top, LETTERS, "ma")
    _write(draw, (width / 2, height - MARGIN_PX), bottom, LETTERS, "md")


def _draw_bar(draw: "ImageDraw.ImageDraw", size: tuple[int, int], px_per_mm: float) -> None:
    """A scale in the lower right corner, of at most a quarter of the width."""
    fitting = [mm for mm in BARS_MM if mm * px_per_mm <= size[0] * BAR_SHARE]
    length_mm = max(fitting, default=BARS_MM[0])
    right, bottom = size[0] - MARGIN_PX, size[1] - MARGIN_PX
    left = right - length_mm * px_per_mm
    for width, colour in ((6, (0, 0, 0)), (3, (255, 255, 255))):
        draw.line((left, bottom, right, bottom), fill=colour, width=width)
    text = f"{length_mm // 10} cm" if length_mm >= 10 else f"{length_mm} mm"
    _write(draw, (right, bottom - 6), text, (255, 255, 255), "rd")


def _write(
    draw: "ImageDraw.ImageDraw", at: Point, text: str, colour: tuple[int, int, int], anchor: str
) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(TEXT_PX)
    draw.text(at, text, colour, font, anchor, stroke_width=2, stroke_fill=(0, 0, 0))
