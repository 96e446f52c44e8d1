"""Small pictures of a finding with its box before and after."""

import io
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lesion_viewer.ct.images.numbered_slices import NumberedSlices, list_slices, numbered_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.deeplesion.annotation_rows import folder_of, slice_number
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session

SIDE_PX, SCALE = 96, 3
SOFT_TISSUE = Window(400, 40)
BEFORE, AFTER, REJECTED = (255, 190, 0), (0, 200, 255), (255, 80, 80)
DASH_PX = 8

Decode = Callable[[int], NDArray[np.int16]]


def decoder(session: Session, images: Path) -> Callable[[str], Decode]:
    """The slices of a review's series, whose images lie under a path.

    Raises
    ------
    CTError
        Where there is no CT under the path.
    """
    records = session.series()
    numbered = {
        uid: NumberedSlices(
            folder_of(uid),
            range(first := int(slice_number(r.files[0])), first + len(r.files)),
            (r.shape[1], r.shape[2]),
            r.spacing_mm,
            None,
        )
        for uid, r in records.items()
        if r.is_of_project
    }
    if numbered:
        there = list_slices(images, {one.folder for one in numbered.values()})
        return lambda uid: (
            numbered_series(images, numbered[uid], there[numbered[uid].folder]).decode
        )
    study = {series.uid: series for series in open_study(images).series}
    return lambda uid: study[uid].decode


def picture_of(
    finding: Finding, series: SeriesRecord | None, decode: Callable[[str], Decode]
) -> str:
    """A PNG in base64 of the finding's key slice round its boxes; empty where it cannot be read.

    The box as it came is dashed, the box as it now stands solid; a rejected one is crossed out.
    """
    index = finding.key_slice
    try:
        hu = decode(finding.series_uid)(index)
    except (CTError, KeyError):
        return ""
    limits = series.window if series else None
    window = Window.from_limits(*limits) if limits else SOFT_TISSUE
    box, before = finding.boxes[index], finding.original_boxes.get(index)
    left, top = _corner(box, hu.shape)
    side = max(SIDE_PX, int(max(box.width, box.height)) + 16)
    part = np.ascontiguousarray(hu[top : top + side, left : left + side])
    grey = Image.fromarray(to_display(part, window)).convert("RGB")
    scale = max(1, SIDE_PX * SCALE // side)
    picture = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(picture)
    if before is not None and before != box:
        _dashed(draw, _on_picture(before, left, top, scale))
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
    """Left and top of the part that is shown, with the box in its middle where there is room."""
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


def _dashed(draw: ImageDraw.ImageDraw, corners: tuple[float, float, float, float]) -> None:
    x1, y1, x2, y2 = corners
    points = (x1, y1), (x2, y1), (x2, y2), (x1, y2)
    for a, b in zip(points, (*points[1:], points[0]), strict=True):
        length = max(abs(b[0] - a[0]), abs(b[1] - a[1]))
        for begin in np.arange(0, length, 2 * DASH_PX):
            ends = [min(p, length) / length for p in (begin, begin + DASH_PX)]
            dash = [(a[0] + (b[0] - a[0]) * e, a[1] + (b[1] - a[1]) * e) for e in ends]
            draw.line((*dash[0], *dash[1]), fill=BEFORE, width=2)
