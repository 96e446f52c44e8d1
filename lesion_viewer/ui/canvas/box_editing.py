"""How a box follows the hand: handles, moves, and where it stops."""

from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lesion_viewer.ct.geometry.turn import Turn
from lesion_viewer.detection.boxes import Box

HANDLE_PX = 9
GRAB_PX = 8
ROOM_PX = 5 * HANDLE_PX
MIN_SIDE_PX = 1


@dataclass(frozen=True, slots=True)
class Grip:
    """What of a box is held: -1 its left or top edge, 1 its right or bottom, 0 none of the axis.

    Both 0 is the box as a whole.
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
        """
        x, y = turn.direction(self.x, self.y)
        return Grip(int(x), int(y))

    @property
    def cursor(self) -> Qt.CursorShape:
        """The cursor that says how this grip moves."""
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
    """The eight handles of a box at ``rect`` on the widget, of the same size at any zoom.

    Round a small box they stand off, so that they hide nothing of what is in it.
    """
    half = HANDLE_PX / 2
    x_off, y_off = (max(ROOM_PX - side, 0) / 2 for side in (rect.width(), rect.height()))
    rect = rect.adjusted(-x_off, -y_off, x_off, y_off)
    x = {-1: rect.left(), 0: rect.center().x(), 1: rect.right()}
    y = {-1: rect.top(), 0: rect.center().y(), 1: rect.bottom()}
    return {g: QRectF(x[g.x] - half, y[g.y] - half, HANDLE_PX, HANDLE_PX) for g in HANDLES}


def draw_handles(painter: QPainter, rect: QRectF) -> None:
    """Paint the handles of a box at ``rect`` on the widget."""
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    painter.setBrush(QColor(255, 255, 255))
    for handle in handle_rects(rect).values():
        painter.drawRect(handle)


def grip_at(rect: QRectF, point: QPointF) -> Grip | None:
    """What of a box at ``rect`` a press at ``point`` holds; corners before edges before body."""
    rects = handle_rects(rect)
    for grip in sorted(HANDLES, key=lambda g: -abs(g.x) - abs(g.y)):
        margin = (2 * GRAB_PX - HANDLE_PX) / 2
        if rects[grip].adjusted(-margin, -margin, margin, margin).contains(point):
            return grip
    return BODY if rect.contains(point) else None


def dragged(box: Box, grip: Grip, dx: float, dy: float, rows: int, columns: int) -> Box:
    """``box`` with what ``grip`` holds moved by ``dx``, ``dy`` image pixels.

    A moved edge comes to lie on a whole pixel edge within the image; one that is dragged across its
    opposite turns the box over, and at least one pixel stays between them. A moved box keeps its
    size.
    """
    if grip.is_body:
        x = min(max(round(dx), -box.x1), columns - box.x2)
        y = min(max(round(dy), -box.y1), rows - box.y2)
        return box.moved(x, y)
    x1, x2 = _dragged_axis(box.x1, box.x2, grip.x, dx, columns)
    y1, y2 = _dragged_axis(box.y1, box.y2, grip.y, dy, rows)
    return Box(x1, y1, x2, y2)


def drawn(xa: float, ya: float, xb: float, yb: float, rows: int, columns: int) -> Box | None:
    """The box over all pixels that a drag touched; None for one that lies beside the image."""
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
