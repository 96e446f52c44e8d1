"""What is written round the image: corner text, orientation letters, scale bar, banner."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from lesion_viewer.ui.canvas.text import OUTLINE, TEXT, draw_outlined

PAD_PX = 10
LETTER = QColor(242, 200, 76)
BANNER = QColor(255, 176, 64)
BAR_SHARE = 0.25
BAR_PX = 2
BAR_STEPS = (1, 2, 5)


@dataclass(slots=True)
class Overlay:
    """Texts round the image.

    Attributes
    ----------
    corners : tuple[list[str], list[str], list[str], list[str]]
        Lines of the corners top left, top right, bottom left and bottom right.
    letters : tuple[str, str, str, str]
        What lies at the left, right, top and bottom of the picture; empty where unknown.
    banner : str
        A warning over the picture, wrapped and never cut; empty for none.
    message : str
        Text in the middle in place of an image; empty where the image is shown.
    places : tuple[QRectF, ...]
        Where the text of each corner was written last.
    """

    corners: tuple[list[str], list[str], list[str], list[str]] = field(
        default_factory=lambda: ([], [], [], [])
    )
    letters: tuple[str, str, str, str] = ("", "", "", "")
    banner: str = ""
    message: str = ""
    places: tuple[QRectF, ...] = ()

    def draw(self, painter: QPainter, area: QRectF, px_per_unit: float, unit: str) -> None:
        """Write all texts, and the scale bar where an image is shown.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        area : QRectF
            The whole widget.
        px_per_unit : float
            Length on screen of 1 mm, or of 1 image pixel; 0 without an image.
        unit : str
            "mm" or "px".
        """
        banner_height = self._draw_banner(painter, area)
        room = area.adjusted(PAD_PX, PAD_PX + banner_height, -PAD_PX, -PAD_PX)
        self.places = tuple(
            _draw_lines(painter, room, lines, bool(is_right), bool(is_bottom))
            for lines, is_right, is_bottom in zip(
                self.corners, (0, 1, 0, 1), (0, 0, 1, 1), strict=True
            )
        )
        self._draw_letters(painter, room)
        if self.message:
            metrics = painter.fontMetrics()
            half = QPointF(metrics.horizontalAdvance(self.message) / 2, -metrics.ascent() / 2)
            draw_outlined(painter, room.center() - half, self.message)
        elif px_per_unit > 0:
            _draw_scale(painter, room, px_per_unit, unit)

    def is_written(self, corner: int, point: QPointF) -> bool:
        """Whether the text of a corner is written at a point.

        Parameters
        ----------
        corner : int
            Place in ``corners``.
        point : QPointF
            Position on the widget.

        Returns
        -------
        bool
            False before anything is drawn.
        """
        return bool(self.places) and self.places[corner].contains(point)

    def _draw_letters(self, painter: QPainter, room: QRectF) -> None:
        plain = painter.font()
        large = QFont(plain)
        large.setPointSizeF(plain.pointSizeF() * 1.35)
        large.setBold(True)
        painter.setFont(large)
        metrics = painter.fontMetrics()
        middle, half_ascent = room.center(), metrics.ascent() / 2
        left, right, top, bottom = self.letters
        wide = metrics.horizontalAdvance
        draw_outlined(painter, QPointF(room.left(), middle.y() + half_ascent), left, LETTER)
        at_right = QPointF(room.right() - wide(right), middle.y() + half_ascent)
        draw_outlined(painter, at_right, right, LETTER)
        at_top = QPointF(middle.x() - wide(top) / 2, self._edge(room, wide(top), False))
        draw_outlined(painter, at_top + QPointF(0, metrics.ascent()), top, LETTER)
        at_bottom = QPointF(middle.x() - wide(bottom) / 2, self._edge(room, wide(bottom), True))
        draw_outlined(painter, at_bottom - QPointF(0, metrics.descent()), bottom, LETTER)
        painter.setFont(plain)

    def _edge(self, room: QRectF, width: float, is_bottom: bool) -> float:
        """Where a letter in the middle of the top or bottom begins: beside the corners' text."""
        half = width / 2 + PAD_PX
        lines = self.places[2:] if is_bottom else self.places[:2]
        middle = room.center().x()
        in_way = [at for at in lines if at.left() < middle + half and at.right() > middle - half]
        if is_bottom:
            return min([room.bottom(), *(at.top() for at in in_way)])
        return max([room.top(), *(at.bottom() for at in in_way)])

    def _draw_banner(self, painter: QPainter, area: QRectF) -> float:
        if not self.banner:
            return 0
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        room = area.adjusted(PAD_PX, 4, -PAD_PX, 0)
        text = painter.fontMetrics().boundingRect(room.toRect(), int(flags), self.banner)
        strip = QRectF(area.left(), area.top(), area.width(), text.height() + 8)
        painter.fillRect(strip, QColor(60, 40, 10, 230))
        painter.setPen(BANNER)
        painter.drawText(strip.adjusted(PAD_PX, 0, -PAD_PX, 0), int(flags), self.banner)
        return strip.height()


