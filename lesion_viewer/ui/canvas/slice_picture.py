"""The slice on show: its pixels through a window, in an orientation, with the text round it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from lesion_viewer.ct.planes.picture import PlanePicture, Shows
from lesion_viewer.ct.planes.slabs import THIN, Slab
from lesion_viewer.ct.planes.slice_slabs import slab_of_slice
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers
from lesion_viewer.geometry.stack import orientation_letters
from lesion_viewer.geometry.turn import AS_STORED, Turn
from lesion_viewer.ui.canvas.overlay import Overlay
from lesion_viewer.ui.canvas.picture_text import (
    Appearance,
    corner_text,
    missing_text,
    slab_voxel_text,
    voxel_text,
)
from lesion_viewer.ui.canvas.slice_image import SliceImage
from lesion_viewer.ui.canvas.viewport import Viewport
from lesion_viewer.ui.texts import tr


class SlicePicture:
    """Keeps the image and the overlay as volume, slice, window and orientation ask for.

    Parameters
    ----------
    image : SliceImage
        Item of the scene that shows the grey levels.
    viewport : Viewport
        Where the image lies on the widget; gets the size and the turn of each volume.
    overlay : Overlay
        Text round the image.

    Attributes
    ----------
    volume : CTVolume | None
        The volume on show; None at first.
    slice_index : int
        Index of the slice on show, from 0.
    window : Window
        Window through which the slice is shown.
    """

    def __init__(self, image: SliceImage, viewport: Viewport, overlay: Overlay) -> None:
        self._image, self._view, self._overlay = image, viewport, overlay
        self.volume: CTVolume | None = None
        self.slice_index = 0
        self.window = Window(400, 40)
        self._numbers = SliceNumbers("", ())
        self._is_inverted = False
        self._is_as_stored = False
        self._grey: NDArray[np.uint8] | None = None
        self._slab = THIN
        self._thick: PlanePicture | None = None

    def show_volume(self, volume: CTVolume) -> None:
        """Show another volume at its first slice: whole, or where more came of it, as it was.

        Parameters
        ----------
        volume : CTVolume
            Volume of any series; its slices may still have to be read.
        """
        series, former = volume.series, self.volume.series if self.volume else None
        self.volume, self.slice_index = volume, 0
        self._numbers = SliceNumbers.of(series.slices)
        _, rows, columns = series.shape
        row_mm, column_mm = series.spacing_mm[1:] if series.spacing_mm else (1.0, 1.0)
        if not series.continues(former):
            self._view.set_image(rows, columns, row_mm / column_mm, self._turn_of(series))
        self._take_turn(series)
        self._overlay.banner = "  ".join(tr(fault.text) for fault in series.faults)
        self.refresh()
        self.place()

    def show_slice(self, slice_index: int) -> None:
        """Show a slice, or a text in place of one that is not read.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.
        """
        self.slice_index = slice_index
        self.refresh()

    def set_window(self, window: Window) -> None:
        """Show the slice through another window.

        Parameters
        ----------
        window : Window
            Width and level in HU.
        """
        if window != self.window:
            self.window = window
            self.refresh()

    def set_inverted(self, is_inverted: bool) -> None:
        """Show white as black, or no longer.

        Parameters
        ----------
        is_inverted : bool
            Whether high values are dark.
        """
        self._is_inverted = is_inverted
        self.refresh()

    def set_as_stored(self, is_as_stored: bool) -> None:
        """Show the slices as they are stored, or in standard orientation.

        Parameters
        ----------
        is_as_stored : bool
            Whether rows and columns lie as in the file.
        """
        self._is_as_stored = is_as_stored
        if self.volume is None:
            return
        series = self.volume.series
        self._view.set_turn(self._turn_of(series))
        self._take_turn(series)
        self.refresh()
        self.place()

    def set_slab(self, slab: Slab) -> None:
        """Show the slice with what lies beside it, or alone.

        Parameters
        ----------
        slab : Slab
            What is shown of which thickness.
        """
        self._slab = slab
        self.refresh()

    def place(self) -> None:
        """Lay the image where the viewport says; the scene's units are the widget's points."""
        self._image.setTransform(self._view.transform())

    def refresh(self) -> None:
        """Compute the grey levels anew, or hide the image where the slice is not read."""
        if self.volume is None or self._grey is None:
            return
        hu = self._hu(self.volume)
        self._image.setVisible(hu is not None)
        self._overlay.message = (
            "" if hu is not None else missing_text(self.volume, self.slice_index)
        )
        if hu is not None:
            to_display(hu, self.window, self._grey)
            if self._is_inverted:
                np.subtract(255, self._grey, out=self._grey)
            self._image.set_grey(self._grey)

    def hu_text(self, point: QPointF) -> str:
        """Position and HU of the voxel under a point of the widget, as text.

        Parameters
        ----------
        point : QPointF
            Position on the widget.

        Returns
        -------
        str
            The text; empty beside the image, and for a slice that is not read.
        """
        if self.volume is None:
            return ""
        at = self._view.to_image(point)
        if self._thick is not None:
            on_picture = self._view.on_picture(point)
            hu = self._thick.hu_at(*self._thick.grid.position(on_picture.x(), on_picture.y()))
            return "" if hu is None else slab_voxel_text(at.x(), at.y(), hu)
        return voxel_text(self.volume, self.slice_index, at.x(), at.y())

    def draw_overlay(self, painter: QPainter, area: QRectF) -> None:
        """Write the corners' text, the letters, the scale and the banner.

        Parameters
        ----------
        painter : QPainter
            Painter on the widget.
        area : QRectF
            The whole widget.
        """
        px_per_unit, unit = 0.0, "px"
        if self.volume is not None:
            series, turn = self.volume.series, self._view.turn
            px_per_unit = self._view.zoom
            if spacing_mm := turn.spacing(series.spacing_mm):
                px_per_unit, unit = self._view.zoom / spacing_mm[2], "mm"
            shown = Appearance(self.window, self._view.zoom, self._is_inverted, turn)
            corners = corner_text(series, self.slice_index, shown, self._numbers)
            if self._thick is not None:
                corners[0].extend(tr(remark.text) for remark in self._thick.remarks)
            self._overlay.corners = corners
        self._overlay.draw(painter, area, px_per_unit, unit)

    def _hu(self, volume: CTVolume) -> NDArray[np.int16] | None:
        """HU of the slice or of the slab about it, turned; None where it is not read."""
        self._thick = None
        if not volume.is_loaded[self.slice_index]:
            return None
        turn = self._view.turn
        if self._slab.mm and not volume.series.is_arriving:
            self._thick = slab_of_slice(volume, self.slice_index, turn, self._slab)
        if self._thick is None:
            return turn.apply(volume.voxels[self.slice_index])
        is_read = not (self._thick.shows == Shows.UNREAD).any()
        return self._thick.hu if is_read else None

    def _turn_of(self, series: Series) -> Turn:
        return AS_STORED if self._is_as_stored else series.turn

    def _take_turn(self, series: Series) -> None:
        """Make room for the turned picture, and name what lies at its edges."""
        turn, size = self._view.turn, series.shape[1:]
        # Laid out in memory like the stored slice; only the last step reads it across rows.
        self._grey = turn.apply(np.zeros(size, np.uint8))
        self._overlay.letters = orientation_letters(turn.affine(series.affine, *size))
