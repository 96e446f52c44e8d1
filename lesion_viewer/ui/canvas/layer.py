"""The protocol of what lies over the picture beside its marks, such as measurements."""

from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QRegion

from lesion_viewer.ui.canvas.drags import Drag


class Layer(Protocol):
    """Draws over the picture, and is offered the mouse; positions are points of the widget."""

    @property
    def has_tool(self) -> bool:
        """Whether a tool of it waits for strokes or clicks."""

    def draw(self, painter: QPainter, region: QRegion) -> None:
        """Draw over the image and its marks.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        region : QRegion
            What is to be painted anew.
        """

    def begin(self, point: QPointF) -> Drag | None:
        """The drag that a left press begins.

        Parameters
        ----------
        point : QPointF
            Position of the press.

        Returns
        -------
        Drag | None
            None where the press is for others.
        """

    def click(self, point: QPointF) -> bool:
        """Take a left click without a drag; with a tool it is for that tool.

        Parameters
        ----------
        point : QPointF
            Position of the click.

        Returns
        -------
        bool
            Whether it was taken, so that no mark is picked.
        """

    def hover(self, point: QPointF) -> Qt.CursorShape | None:
        """Follow the mouse while no button is down.

        Parameters
        ----------
        point : QPointF
            Position of the mouse.

        Returns
        -------
        Qt.CursorShape | None
            The cursor to show there; None where others decide.
        """

    def cancel(self) -> None:
        """Give up what is begun and not finished: Esc, another tool or another slice."""
