"""The windows that a DICOM file gives, and faults of grey levels that are not applied."""

from collections.abc import Sequence

from lesion_viewer.ct.dicom.header import DicomHeader, Tag
from lesion_viewer.ct.study import Fault
from lesion_viewer.ct.values.window import Curve, Window

MAX_WINDOW_HU = 1e6
# VOI LUT Function (PS3.3 C.11.2.1.2 and C.11.2.1.3); the default is linear. LINEAR and LINEAR_EXACT
# differ by half a HU, which is not visible.
CURVES = {
    "": Curve.LINEAR,
    "LINEAR": Curve.LINEAR,
    "LINEAR_EXACT": Curve.LINEAR,
    "SIGMOID": Curve.SIGMOID,
}


def windows_of(header: DicomHeader) -> tuple[Window, ...]:
    """The windows that a file gives, in its order; the first one is displayed first.

    Parameters
    ----------
    header : DicomHeader
        Header of one image.

    Returns
    -------
    tuple[Window, ...]
        Without windows whose width is under 1 or whose values exceed ``MAX_WINDOW_HU``.
    """
    pairs = zip(header.numbers(Tag.WINDOW_WIDTH), header.numbers(Tag.WINDOW_CENTER), strict=False)
    curve = Curve.LINEAR
    if Tag.VOI_LUT_FUNCTION in header.values:
        curve = CURVES.get(_function(header), Curve.LINEAR)
    return tuple(
        Window(width, level, curve)
        for width, level in pairs
        if 1 <= width <= MAX_WINDOW_HU and abs(level) <= MAX_WINDOW_HU
    )


def window_faults(headers: Sequence[DicomHeader]) -> tuple[Fault, ...]:
    """Faults of the stated grey levels that are not displayed as stated.

    Parameters
    ----------
    headers : Sequence[DicomHeader]
        Headers of the slices of a stack.

    Returns
    -------
    tuple[Fault, ...]
        Faults with the codes ``voi_lut`` and ``unknown_voi_function``.
    """
    faults = []
    if any(Tag.VOI_LUT in header.values for header in headers):
        text = (
            "The files have a table of grey levels (VOI LUT Sequence), which is not applied: the"
            " picture is shown through a window."
        )
        faults.append(Fault("voi_lut", text))
    stated = (_function(header) for header in headers if Tag.VOI_LUT_FUNCTION in header.values)
    unknown = next((function for function in stated if function not in CURVES), "")
    if unknown:
        text = f"The files' windows have the function {unknown[:16]}, and are shown as linear."
        faults.append(Fault("unknown_voi_function", text))
    return tuple(faults)


def _function(header: DicomHeader) -> str:
    return header.text(Tag.VOI_LUT_FUNCTION).upper()
