"""The widget that shows a plane through a volume with the findings that it cuts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.geometry.turn import AS_STORED
from lesion_viewer.ui.canvas.marks import Mark
from lesion_viewer.ui.canvas.picture_text import window_lines
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.texts import tr

Extent = tuple[float, float, float, float]

UNKNOWN = {Shows.UNREAD: 0x20262E, Shows.UNREADABLE: 0x3A1F1F, Shows.GAP: 0x20262E}
"""Colours of pixels that show no voxels; beside the volume it is black."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays while a plane is moved through a volume.

    Attributes
    ----------
    extent : tuple[float, float, float, float]
        Left, upper, right and lower edge of the volume's picture in mm.
    letters : tuple[str, str, str, str]
        Patient directions at the left, right, top and bottom.
    """

    extent: Extent
    letters: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn at one place of the plane.

    Attributes
    ----------
    picture : PlanePicture
        HU and what they show.
    lines : tuple[str, ...]
        Plane, position, slab and what else must be said, for the upper left corner.
    """

    picture: PlanePicture
    lines: tuple[str, ...]


class PlaneView(PictureView):
    """A plane through a volume; positions that it is told and tells are mm on its picture.

    Parameters
    ----------
    name : str
        Of the plane, for those who cannot see it.
    parent : QWidget | None
        Widget that holds it.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumSize(120, 120)
        self._frame: Frame | None = None
        self._draw: Callable[[], Drawn] | None = None
        self._drawn: Drawn | None = None
        self._shown_index = 0
        self._shown_window = Window(400, 40)
        self._is_inverted = False
        self._grey: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)

    # What is shown.

    def show_plane(self, frame: Frame | None, draw: Callable[[], Drawn] | None) -> None:
        """Show a plane of another volume, whole.

        Parameters
        ----------
        frame : Frame | None
            None shows nothing.
        draw : Callable[[], Drawn] | None
            Gives what is drawn when it is next painted.
        """
        self.cancel()
        self._layer.put(())
        self._frame, self._draw, self._drawn = frame, draw, None
        self._overlay.letters = frame.letters if frame else ("", "", "", "")
        self._image.setVisible(False)
        if frame is not None:
            u1, v1, u2, v2 = frame.extent
            self._view.set_image(math.ceil(v2 - v1), math.ceil(u2 - u1), 1.0, AS_STORED)
        self.viewport().update()

    def show_anew(self, slice_index: int | None = None) -> None:
        """Draw the plane anew when it is next painted; nothing is computed before.

        Parameters
        ----------
        slice_index : int | None
            Index of the place along the plane's normal; None where it is the same.
        """
        self._shown_index = self._shown_index if slice_index is None else slice_index
        self._drawn = None
        self.viewport().update()

    def set_window(self, window: Window) -> None:
        """Show the plane through another window.

        Parameters
        ----------
        window : Window
            Width and level in HU.
        """
        if window != self._shown_window:
            self._shown_window = window
            self._show_grey()
            self.viewport().update()

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black, or no longer.

        Parameters
        ----------
        is_inverted : bool
            Whether high values are dark.
        """
        self._is_inverted = is_inverted
        self._show_grey()
        self.viewport().update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks.

        Parameters
        ----------
        marks : Sequence[Mark]
            Boxes in mm on the picture.
        """
        self._repaint_marks(self._layer.put(marks))

    @property
    def _is_empty(self) -> bool:
        return self._frame is None

    @property
    def _window(self) -> Window:
        return self._shown_window

    @property
    def _index(self) -> int:
        return self._shown_index

    def _take_window(self, window: Window) -> None:
        self.set_window(window)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, D102
        if self._drawn is None and self._draw is not None:
            self._drawn = self._draw()
            self._show_grey()
            self._place_image()
        super().paintEvent(event)

    def _show_grey(self) -> None:
        if self._drawn is None:
            return
        picture = self._drawn.picture
        if self._grey.shape != picture.hu.shape:
            self._grey = np.zeros(picture.hu.shape, np.uint8)
        to_display(picture.hu, self._shown_window, self._grey)
        if self._is_inverted:
            np.subtract(255, self._grey, out=self._grey)
        self._image.set_grey(self._grey)
        if not picture.is_whole:
            self._image.paint_over(picture.shows == Shows.OUTSIDE, 0)
            for shows, colour in UNKNOWN.items():
                self._image.paint_over(picture.shows == shows, colour)
        self._image.setVisible(True)

    def _place_image(self) -> None:
        if self._drawn is not None and self._frame is not None:
            grid, (u1, v1, _, _) = self._drawn.picture.grid, self._frame.extent
            on_picture = QTransform.fromTranslate(grid.u - u1, grid.v - v1)
            on_picture.scale(grid.column_mm, grid.row_mm)
            self._image.setTransform(on_picture * self._view.transform())
        self.viewport().update()

    def _hovered(self, point: QPointF) -> str:
        if self._drawn is None or self._frame is None:
            return ""
        at = self._view.to_image(point)
        hu = self._drawn.picture.hu_at(
            at.x() + self._frame.extent[0], at.y() + self._frame.extent[1]
        )
        return "" if hu is None else f"{hu} HU"

    def _draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        px_per_mm = 0.0
        if self._drawn is not None:
            picture, px_per_mm = self._drawn.picture, self._view.zoom
            zoom = self._view.zoom * picture.grid.column_mm
            shown = window_lines(self._shown_window, zoom, self._is_inverted)
            self._overlay.corners = ([*self._drawn.lines], [], shown, [])
        self._overlay.draw(painter, area, px_per_mm, "mm")
