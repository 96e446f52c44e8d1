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
"""Of a smaller box on the widget, axes would hide the lesion; they are drawn while it is edited."""


class MarkLayer:
    """Marks to draw, to pick and to take hold of.

    Attributes
    ----------
    marks : those on the slice
    edited_id : id of the finding whose mark has handles
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
        """Show these marks; those that are to be painted anew because they differ."""
        marks = tuple(marks)
        differing = set(self.marks) ^ set(marks)
        self.marks = marks
        return differing

    def with_edited(self, mark: Mark) -> tuple[Mark, ...]:
        """The marks, with ``mark`` in place of the edited one."""
        return tuple(mark if m.finding_id == self.edited_id else m for m in self.marks)

    def with_held(self, marks: Sequence[Mark]) -> Sequence[Mark]:
        """The marks, the edited one as it is shown now."""
        held = self.edited
        if held is None:
            return marks
        return [
            replace(m, box=held.box, axes=held.axes) if m.finding_id == held.finding_id else m
            for m in marks
        ]

    def rects_of(self, marks: Iterable[Mark], font: QFont) -> list[QRect]:
        """All that the marks may paint, in points of the widget."""
        metrics = QFontMetricsF(font)
        return [extent(self._view, mark, metrics).toAlignedRect() for mark in marks]

    def draw(self, painter: QPainter, region: QRegion) -> None:
        """Draw the marks that reach into ``region``, the chosen one last."""
        for mark in sorted(self.marks, key=lambda m: m.is_selected):
            (rect,) = self.rects_of((mark,), painter.font())
            if region.intersects(rect):
                self._draw(painter, mark)

    def pick(self, point: QPointF) -> str:
        """Id of the finding that a click means; empty beside all marks."""
        mark = mark_at(self._view, self.marks, point)
        return mark.finding_id if mark else ""

    def end_at(self, point: QPointF) -> int | None:
        """The end of the edited mark's axes that a press holds."""
        mark = self.edited
        return end_at(self._view, mark.axes, point) if mark and mark.axes else None

    def grip_at(self, point: QPointF) -> Grip | None:
        """What of the edited mark's box a press holds."""
        mark = self.edited
        return grip_at(self._view.rect_of(mark.box), point) if mark else None

    def cursor_at(self, point: QPointF) -> Qt.CursorShape | None:
        """The cursor over the edited mark; None beside it."""
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
    """The mark with another box, and its axes moved and stretched along with it."""
    return replace(mark, box=box, axes=moved_with(mark.axes, mark.box, box) if mark.axes else None)
