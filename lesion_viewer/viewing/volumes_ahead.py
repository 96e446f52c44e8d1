"""Volumes of which the first slice is wanted before they are shown."""

from collections.abc import Sequence

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.viewing.signals import Signal

Wanted = tuple[Series, int]  #: a series, and the slice of it that is shown first


class VolumesAhead:
    """Keeps the volumes of the last request, for someone to read into and for them to be shown.

    Attributes
    ----------
    wanted_changed : Signal[Sequence[tuple[CTVolume, int]]]
        Other slices are wanted, those of former requests no longer; the volumes, and the slice of
        each that is still to be read.
    """

    def __init__(self) -> None:
        self.wanted_changed: Signal[Sequence[tuple[CTVolume, int]]] = Signal()
        self._volumes: dict[str, CTVolume] = {}

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Want these slices in this order; what was read for others is dropped.

        Parameters
        ----------
        wanted : Sequence[Wanted]
            Series, and the slice of each that will be shown first.
        """
        former, self._volumes = self._volumes, {}
        slices = []
        for series, slice_index in wanted:
            volume = self._volumes.get(series.uid) or former.get(series.uid)
            if volume is None or volume.series is not series:
                volume = CTVolume(series)
            self._volumes[series.uid] = volume
            if not volume.is_settled(slice_index):
                slices.append((volume, slice_index))
        self.wanted_changed.emit(slices)

    def take(self, series: Series) -> CTVolume:
        """The volume of a series, with its first slice where that was read ahead.

        Parameters
        ----------
        series : Series
            The series that is to be shown.

        Returns
        -------
        CTVolume
            The volume; a new one where none was expected.
        """
        volume = self._volumes.pop(series.uid, None)
        return volume if volume is not None and volume.series is series else CTVolume(series)
