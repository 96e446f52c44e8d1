"""Places that two series share: the slice and pixel of one at a position of the other."""

from lesion_viewer.errors import GeometryError
from lesion_viewer.geometry.series_geometry import Place, SeriesGeometry, Voxel


def why_apart(a: SeriesGeometry | None, b: SeriesGeometry | None) -> str:
    """Why positions of two series cannot be compared, as a sentence; empty where they can.

    Parameters
    ----------
    a, b : SeriesGeometry | None
        Geometry of each series; None where it is unknown.

    Returns
    -------
    str
        For example "The series are in two frames of reference: ...".

    Notes
    -----
    DICOM PS3.3 C.7.4.1: only positions in one frame of reference are spatially related. Series
    that share one geometry, as the volumes in time of a file, need no name for it.
    """
    if a is None or b is None:
        return "A series does not say where its slices lie in the patient."
    if a is b:
        return ""
    if not (a.frame_of_reference and b.frame_of_reference):
        return (
            "A series does not say in which frame of reference it lies: its positions cannot be"
            " compared with those of another series."
        )
    if a.frame_of_reference != b.frame_of_reference:
        return (
            "The series are in two frames of reference: their positions cannot be compared without"
            " a registration."
        )
    return ""


def place_on(target: SeriesGeometry | None, source: SeriesGeometry | None, voxel: Voxel) -> Place:
    """The slice and pixel of a series at a position of another series.

    Parameters
    ----------
    target : SeriesGeometry | None
        Series whose slice is wanted.
    source : SeriesGeometry | None
        Series in which the position is known.
    voxel : Voxel
        Slice index, x, y in ``source``, in pixel edges as stored.

    Returns
    -------
    Place
        The nearest slice of ``target``, the position on it, and the distance from it; the position
        is beside the image, and the distance large, where the series do not overlap.

    Raises
    ------
    GeometryError
        The two are not in one frame of reference, or one of them is not placed in the patient.
    """
    if reason := why_apart(source, target):
        raise GeometryError(reason)
    assert source is not None and target is not None
    return target.nearest(source.point(int(voxel[0]), voxel[1], voxel[2]))
