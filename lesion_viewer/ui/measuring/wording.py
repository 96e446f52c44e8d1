"""Measurements in words, with their units."""

from lesion_viewer.review.annotations.shapes import (
    Angle,
    Diameters,
    Ellipse,
    Line,
    Mask,
    Profile,
    Rectangle,
)
from lesion_viewer.review.measurements.values import Measured
from lesion_viewer.text import Text
from lesion_viewer.ui.texts import tr

TITLES = {
    Line.kind: Text("Distance"),
    Diameters.kind: Text("RECIST pair"),
    Angle.kind: Text("Angle"),
    Ellipse.kind: Text("Ellipse"),
    Rectangle.kind: Text("Rectangle"),
    Profile.kind: Text("HU profile"),
    Mask.kind: Text("Mask"),
}
"""Kind of a shape -> what it is called."""


def title_of(kind: str) -> str:
    """What a kind of measurement is called.

    Parameters
    ----------
    kind : str
        Of its shape.

    Returns
    -------
    str
        In the reader's language.
    """
    return tr(TITLES[kind]) if kind in TITLES else kind


def value_lines(kind: str, measured: Measured) -> list[str]:
    """The values of a measurement, one line each, as they stand beside it.

    Parameters
    ----------
    kind : str
        Of its shape.
    measured : Measured
        Its values.

    Returns
    -------
    list[str]
        With units; lengths and areas in pixels where millimetres are unknown.
    """
    unit = "mm" if measured.is_mm else "px"
    if kind == Angle.kind:
        known = measured.degrees is not None
        return [f"{measured.degrees:.1f}°" if known else tr("no angle: pixel spacing unknown")]
    if measured.area is not None:
        return [*_hu_lines(measured), _area(measured)]
    if measured.short is not None:
        return [f"{measured.length:.1f} × {measured.short:.1f} {unit}"]
    return [f"{measured.length:.1f} {unit}"]


def _hu_lines(measured: Measured) -> list[str]:
    hu = measured.hu
    if hu is None:
        return []
    return [
        tr("mean {mean} HU, SD {sd}", mean=f"{hu.mean:.1f}", sd=f"{hu.sd:.1f}"),
        tr("min {lowest}, max {highest} HU", lowest=hu.lowest, highest=hu.highest),
    ]


def _area(measured: Measured) -> str:
    unit = "mm²" if measured.is_mm else tr("pixels")
    return f"{measured.area:.1f} {unit}"
