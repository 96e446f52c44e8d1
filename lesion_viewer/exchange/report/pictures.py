"""Small pictures of a finding with its box before and after."""

import io
from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np

from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.series_record import SeriesRecord

if TYPE_CHECKING:
    from PIL import ImageDraw

SIDE_PX, SCALE = 96, 3
SOFT_TISSUE = Window(400, 40)
BEFORE, AFTER, REJECTED = (255, 190, 0), (0, 200, 255), (255, 80, 80)
DASH_PX = 8


def picture_of(finding: Finding, record: SeriesRecord | None, series_of: SeriesOf) -> str:
    """A PNG in base64 of a finding's key slice round its box, in standard orientation.

    The original box is dashed, the present box is solid; the box of a rejected finding is crossed
    out.

    Parameters
    ----------
    finding : Finding
        Finding with a box on its key slice.
    record : SeriesRecord | None
        Series of the finding as the journal knows it, for its window; None where unknown.
    series_of : SeriesOf
        Function from series UID to series.

    Returns
    -------
    str
        PNG in base64; empty where the slice cannot be read.
    """
    index = finding.key_slice
    try:
        series = series_of(finding.series_uid)
        stored = series.decode(index)
    except (CTError, KeyError, IndexError):
        return ""
    turn, size = series.turn, (stored.shape[0], stored.shape[1])
    hu = turn.apply(stored)
    limits = record.window if record else None
    window = Window.from_limits(*limits) if limits else SOFT_TISSUE
    box, before = finding.boxes[index].turned(turn, *size), finding.original_boxes.get(index)
    left, top = _corner(box, hu.shape)
    side = max(SIDE_PX, int(max(box.width, box.height)) + 16)
    part = np.ascontiguousarray(hu[top : top + side, left : left + side])
    from PIL import Image, ImageDraw  # a window that makes no report starts without

    grey = Image.fromarray(to_display(part, window)).convert("RGB")
    scale = max(1, SIDE_PX * SCALE // side)
    picture = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(picture)
    if before is not None and before != finding.boxes[index]:
        _dashed(draw, _on_picture(before.turned(turn, *size), left, top, scale))
    is_rejected = finding.status is Status.REJECTED
    x1, y1, x2, y2 = _on_picture(box, left, top, scale)
    draw.rectangle((x1, y1, x2, y2), outline=REJECTED if is_rejected else AFTER, width=2)
    if is_rejected:
        draw.line((x1, y1, x2, y2), fill=REJECTED, width=2)
        draw.line((x1, y2, x2, y1), fill=REJECTED, width=2)
    content = io.BytesIO()
    picture.save(content, format="PNG")
    return b64encode(content.getvalue()).decode()


def _corner(box: Box, shape: tuple[int, ...]) -> tuple[int, int]:
    """Left and top of the part to show, centred on the box where the image allows it."""
    side = max(SIDE_PX, int(max(box.width, box.height)) + 16)
    x, y = box.centre
    left = min(max(int(x) - side // 2, 0), max(shape[1] - side, 0))
    top = min(max(int(y) - side // 2, 0), max(shape[0] - side, 0))
    return left, top


def _on_picture(box: Box, left: int, top: int, scale: int) -> tuple[float, float, float, float]:
    return (
        (box.x1 - left) * scale,
        (box.y1 - top) * scale,
        (box.x2 - left) * scale,
        (box.y2 - top) * scale,
    )


def _dashed(draw: "ImageDraw.ImageDraw", corners: tuple[float, float, float, float]) -> None:
    x1, y1, x2, y2 = corners
    points = (x1, y1), (x2, y1), (x2, y2), (x1, y2)
    for a, b in zip(points, (*points[1:], points[0]), strict=True):
        length = max(abs(b[0] - a[0]), abs(b[1] - a[1]))
        for begin in np.arange(0, length, 2 * DASH_PX):
            ends = [min(p, length) / length for p in (begin, begin + DASH_PX)]
            dash = [(a[0] + (b[0] - a[0]) * e, a[1] + (b[1] - a[1]) * e) for e in ends]
            draw.line((*dash[0], *dash[1]), fill=BEFORE, width=2)
