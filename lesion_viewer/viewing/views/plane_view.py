"""The state of one view: a plane through the volume on show, and how it is seen."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from lesion_viewer.ct.planes.grids import PlaneGrid, at_layer, grid_of, layer_of, on_layer
from lesion_viewer.ct.planes.picture import PlanePicture
from lesion_viewer.ct.planes.reslicing import is_slow, reslice
from lesion_viewer.ct.planes.slabs import THIN, Slab
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.geometry.alignment import spacings_mm
from lesion_viewer.geometry.between_slices import points_of
from lesion_viewer.geometry.box_extents import BoxExtent, extent_on
from lesion_viewer.geometry.sections import Cut, Section, cut_of, section_at, section_of_slice
from lesion_viewer.geometry.series_geometry import SeriesGeometry
from lesion_viewer.geometry.slice_plane import Point
from lesion_viewer.geometry.turn import AS_STORED
from lesion_viewer.viewing.signals import Signal
from lesion_viewer.viewing.viewer_model import ViewerModel


@dataclass(frozen=True, slots=True)
class Framing:
    """How a picture lies in a view.

    Attributes
    ----------
    points_per_mm : float | None
        Size of the picture on screen; None where all of it is shown as large as it fits.
    u, v : float
        Position on the section that is in the middle of the view, in mm from the section's point.
    """

    points_per_mm: float | None = None
    u: float = 0.0
    v: float = 0.0


FITTED = Framing()


class PlaneView:
    """What one view shows; the volume, its cursor, window and marks are the viewer's.

    The cut that the slices are nearest to shows the slices themselves, whatever their tilt; the
    others are true sagittal, coronal and axial planes of the patient through the cursor. Positions
    on a section stay the same while it moves along its normal: its point is the middle of the
    volume, or of the slice. Setting a value that it has already tells nobody. For the GUI thread
    alone.

    Parameters
    ----------
    viewer : ViewerModel
        What is on screen in all views.
    cut : Cut
        Direction of the plane.
    slab : Slab
        What is shown of which thickness.

    Attributes
    ----------
    viewer : ViewerModel
        What is on screen in all views.
    section_changed : Signal[Section | None]
        Another plane is on show, of this volume or another one; None where it is unknown how the
        slices lie in the patient.
    slab_changed : Signal[Slab]
        Another thickness or projection is shown.
    interpolated_changed : Signal[bool]
        Whether what lies between voxels is interpolated.
    framing_changed : Signal[Framing]
        The picture is seen larger, smaller or elsewhere.
    slices_read : Signal[Collection[int]]
        Slices that this view may show were read, or found unreadable; indices from 0.
    """

    def __init__(self, viewer: ViewerModel, cut: Cut = Cut.AXIAL, slab: Slab = THIN) -> None:
        self.viewer = viewer
        self.section_changed: Signal[Section | None] = Signal()
        self.slab_changed: Signal[Slab] = Signal()
        self.interpolated_changed: Signal[bool] = Signal()
        self.framing_changed: Signal[Framing] = Signal()
        self.slices_read: Signal[Collection[int]] = Signal()
        self._cut, self._slab, self._is_interpolated, self._framing = cut, slab, True, FITTED
        self._section = self._find_section()
        self._grid: PlaneGrid | None = None
        viewer.volume_changed.connect(self._take_volume)
        viewer.cursor_changed.connect(lambda _: self._follow())
        viewer.as_stored_changed.connect(lambda _: self._follow())
        viewer.slices_read.connect(self.slices_read.emit)

    # The plane.

    @property
    def cut(self) -> Cut:
        """Direction of the plane."""
        return self._cut

    @cut.setter
    def cut(self, cut: Cut) -> None:
        if cut is not self._cut:
            self._cut = cut
            self.framing = FITTED
            self._follow()

    @property
    def is_of_slices(self) -> bool:
        """Whether it shows the slices as they are stored, in their own plane."""
        geometry = self._geometry
        return geometry is None or cut_of(geometry) is self._cut

    @property
    def section(self) -> Section | None:
        """The plane on show; None where it is unknown how the slices lie in the patient."""
        return self._section

    @property
    def grid(self) -> PlaneGrid | None:
        """The pixels of its picture; None where there is no picture."""
        if self._grid is None and self._geometry is not None and self._section is not None:
            self._grid = grid_of(self._geometry, self._section)
        return self._grid

    @property
    def picture(self) -> PlanePicture | None:
        """What is seen now, computed anew; None where there is no picture."""
        return self.drawing()()

    @property
    def is_slow(self) -> bool:
        """Whether the picture had better be computed on a worker's thread, by ``drawing``."""
        if self._geometry is None or self._section is None:
            return False
        return is_slow(self._geometry, self._section, self._slab)

    def drawing(self) -> Callable[[], PlanePicture | None]:
        """What computes the picture of the view as it is now; it may be called on any thread."""
        volume, section, grid = self.viewer.volume, self._section, self.grid
        if volume is None or section is None or grid is None:
            return lambda: None
        return partial(reslice, volume, section, grid, self._slab, self._is_interpolated)

    @property
    def layer(self) -> tuple[int, int] | None:
        """The number of the layer of voxels on show, from 0, and how many there are.

        None where the plane lies aslant to the voxels.
        """
        if self.is_of_slices:
            volume = self.viewer.volume
            return (self.viewer.slice_index, len(volume)) if volume else None
        assert self._geometry is not None and self._section is not None
        return layer_of(self._geometry, self._section)

    def step(self, layers: int) -> None:
        """Move the cursor to another layer, along the normal of the plane.

        Parameters
        ----------
        layers : int
            How many layers further, towards the back in coronal and the right in sagittal planes;
            negative goes back. A plane aslant to the voxels moves by the distance of two pixels.
        """
        if self.is_of_slices:
            self.viewer.step(layers)
            return
        geometry, section, cursor = self._geometry, self._section, self.viewer.cursor_mm
        if geometry is None or section is None or cursor is None:
            return
        place = layer_of(geometry, section)
        by_mm = layers * min(spacings_mm(geometry))
        if place is not None:
            wanted = min(max(place[0] + layers, 0), place[1] - 1)
            moved = at_layer(geometry, section, wanted)
            by_mm = float(np.subtract(moved.point_mm, cursor) @ section.normal)
        self.viewer.look_at_mm(_point(np.array(cursor) + by_mm * section.normal))

    # Positions on the picture.

    @property
    def crosshair(self) -> tuple[float, float] | None:
        """The cursor on the section: u, v in mm from its point."""
        cursor = self.viewer.cursor_mm
        if self._section is None or cursor is None:
            return None
        u, v = self._section.positions(np.array([cursor]))[0].tolist()
        return u, v

    def look_at(self, u: float, v: float) -> None:
        """Put the cursor at a position on the section, for all views.

        Parameters
        ----------
        u, v : float
            In mm from the section's point.
        """
        if self._section is not None:
            self.viewer.look_at_mm(_point(self._section.points(np.array([(u, v)]))[0]))

    def extent_of(self, boxes: Mapping[int, Box]) -> BoxExtent | None:
        """The rectangle that the boxes of a finding fill on the section.

        Parameters
        ----------
        boxes : Mapping[int, Box]
            Slice index -> box as stored; at least one.

        Returns
        -------
        BoxExtent | None
            In mm from the section's point, and whether the plane passes through the finding; None
            where it is unknown how the slices lie in the patient.
        """
        if self._geometry is None or self._section is None:
            return None
        return extent_on(
            self._geometry, self._section, {i: box.as_tuple() for i, box in boxes.items()}
        )

    # How it is seen.

    @property
    def slab(self) -> Slab:
        """What is shown of which thickness."""
        return self._slab

    @slab.setter
    def slab(self, slab: Slab) -> None:
        if slab != self._slab:
            self._slab = slab
            self.slab_changed.emit(slab)

    @property
    def is_interpolated(self) -> bool:
        """Whether what lies between voxels is interpolated; else each voxel is seen as it is."""
        return self._is_interpolated

    @is_interpolated.setter
    def is_interpolated(self, is_interpolated: bool) -> None:
        if is_interpolated != self._is_interpolated:
            self._is_interpolated = is_interpolated
            self.interpolated_changed.emit(is_interpolated)

    @property
    def framing(self) -> Framing:
        """How large the picture is seen, and which part of it."""
        return self._framing

    @framing.setter
    def framing(self, framing: Framing) -> None:
        if framing != self._framing:
            self._framing = framing
            self.framing_changed.emit(framing)

    def centre(self) -> None:
        """Bring the cursor to the middle of the view, unless all of the picture is shown."""
        at = self.crosshair
        if at is not None and self._framing.points_per_mm is not None:
            self.framing = Framing(self._framing.points_per_mm, *at)

    @property
    def _geometry(self) -> SeriesGeometry | None:
        return self.viewer.series.geometry if self.viewer.series else None

    def _take_volume(self, _: CTVolume) -> None:
        self.framing = FITTED
        self._section, self._grid = self._find_section(), None
        self.section_changed.emit(self._section)

    def _follow(self) -> None:
        """Go where the cursor is."""
        section = self._find_section()
        if section != self._section:
            self._section, self._grid = section, None
            self.section_changed.emit(section)

    def _find_section(self) -> Section | None:
        geometry, series, cursor = self._geometry, self.viewer.series, self.viewer.cursor_mm
        if geometry is None or series is None or cursor is None:
            return None
        if self.is_of_slices:
            turn = AS_STORED if self.viewer.is_as_stored else series.turn
            return section_of_slice(geometry, self.viewer.slice_index, turn)
        rows, columns = geometry.size
        middle = points_of(geometry, np.array([((len(geometry) - 1) / 2, columns / 2, rows / 2)]))
        normal = section_at(cursor, self._cut).normal
        point = middle[0] + ((np.array(cursor) - middle[0]) @ normal) * normal
        return on_layer(geometry, section_at(_point(point), self._cut))


def _point(point: "np.typing.NDArray[np.float64]") -> Point:
    x, y, z = point.tolist()
    return x, y, z
