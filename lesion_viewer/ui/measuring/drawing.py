"""Measurements as lines, handles and labels on the picture."""

from collections.abc import Sequence
from math import hypot

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from lesion_viewer.review.annotations.shape import Position, Shape
from lesion_viewer.review.annotations.shapes import (
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.measurements.strokes import handles
from lesion_viewer.ui.canvas.outlines import edges
from lesion_viewer.ui.canvas.viewport import Viewport

COLOUR, SELECTED = QColor(120, 220, 255), QColor(255, 214, 102)
SHADE, PLATE = QColor(0, 0, 0, 130), QColor(0, 0, 0, 165)
LINE_PX, SELECTED_PX = 1.6, 2.2
TICK_PX, HANDLE_PX, GRAB_PX, REACH_PX = 5, 4.5, 9, 6
LABEL_GAP_PX, LABEL_PAD_PX, EDGE_PX = 8, 4, 6
DASHES = {Profile.kind: [6.0, 3.0]}


def outlines(shape: Shape) -> list[list[Position]]:
    """The lines that a shape is drawn as.

    Parameters
    ----------
    shape : Shape
        In stored pixels.

    Returns
    -------
    list[list[Position]]
        Each from position to position; the last is the first where it is closed.
    """
    points = list(shape.points)
    if isinstance(shape, Ellipse | Rectangle):
        return [[*points, points[0]]]
    if isinstance(shape, Diameters):
        return [points[:2], points[2:]]
    return _mask_edges(shape) if isinstance(shape, Mask) else [points]


def draw_shape(painter: QPainter, viewport: Viewport, shape: Shape, is_selected: bool) -> None:
    """Draw a shape, with handles where it is the chosen one.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    viewport : Viewport
        Where the image lies on the widget.
    shape : Shape
        In stored pixels.
    is_selected : bool
        Whether it is chosen.
    """
    colour, width = (SELECTED, SELECTED_PX) if is_selected else (COLOUR, LINE_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lines = [
        QPolygonF([viewport.to_widget(x, y) for x, y in outline]) for outline in outlines(shape)
    ]
    for pen_colour, pen_width in ((SHADE, width + 2), (colour, width)):
        pen = QPen(pen_colour, pen_width)
        if shape.kind in DASHES:
            pen.setDashPattern([length * LINE_PX / pen_width for length in DASHES[shape.kind]])
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(line)
        if isinstance(shape, Line | Profile | Diameters):
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            for line in lines:
                _draw_ticks(painter, line.at(0), line.at(1))
    if is_selected:
        painter.setPen(QPen(QColor(0, 0, 0), 1))
        painter.setBrush(colour)
        for x, y in handles(shape):
            painter.drawEllipse(viewport.to_widget(x, y), HANDLE_PX, HANDLE_PX)


def around(viewport: Viewport, shape: Shape) -> QRectF:
    """The rectangle round a shape.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    shape : Shape
        In stored pixels.

    Returns
    -------
    QRectF
        In points of the widget.
    """
    return QPolygonF(_widget_points(viewport, shape)).boundingRect()


def label_rect(
    viewport: Viewport,
    shape: Shape,
    lines: Sequence[str],
    metrics: QFontMetricsF,
    room: QRectF,
    labels: Sequence[QRectF],
    others: Sequence[QRectF],
) -> QRectF:
    """Where the label of a shape stands: beside it, on the picture, clear of labels and shapes.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    shape : Shape
        In stored pixels.
    lines : Sequence[str]
        What the label says.
    metrics : QFontMetricsF
        Of its font.
    room : QRectF
        The widget.
    labels : Sequence[QRectF]
        Where other labels stand.
    others : Sequence[QRectF]
        Round the other shapes; where there is no room clear of them, a label stands on one.

    Returns
    -------
    QRectF
        In points of the widget.
    """
    wide = max((metrics.horizontalAdvance(line) for line in lines), default=0)
    size = QSizeF(wide + 2 * LABEL_PAD_PX, metrics.lineSpacing() * len(lines) + LABEL_PAD_PX)
    inner = room.adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
    places = [QRectF(at, size) for at in _label_places(viewport, shape, size, inner)]
    inside = [p for p in places if inner.contains(p)] or places[:1]
    free = [p for p in inside if not any(map(p.intersects, labels))]
    free = free or _free_rows(inside[0], inner, labels) or inside
    rect = next((p for p in free if not any(map(p.intersects, others))), free[0])
    rect.moveLeft(max(min(rect.left(), inner.right() - size.width()), inner.left()))
    rect.moveTop(max(min(rect.top(), inner.bottom() - size.height()), inner.top()))
    return rect


def draw_label(painter: QPainter, rect: QRectF, lines: Sequence[str], is_selected: bool) -> None:
    """Write the label of a measurement on a dark plate.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    rect : QRectF
        As ``label_rect`` gives it.
    lines : Sequence[str]
        What it says.
    is_selected : bool
        Whether its measurement is chosen.
    """
    painter.fillRect(rect, PLATE)
    painter.setPen(SELECTED if is_selected else COLOUR)
    inner = rect.adjusted(LABEL_PAD_PX, 0, -LABEL_PAD_PX, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
    painter.drawText(inner, int(flags), "\n".join(lines))


def handle_at(viewport: Viewport, shape: Shape, point: QPointF) -> int | None:
    """The handle of a shape that a press takes hold of.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    shape : Shape
        In stored pixels.
    point : QPointF
        Of the widget.

    Returns
    -------
    int | None
        The nearest within reach; None where none is.
    """
    away = [_distance(viewport.to_widget(x, y), point) for x, y in handles(shape)]
    nearest = min(range(len(away)), key=away.__getitem__, default=None)
    return nearest if nearest is not None and away[nearest] <= GRAB_PX else None


def is_at(viewport: Viewport, shape: Shape, point: QPointF) -> bool:
    """Whether a line of a shape is at a point.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    shape : Shape
        In stored pixels.
    point : QPointF
        Of the widget.
    """
    for outline in outlines(shape):
        ends = [viewport.to_widget(x, y) for x, y in outline]
        if any(_from_line(a, b, point) <= REACH_PX for a, b in zip(ends, ends[1:], strict=False)):
            return True
    return False


def _draw_ticks(painter: QPainter, a: QPointF, b: QPointF) -> None:
    """Short lines across both ends of a line."""
    length = _distance(a, b) or 1.0
    across = QPointF((a.y() - b.y()) / length, (b.x() - a.x()) / length) * TICK_PX
    for end in (a, b):
        painter.drawLine(end - across, end + across)


def _free_rows(wanted: QRectF, room: QRectF, labels: Sequence[QRectF]) -> list[QRectF]:
    """Places above and below a wanted one that no label has, the nearest first."""
    step, count = LABEL_GAP_PX, int(room.height() / LABEL_GAP_PX)
    left = max(min(wanted.left(), room.right() - wanted.width()), room.left()) - wanted.left()
    moved = [wanted.translated(left, n * step) for n in range(-count, count + 1)]
    free = [p for p in moved if room.contains(p) and not any(map(p.intersects, labels))]
    return sorted(free, key=lambda p: abs(p.top() - wanted.top()))


def _label_places(viewport: Viewport, shape: Shape, size: QSizeF, room: QRectF) -> list[QPointF]:
    """Top left corners of a label beside a shape, the best one first."""
    points, rect = _widget_points(viewport, shape), around(viewport, shape)
    first, last = (pick(points, key=lambda p: p.x()) for pick in (min, max))
    wide, high = size.width(), size.height()
    right, left = rect.right() + LABEL_GAP_PX, rect.left() - LABEL_GAP_PX - wide
    above, below = rect.top() - LABEL_GAP_PX - high, rect.bottom() + LABEL_GAP_PX
    middle = max(min(rect.center().x() - wide / 2, room.right() - wide), room.left())
    return [
        QPointF(right, last.y() - high / 2),
        QPointF(left, first.y() - high / 2),
        QPointF(middle, below),
        QPointF(middle, above),
        QPointF(right, below),
        QPointF(left, below),
        QPointF(right, above),
        QPointF(left, above),
    ]


def _widget_points(viewport: Viewport, shape: Shape) -> list[QPointF]:
    return [viewport.to_widget(x, y) for x, y in shape.points]


def _mask_edges(mask: Mask) -> list[list[Position]]:
    return [[(x1, y1), (x2, y2)] for x1, y1, x2, y2 in edges(mask.pixels, *mask.corner)]


def _from_line(a: QPointF, b: QPointF, point: QPointF) -> float:
    along = b - a
    length2 = QPointF.dotProduct(along, along)
    share = QPointF.dotProduct(point - a, along) / length2 if length2 > 0 else 0.0
    return _distance(a + along * min(max(share, 0.0), 1.0), point)


def _distance(a: QPointF, b: QPointF) -> float:
    return hypot(b.x() - a.x(), b.y() - a.y())
