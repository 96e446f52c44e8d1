"""The picture of the study beside the one on show; what it is stands on it."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from lesion_viewer.ui.canvas.slice_view import SliceView
from lesion_viewer.ui.canvas.text import draw_outlined

PAD_PX = 10
TITLE = QColor(255, 176, 64)


class PriorCanvas(SliceView):
    """A slice with the study's title at the lower right, so that no picture of it lacks it.

    It stands above the line of the letter at the bottom, which narrow pictures have beside it.

    Attributes
    ----------
    title : str
        What is written.
    """

    title = ""

    def set_title(self, title: str) -> None:
        """Write another title.

        Parameters
        ----------
        title : str
            Such as "PRIOR 2025-03-01".
        """
        self.title = title
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        metrics, area = painter.fontMetrics(), self.viewport().rect()
        at = QPointF(
            area.right() - PAD_PX - metrics.horizontalAdvance(self.title),
            area.bottom() - PAD_PX - metrics.descent() - 2 * metrics.height(),
        )
        draw_outlined(painter, at, self.title, TITLE)
        painter.end()
