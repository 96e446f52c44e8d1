"""The CTs that a detector of axial slices searches."""

from lesion_viewer.ct.study import Series
from lesion_viewer.geometry.turn import degrees_off_axial

MOST_DEGREES = 30
"""The largest gantry tilt; planes further off axial show the organs differently."""

ROUNDING_DEGREES = 0.1


def why_not_searched(series: Series, detector: str) -> str:
    """Why a detector of axial slices does not search a series, as a sentence; empty where it does.

    A series of unknown orientation is searched.

    Parameters
    ----------
    series : Series
        Series to search.
    detector : str
        Name of the detector.

    Returns
    -------
    str
        For example "... its planes are 90° off axial.".
    """
    if series.affine is None:
        return ""
    degrees = degrees_off_axial(series.affine)
    if degrees <= MOST_DEGREES + ROUNDING_DEGREES:
        return ""
    return (
        f"{detector} learned axial slices and does not search this series:"
        f" its planes are {degrees:.0f}° off axial."
    )
