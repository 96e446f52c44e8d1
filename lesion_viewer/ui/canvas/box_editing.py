"""The handles of a box, and the box that a drag of one of them gives."""

from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.turn import Turn

HANDLE_PX = 9
GRAB_PX = 8
ROOM_PX = 5 * HANDLE_PX
MIN_SIDE_PX = 1


@dataclass(frozen=True, slots=True)
class Grip:
    """The part of a box that is dragged: an edge, a corner, or the whole box where both are 0.

    Parameters
    ----------
    x : int
        -1 for the left edge, 1 for the right edge, 0 for neither.
    y : int
        -1 for the top edge, 1 for the bottom edge, 0 for neither.
    """

    x: int
    y: int

    @property
    def is_body(self) -> bool:
        """Whether the whole box is moved."""
        return self.x == 0 and self.y == 0

    def turned(self, turn: Turn) -> "Grip":
        """The grip of the same edges on the turned image.

        Parameters
        ----------
        turn : Turn
            Turn from the image of this grip to the other image.

        Returns
        -------
        Grip
            Grip of the same edges of the box.
        """
        x, y = turn.direction(self.x, self.y)
        return Grip(int(x), int(y))

    @property
    def cursor(self) -> Qt.CursorShape:
        """The cursor that shows in which directions this grip moves."""
        if self.is_body:
            return Qt.CursorShape.SizeAllCursor
        if self.x == 0:
            return Qt.CursorShape.SizeVerCursor
        if self.y == 0:
            return Qt.CursorShape.SizeHorCursor
        return (
            Qt.CursorShape.SizeFDiagCursor if self.x == self.y else Qt.CursorShape.SizeBDiagCursor
        )


HANDLES = tuple(Grip(x, y) for x, y in product((-1, 0, 1), repeat=2) if (x, y) != (0, 0))
BODY = Grip(0, 0)


def handle_rects(rect: QRectF) -> dict[Grip, QRectF]:
    """The eight handles of a box, of the same size at any zoom.

    Handles of a small box stand off it, so that they do not cover the lesion.

    Parameters
    ----------
    rect : QRectF
        The box on the widget.

    Returns
    -------
    dict[Grip, QRectF]
        Grip -> square on the widget.
    """
    half = HANDLE_PX / 2
    x_off, y_off = (max(ROOM_PX - side, 0) / 2 for side in (rect.width(), rect.height()))
    rect = rect.adjusted(-x_off, -y_off, x_off, y_off)
    x = {-1: rect.left(), 0: rect.center().x(), 1: rect.right()}
    y = {-1: rect.top(), 0: rect.center().y(), 1: rect.bottom()}
    return {g: QRectF(x[g.x] - half, y[g.y] - half, HANDLE_PX, HANDLE_PX) for g in HANDLES}


def draw_handles(painter: QPainter, rect: QRectF) -> None:
    """Paint the eight handles of a box.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    rect : QRectF
        The box on the widget.
    """
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    painter.setBrush(QColor(255, 255, 255))
    for handle in handle_rects(rect).values():
        painter.drawRect(handle)


def grip_at(rect: QRectF, point: QPointF) -> Grip | None:
    """The part of a box that a press takes hold of: a corner before an edge before the whole.

    Parameters
    ----------
    rect : QRectF
        The box on the widget.
    point : QPointF
        Position of the press on the widget.

    Returns
    -------
    Grip | None
        The grip; None where the press is beside the box and its handles.
    """
    rects = handle_rects(rect)
    for grip in sorted(HANDLES, key=lambda g: -abs(g.x) - abs(g.y)):
        margin = (2 * GRAB_PX - HANDLE_PX) / 2
        if rects[grip].adjusted(-margin, -margin, margin, margin).contains(point):
            return grip
    return BODY if rect.contains(point) else None


def dragged(box: Box, grip: Grip, dx: float, dy: float, rows: int, columns: int) -> Box:
    """A box after a drag of one of its parts.

    A moved edge comes to lie on a whole pixel edge within the image; one that is dragged across its
    opposite turns the box over, and at least one pixel stays between them. A moved box keeps its
    size.

    Parameters
    ----------
    box : Box
        Edges before the drag, in pixels.
    grip : Grip
        What is dragged.
    dx : float
        Pixels to the right since the press.
    dy : float
        Pixels down since the press.
    rows : int
        Height of the image in pixels.
    columns : int
        Width of the image in pixels.

    Returns
    -------
    Box
        A box within the image.
    """
    if grip.is_body:
        x = min(max(round(dx), -box.x1), columns - box.x2)
        y = min(max(round(dy), -box.y1), rows - box.y2)
        return box.moved(x, y)
    x1, x2 = _dragged_axis(box.x1, box.x2, grip.x, dx, columns)
    y1, y2 = _dragged_axis(box.y1, box.y2, grip.y, dy, rows)
    return Box(x1, y1, x2, y2)


def drawn(xa: float, ya: float, xb: float, yb: float, rows: int, columns: int) -> Box | None:
    """The box over all pixels that a drag touched.

    Parameters
    ----------
    xa : float
        Column position of the press, in pixels.
    ya : float
        Row position of the press, in pixels.
    xb : float
        Column position of the mouse, in pixels.
    yb : float
        Row position of the mouse, in pixels.
    rows : int
        Height of the image in pixels.
    columns : int
        Width of the image in pixels.

    Returns
    -------
    Box | None
        A box cut at the image's edges; None for a drag beside the image.
    """
    left, right = _pixel_edges(xa, xb, columns)
    top, bottom = _pixel_edges(ya, yb, rows)
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _dragged_axis(low: float, high: float, side: int, by: float, limit: int) -> tuple[float, float]:
    if side == 0:
        return low, high
    fixed, moved = (high, low + by) if side < 0 else (low, high + by)
    moved = float(min(max(round(moved), 0), limit))
    if abs(moved - fixed) < MIN_SIDE_PX:
        moved = fixed + side * MIN_SIDE_PX
        if not 0 <= moved <= limit:
            moved = fixed - side * MIN_SIDE_PX
    return min(fixed, moved), max(fixed, moved)


def _pixel_edges(a: float, b: float, limit: int) -> tuple[float, float]:
    low, high = min(a, b), max(a, b)
    return float(max(round(low), 0)), float(min(max(round(high), round(low) + 1), limit))
