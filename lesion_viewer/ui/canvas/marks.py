"""Findings as marks on the image: a status shows by dash, sign and colour alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.finding import Status
from lesion_viewer.review.recist import Axes
from lesion_viewer.ui.canvas.status_appearance import status_colour, status_sign
from lesion_viewer.ui.canvas.viewport import Viewport

PEN_PX = 2.0
SELECTED_PEN_PX = 3.0
LABEL_GAP_PX = 3
CORNER_PX = 7
REACH_PX = 5

SHADE = QColor(0, 0, 0, 130)
PLATE = QColor(0, 0, 0, 165)

DASH_PX = 2
# Lengths of dash and gap, in units of DASH_PX.
DASHES: dict[Status, list[float]] = {
    Status.UNDECIDED: [4, 2.5],
    Status.ACCEPTED: [],
    Status.CORRECTED: [],
    Status.REJECTED: [1, 2],
    Status.ADDED: [],
    Status.UNSURE: [5, 2, 1, 2],
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding's box on the slice on show.

    Parameters
    ----------
    finding_id : str
        Id of the finding, and the reader's name where it is one reader's box of two.
    box : Box
        Edges in stored pixels.
    status : Status
        Decides dash, sign and colour.
    label : str
        Written beside the sign above the box; mostly the score.
    is_selected : bool
        Whether it is the chosen finding's.
    axes : Axes | None
        Long and short axis, drawn where the finding is chosen; None where it has none.
    """

    finding_id: str
    box: Box
    status: Status
    label: str = ""
    is_selected: bool = False
    axes: Axes | None = None


def mark_colour(mark: Mark) -> QColor:
    """The colour of a mark's lines.

    Parameters
    ----------
    mark : Mark
        Any mark.

    Returns
    -------
    QColor
        Colour of the mark's status.
    """
    return QColor(status_colour(mark.status))


def draw_mark(painter: QPainter, viewport: Viewport, mark: Mark) -> None:
    """Draw the box on its pixel edges, and its label outside of it.

    Parameters
    ----------
    painter : QPainter
        Painter on the widget.
    viewport : Viewport
        Where the image lies on the widget.
    mark : Mark
        The mark that is drawn.
    """
    rect = viewport.rect_of(mark.box)
    colour = mark_colour(mark)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = SELECTED_PEN_PX if mark.is_selected else PEN_PX
    # A dark line beneath keeps the mark readable over bone and contrast.
    for pen_colour, pen_width in ((SHADE, width + 2), (colour, width)):
        pen = QPen(pen_colour, pen_width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if DASHES[mark.status]:
            pen.setDashPattern([length * DASH_PX / pen_width for length in DASHES[mark.status]])
        painter.setPen(pen)
        painter.drawRect(rect)
    if mark.is_selected:
        _draw_corners(painter, rect, colour)
    _draw_label(painter, rect, label_of(mark), colour)


def label_of(mark: Mark) -> str:
    """The text at a mark: the sign of its status, and its label.

    Parameters
    ----------
    mark : Mark
        Any mark.

    Returns
    -------
    str
        A text such as "○ 0.87".
    """
    return f"{status_sign(mark.status)} {mark.label}".rstrip()


def extent(viewport: Viewport, mark: Mark, metrics: QFontMetricsF) -> QRectF:
    """The rectangle that a mark may paint on, with its label and corner ticks.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    mark : Mark
        Any mark.
    metrics : QFontMetricsF
        Metrics of the label's font.

    Returns
    -------
    QRectF
        A rectangle in points of the widget.
    """
    rect = viewport.rect_of(mark.box)
    rect.setWidth(max(rect.width(), metrics.horizontalAdvance(label_of(mark)) + 2 * LABEL_GAP_PX))
    margin = CORNER_PX + SELECTED_PEN_PX + 4
    label = metrics.height() + 2 * LABEL_GAP_PX
    return rect.adjusted(-margin, -margin - label, margin, margin + label)


def mark_at(viewport: Viewport, marks: Iterable[Mark], point: QPointF) -> Mark | None:
    """The mark that a click means.

    The smallest one of those whose box is hit, or missed by up to ``REACH_PX``: a large mark must
    not hide those that lie in it.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.
    marks : Iterable[Mark]
        Marks on the slice on show.
    point : QPointF
        Position of the click on the widget.

    Returns
    -------
    Mark | None
        The mark; None beside all marks.
    """
    reach = QMarginsF(REACH_PX, REACH_PX, REACH_PX, REACH_PX)
    hit = [m for m in marks if viewport.rect_of(m.box).marginsAdded(reach).contains(point)]
    return min(hit, key=lambda m: m.box.area, default=None)


def _draw_label(painter: QPainter, rect: QRectF, text: str, colour: QColor) -> None:
    """Write above the box, below it where the widget's top is too near; never on the lesion."""
    metrics = painter.fontMetrics()
    plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * LABEL_GAP_PX, metrics.height())
    away = LABEL_GAP_PX + SELECTED_PEN_PX
    plate.moveTo(rect.left(), rect.top() - away - plate.height())
    if plate.top() < 0:
        plate.moveTop(rect.bottom() + away)
    painter.fillRect(plate, PLATE)
    painter.setPen(colour)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def _draw_corners(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """Ticks that point away from the selected box's corners."""
    painter.setPen(QPen(colour, SELECTED_PEN_PX))
    for x, dx in ((rect.left(), -CORNER_PX), (rect.right(), CORNER_PX)):
        for y, dy in ((rect.top(), -CORNER_PX), (rect.bottom(), CORNER_PX)):
            painter.drawLine(QPointF(x, y), QPointF(x + dx, y + dy))
