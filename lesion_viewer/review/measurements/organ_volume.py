"""The volume of the liver as a detector marks it, slice by slice."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lesion_viewer.ct.study import Series
from lesion_viewer.detection.slice_mask import SliceMask
from lesion_viewer.review.measurements.volumes import stack_ml


@dataclass(frozen=True, slots=True)
class OrganVolume:
    """The volume of the liver, as far as it was searched.

    Attributes
    ----------
    ml : float
        In millilitres.
    slices : int
        On how many slices it is marked.
    searched, total : int
        How many slices were searched, of how many; some may be unreadable.
    is_cut : bool
        Whether it is marked on the first or the last slice, so that it reaches beyond the scan.
    """

    ml: float
    slices: int
    searched: int
    total: int
    is_cut: bool

    @property
    def is_whole(self) -> bool:
        """Whether every slice was searched and the scan does not cut it."""
        return self.searched == self.total and not self.is_cut


def liver_volume(
    livers: Mapping[int, SliceMask], searched: Collection[int], series: Series
) -> OrganVolume | None:
    """The volume of what a detector marks as liver.

    Parameters
    ----------
    livers : Mapping[int, SliceMask]
        Slice index -> the liver there.
    searched : Collection[int]
        Slices that the detector has answered.
    series : Series
        The series.

    Returns
    -------
    OrganVolume | None
        None where it marks none, millimetres are unknown, or two slices lie at one position.
    """
    ml = stack_ml({i: float(mask.count) for i, mask in livers.items()}, series)
    if not livers or ml is None:
        return None
    total = series.shape[0]
    is_cut = bool({0, total - 1} & livers.keys())
    return OrganVolume(ml, len(livers), len(searched), total, is_cut)
