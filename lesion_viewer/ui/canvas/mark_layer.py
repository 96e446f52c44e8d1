"""The marks on the slice that is shown, and the one of them that is being edited."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QRegion

from lesion_viewer.detection.boxes import Box
from lesion_viewer.review.recist import moved_with
from lesion_viewer.ui.canvas.axes import draw_axes, end_at
from lesion_viewer.ui.canvas.box_editing import Grip, draw_handles, grip_at
from lesion_viewer.ui.canvas.marks import Mark, draw_mark, extent, mark_at, mark_colour
from lesion_viewer.ui.canvas.viewport import Viewport

AXES_FROM_PX = 40
"""Axes hide the lesion in a box that is smaller on the widget; there only an edit draws them."""


class MarkLayer:
    """Marks to draw and to pick, and the one that is edited.

    Parameters
    ----------
    viewport : Viewport
        Where the image lies on the widget.

    Attributes
    ----------
    marks : tuple[Mark, ...]
        Marks on the slice on show.
    edited_id : str | None
        Id of the finding whose mark has handles.
    """

    def __init__(self, viewport: Viewport) -> None:
        self._view = viewport
        self.marks: tuple[Mark, ...] = ()
        self.edited_id: str | None = None

    @property
    def edited(self) -> Mark | None:
        """The mark that has handles."""
        return next((m for m in self.marks if m.finding_id == self.edited_id), None)

    def put(self, marks: Iterable[Mark]) -> set[Mark]:
        """Show these marks in place of the former ones.

        Parameters
        ----------
        marks : Iterable[Mark]
            Marks on the slice on show.

        Returns
        -------
        set[Mark]
            Former and new marks that differ, which are to be painted anew.
        """
        marks = tuple(marks)
        differing = set(self.marks) ^ set(marks)
        self.marks = marks
        return differing

    def with_edited(self, mark: Mark) -> tuple[Mark, ...]:
        """The marks with another one in place of the edited mark.

        Parameters
        ----------
        mark : Mark
            A mark of the same finding.

        Returns
        -------
        tuple[Mark, ...]
            Marks in their present order.
        """
        return tuple(mark if m.finding_id == self.edited_id else m for m in self.marks)

    def with_held(self, marks: Sequence[Mark]) -> Sequence[Mark]:
        """Given marks, with box and axes of the edited one as they are shown now.

        Parameters
        ----------
        marks : Sequence[Mark]
            Marks on the slice on show.

        Returns
        -------
        Sequence[Mark]
            Marks in the given order.
        """
        held = self.edited
        if held is None:
            return marks
        return [
            replace(m, box=held.box, axes=held.axes) if m.finding_id == held.finding_id else m
            for m in marks
        ]

    def rects_of(self, marks: Iterable[Mark], font: QFont) -> list[QRect]:
        """The rectangles that marks may paint on.

        Parameters
        ----------
        marks : Iterable[Mark]
            Any marks.
        font : QFont
            Font of the labels.

        Returns
        -------
        list[QRect]
            Rectangles in points of the widget, in the marks' order.
        """
        metrics = QFontMetricsF(font)
        return [extent(self._view, mark, metrics).toAlignedRect() for mark in marks]

    def draw(self, painter: QPainter, region: QRegion) -> None:
        """Draw the marks that reach into ``region``, the chosen one last.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        region : QRegion
            What is to be painted anew.
        """
        for mark in sorted(self.marks, key=lambda m: m.is_selected):
            (rect,) = self.rects_of((mark,), painter.font())
            if region.intersects(rect):
                self._draw(painter, mark)

    def pick(self, point: QPointF) -> str:
        """The finding that a click means.

        Parameters
        ----------
        point : QPointF
            Position of the click on the widget.

        Returns
        -------
        str
            Id of the finding; empty beside all marks.
        """
        mark = mark_at(self._view, self.marks, point)
        return mark.finding_id if mark else ""

    def end_at(self, point: QPointF) -> int | None:
        """The end of the edited mark's axes that a press takes hold of.

        Parameters
        ----------
        point : QPointF
            Position of the press on the widget.

        Returns
        -------
        int | None
            0 and 1 are the ends of the long axis, 2 and 3 of the short one; None beside them.
        """
        mark = self.edited
        return end_at(self._view, mark.axes, point) if mark and mark.axes else None

    def grip_at(self, point: QPointF) -> Grip | None:
        """The part of the edited mark's box that a press takes hold of.

        Parameters
        ----------
        point : QPointF
            Position of the press on the widget.

        Returns
        -------
        Grip | None
            Grip of the box as it lies on the picture; None beside it.
        """
        mark = self.edited
        return grip_at(self._view.rect_of(mark.box), point) if mark else None

    def cursor_at(self, point: QPointF) -> Qt.CursorShape | None:
        """The cursor to show over the edited mark.

        Parameters
        ----------
        point : QPointF
            Position of the mouse on the widget.

        Returns
        -------
        Qt.CursorShape | None
            The cursor; None beside the mark.
        """
        if self.end_at(point) is not None:
            return Qt.CursorShape.CrossCursor
        grip = self.grip_at(point)
        return grip.cursor if grip else None

    def _draw(self, painter: QPainter, mark: Mark) -> None:
        is_edited = mark.finding_id == self.edited_id
        draw_mark(painter, self._view, mark)
        if is_edited:
            draw_handles(painter, self._view.rect_of(mark.box))
        rect = self._view.rect_of(mark.box)
        has_room = max(rect.width(), rect.height()) >= AXES_FROM_PX
        if mark.axes is not None and (is_edited or (mark.is_selected and has_room)):
            draw_axes(painter, self._view, mark.axes, mark_colour(mark), is_edited)


def with_box(mark: Mark, box: Box) -> Mark:
    """A mark with another box; its axes are moved and stretched along.

    Parameters
    ----------
    mark : Mark
        The mark before the change.
    box : Box
        Edges in stored pixels.

    Returns
    -------
    Mark
        A mark of the same finding.
    """
    return replace(mark, box=box, axes=moved_with(mark.axes, mark.box, box) if mark.axes else None)