def bar_length(px_per_unit: float, room_px: float) -> float:
    """The longest of 1, 2, 5, 10, 20 ... units that fits.

    Parameters
    ----------
    px_per_unit : float
        Length of a unit on screen, in points.
    room_px : float
        Room for the bar, in points.

    Returns
    -------
    float
        Length in units; 0.1 is the shortest.
    """
    best = 0.1
    for power in range(-1, 5):
        for step in BAR_STEPS:
            if step * 10**power * px_per_unit <= room_px:
                best = step * 10.0**power
    return best


def bar_label(length: float, unit: str) -> str:
    """A length as it is written: in centimetres from 10 mm on.

    Parameters
    ----------
    length : float
        Length in ``unit``.
    unit : str
        "mm" or "px".

    Returns
    -------
    str
        A text such as "5 cm".
    """
    if unit == "mm" and length >= 10:
        return f"{length / 10:g} cm"
    return f"{length:g} {unit}"


def _draw_lines(
    painter: QPainter, room: QRectF, lines: list[str], is_right: bool, is_bottom: bool
) -> QRectF:
    """Write a corner's lines; where they are."""
    metrics = painter.fontMetrics()
    height = metrics.lineSpacing()
    first = room.top() + metrics.ascent()
    if is_bottom:
        first = room.bottom() - metrics.descent() - height * (len(lines) - 1)
    width = max((metrics.horizontalAdvance(line) for line in lines), default=0)
    left = room.right() - width if is_right else room.left()
    for number, line in enumerate(lines):
        x = room.right() - metrics.horizontalAdvance(line) if is_right else room.left()
        draw_outlined(painter, QPointF(x, first + number * height), line)
    return QRectF(left, first - metrics.ascent(), width, height * len(lines))


def _draw_scale(painter: QPainter, room: QRectF, px_per_unit: float, unit: str) -> None:
    """A vertical ruler at the right, clear of the corners and of the letter."""
    length = bar_length(px_per_unit, room.height() * BAR_SHARE)
    right, bottom = round(room.right()), round(room.center().y()) - 26
    long_px = round(length * px_per_unit)
    top = bottom - long_px
    # Whole points: an antialiased fill takes as long as a slice.
    bars = [QRect(right - BAR_PX, top, BAR_PX, long_px)]
    for share, tick in ((0, 10), (0.25, 5), (0.5, 7), (0.75, 5), (1, 10)):
        bars.append(QRect(right - tick, top + round(share * long_px) - 1, tick, BAR_PX))
    for bar in bars:
        painter.fillRect(bar.adjusted(-1, -1, 1, 1), OUTLINE)
    for bar in bars:
        painter.fillRect(bar, TEXT)
    label = bar_label(length, unit)
    wide = painter.fontMetrics().horizontalAdvance(label)
    draw_outlined(painter, QPointF(room.right() - wide, top - 7), label)
