"""What is on screen of a series: volume, slice, cursor, window and marks."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.geometry.between_slices import points_of, voxels_of
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.volumes_ahead import VolumesAhead


@dataclass(frozen=True, slots=True)
class Marks:
    """Which marks are drawn on the picture.

    Attributes
    ----------
    is_hidden : bool
        Whether none is.
    is_rejected_shown : bool
        Whether rejected findings are drawn too.
    """

    is_hidden: bool = False
    is_rejected_shown: bool = False


class ViewerModel:
    """The state that all views of a series share; a change of it is told to its subscribers.

    Setting a value that it has already tells nobody. For the GUI thread alone. Views draw what the
    model has, and change it only through its attributes and methods.

    Parameters
    ----------
    window : Window
        Window through which a series is shown whose files name none.

    Attributes
    ----------
    ahead : VolumesAhead
        What will be shown next.
    volume_changed : Signal[CTVolume]
        Another volume is on show, whose slices may still be read; slice and window are its own.
    slice_changed : Signal[int]
        Another slice is on show, of this volume or another one; its index from 0.
    slices_read : Signal[Collection[int]]
        Slices of the volume on show were read, or found unreadable; their indices from 0.
    window_changed : Signal[Window]
        The slice is shown through another window.
    inverted_changed : Signal[bool]
        Whether white is shown as black.
    as_stored_changed : Signal[bool]
        Whether slices are shown as the file has them.
    cursor_changed : Signal[Point | None]
        Another position in patient mm; None where it is unknown.
    marks_changed : Signal[Marks]
        Other marks are drawn.
    """

    def __init__(self, window: Window) -> None:
        self.volume_changed: Signal[CTVolume] = Signal()
        self.slice_changed: Signal[int] = Signal()
        self.slices_read: Signal[Collection[int]] = Signal()
        self.window_changed: Signal[Window] = Signal()
        self.inverted_changed: Signal[bool] = Signal()
        self.as_stored_changed: Signal[bool] = Signal()
        self.cursor_changed: Signal[Point | None] = Signal()
        self.marks_changed: Signal[Marks] = Signal()
        self.ahead = VolumesAhead()
        self._volume: CTVolume | None = None
        self._present: frozenset[int] = frozenset()
        self._slice_at = self._column = self._row = 0.0
        self._window = self._usual_window = window
        self._is_inverted = self._is_as_stored = False
        self._marks = Marks()

    # The volume and its slices.

    @property
    def volume(self) -> CTVolume | None:
        """The volume on show; None before a study is opened."""
        return self._volume

    @property
    def series(self) -> Series | None:
        """The series on show."""
        return self._volume.series if self._volume else None

    @property
    def slice_index(self) -> int:
        """Index of the slice on show, from 0."""
        return round(self._slice_at)

    @property
    def unreadable(self) -> dict[int, str]:
        """Slices that are there and cannot be read, with the reasons."""
        failures = self._volume.failures if self._volume else {}
        return {i: why for i, why in failures.items() if i in self._present}

    @property
    def usual_window(self) -> Window:
        """Window of a series whose files name none."""
        return self._usual_window

    def show_volume(
        self,
        volume: CTVolume,
        slice_index: int | None = None,
        window: Window | None = None,
        present: frozenset[int] | None = None,
    ) -> None:
        """Show another volume at a slice through a window; the cursor is in the slice's middle.

        Parameters
        ----------
        volume : CTVolume
            Its slices may still have to be read.
        slice_index : int | None
            Index of the slice, from 0; None for the middle one.
        window : Window | None
            None keeps the window on show.
        present : frozenset[int] | None
            Slices whose images are there, None for all; steps skip the others.
        """
        count, rows, columns = volume.series.shape
        former = self._window
        self._volume = volume
        self._present = frozenset(range(count)) if present is None else present
        self._slice_at = min(max(count // 2 if slice_index is None else slice_index, 0), count - 1)
        self._column, self._row = (columns - 1) / 2, (rows - 1) / 2
        self._window = window or former
        self.volume_changed.emit(volume)
        if self._window != former:
            self.window_changed.emit(self._window)
        self.slice_changed.emit(self.slice_index)
        self.cursor_changed.emit(self.cursor_mm)

    def show_series(
        self,
        series: Series,
        slice_index: int | None = None,
        window: Window | None = None,
        present: frozenset[int] | None = None,
    ) -> None:
        """Show a series, of which what was read ahead is there at once.

        Parameters
        ----------
        series : Series
            A series of the study or project.
        slice_index : int | None
            Index of the slice, from 0; None for the middle one.
        window : Window | None
            None for the file's, else for the usual one.
        present : frozenset[int] | None
            Slices whose images are there, None for all; steps skip the others.
        """
        window = window or series.file_window or self._usual_window
        self.show_volume(self.ahead.take(series), slice_index, window, present)

    def show_slice(self, slice_index: int) -> None:
        """Show a slice; one beyond the ends is the first or the last.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.
        """
        self.look_at(slice_index, self._column, self._row)

    def step(self, slices: int) -> None:
        """Show a slice further on; slices whose image is missing are skipped.

        Parameters
        ----------
        slices : int
            Number of slices to go on; negative goes back.
        """
        wanted = self.slice_index + slices
        ahead = self._ahead(slices)
        if ahead:
            self.show_slice(min(ahead, key=lambda i: abs(i - wanted)))

    def approach(self, slice_index: int) -> None:
        """Show the slice nearest to a wanted one, in its direction, whose image is there.

        Parameters
        ----------
        slice_index : int
            Index that is wanted, possibly beyond the ends.
        """
        self.step(slice_index - self.slice_index)

    def show_first(self) -> None:
        """Show the first slice whose image is there."""
        self.show_slice(min(self._present, default=0))

    def show_last(self) -> None:
        """Show the last slice whose image is there."""
        self.show_slice(max(self._present, default=0))

    def is_present(self, slice_index: int) -> bool:
        """Whether the image of a slice is there.

        Parameters
        ----------
        slice_index : int
            Index of the slice, from 0.

        Returns
        -------
        bool
            False in a labelling project for a slice whose file is missing.
        """
        return slice_index in self._present

    def neighbour(self, step: int) -> int | None:
        """The next slice whose image is there, or the one before.

        Parameters
        ----------
        step : int
            1 for the next, -1 for the one before.

        Returns
        -------
        int | None
            Index from 0; None at the end.
        """
        return min(self._ahead(step), key=lambda i: abs(i - self.slice_index), default=None)

    def tell_read(self, volume: CTVolume, slices: Collection[int]) -> None:
        """Tell that slices were read, or cannot be; nothing happens for a volume not on show.

        Parameters
        ----------
        volume : CTVolume
            Volume of the slices.
        slices : Collection[int]
            Indices from 0.
        """
        if volume is self._volume:
            self.slices_read.emit(slices)

    # The place in the patient.

    @property
    def cursor_mm(self) -> Point | None:
        """The position that is looked at, in patient mm (LPS); None where that is unknown."""
        geometry = self.series.geometry if self.series else None
        if geometry is None:
            return None
        at = self._slice_at, self._column + 0.5, self._row + 0.5
        x, y, z = points_of(geometry, np.array([at]))[0].tolist()
        return x, y, z

    @property
    def cursor_px(self) -> tuple[float, float]:
        """The position that is looked at on the slice on show, x and y in stored pixel edges."""
        return self._column + 0.5, self._row + 0.5

    def look_at(self, slice_at: float, column: float, row: float) -> None:
        """Put the cursor at a voxel, and show its slice; beyond the ends it is the nearest one.

        Parameters
        ----------
        slice_at : float
            Index of the slice, from 0; between two slices the nearer one is shown.
        column, row : float
            Position on the stored slice; whole numbers are centres of voxels.
        """
        if self._volume is None:
            return
        former, former_index = (self._slice_at, self._column, self._row), self.slice_index
        count, rows, columns = self._volume.series.shape
        self._slice_at = min(max(slice_at, 0), count - 1)
        self._column, self._row = min(max(column, 0), columns - 1), min(max(row, 0), rows - 1)
        if self.slice_index != former_index:
            self.slice_changed.emit(self.slice_index)
        if (self._slice_at, self._column, self._row) != former:
            self.cursor_changed.emit(self.cursor_mm)

    def look_at_mm(self, position: Point) -> None:
        """Put the cursor at a position of the patient; nothing happens where that is unknown.

        Parameters
        ----------
        position : Point
            x, y, z in patient mm (LPS); beyond the volume its nearest voxel is taken.
        """
        geometry = self.series.geometry if self.series else None
        if geometry is not None:
            slice_at, x, y = voxels_of(geometry, np.array([position], float))[0].tolist()
            self.look_at(slice_at, x - 0.5, y - 0.5)

    # How it is shown.

    @property
    def window(self) -> Window:
        """Window through which the slice is shown."""
        return self._window

    @window.setter
    def window(self, window: Window) -> None:
        if window != self._window:
            self._window = window
            self.window_changed.emit(window)

    @property
    def is_inverted(self) -> bool:
        """Whether white is shown as black."""
        return self._is_inverted

    @is_inverted.setter
    def is_inverted(self, is_inverted: bool) -> None:
        if is_inverted != self._is_inverted:
            self._is_inverted = is_inverted
            self.inverted_changed.emit(is_inverted)

    @property
    def is_as_stored(self) -> bool:
        """Whether slices are shown as the file has them, not in standard orientation."""
        return self._is_as_stored

    @is_as_stored.setter
    def is_as_stored(self, is_as_stored: bool) -> None:
        if is_as_stored != self._is_as_stored:
            self._is_as_stored = is_as_stored
            self.as_stored_changed.emit(is_as_stored)

    @property
    def marks(self) -> Marks:
        """Which marks are drawn."""
        return self._marks

    @marks.setter
    def marks(self, marks: Marks) -> None:
        if marks != self._marks:
            self._marks = marks
            self.marks_changed.emit(marks)

    def _ahead(self, step: int) -> list[int]:
        """The slices beyond the one on show, in the direction of a step, whose images are there."""
        return [i for i in self._present if (i - self.slice_index) * step > 0]
