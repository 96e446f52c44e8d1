"""What text headers say of lengths and values, and ITK's readers leave out: units and scales."""

import re
from math import isfinite
from pathlib import Path

from lesion_viewer.ct.images.detached_files import TextHeader, read_meta_header
from lesion_viewer.errors import CTError

MM_A_UNIT = {
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), 1.0),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), 10.0),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1e3),
    **dict.fromkeys(("um", "micron", "microns", "micrometer", "micrometers"), 1e-3),
    **dict.fromkeys(("µm", "μm", "micrometre", "micrometres"), 1e-3),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), 1e-6),
    **dict.fromkeys(("in", "inch", "inches"), 25.4),
}
# No unit, and those of an axis of time.
NO_LENGTHS = {"", "?", "???", "none", "unknown", "s", "sec", "seconds", "ms", "milliseconds"}
QUOTED = re.compile(r'"([^"]*)"')
AXES = 3
# Slopes and intercepts beyond are no CT's.
MAX_SCALE = 1e6


def mm_a_unit(path: Path, stated: TextHeader) -> float:
    """How many millimetres the unit of a header's lengths has; 1 where it names none.

    Parameters
    ----------
    path : Path
        Of the header, for what is said of it.
    stated : TextHeader
        Of an NRRD (``space units``, else ``units``) or a MetaImage (``DistanceUnits``).

    Returns
    -------
    float
        Millimetres.

    Raises
    ------
    CTError
        Where the unit is none of length, or axes have several.
    """
    fields = stated.fields
    text = fields.get("spaceunits") or fields.get("units") or ""
    named = QUOTED.findall(text) or text.split() or [fields.get("distanceunits", "")]
    units = {unit.strip().lower() for unit in named} - NO_LENGTHS
    factors = {MM_A_UNIT.get(unit) for unit in units}
    if not factors:
        return 1.0
    factor = factors.pop()
    if factors or factor is None:
        listed = ", ".join(sorted(units))
        raise CTError(f"{path.name} gives lengths in {listed[:60]}, which are not read")
    return factor


def is_spacing_stated(stated: TextHeader) -> bool:
    """Whether an NRRD's ``spacings`` are numbers; ITK takes 1 for those that are none.

    Parameters
    ----------
    stated : TextHeader
        Of any format.

    Returns
    -------
    bool
        True for one without ``spacings``.
    """
    spacings = stated.fields.get("spacings")
    return spacings is None or sum(map(_is_length, spacings.split())) >= AXES


def scale_of(path: Path) -> tuple[float, float]:
    """Slope and intercept of a MetaImage's values; 1 and 0 where it states none.

    Parameters
    ----------
    path : Path
        Of the header, which may have ``ElementToIntensityFunctionSlope`` and ``...Offset``.

    Returns
    -------
    tuple[float, float]
        HU a stored value, and HU.

    Raises
    ------
    CTError
        Where they are no numbers of a CT.
    """
    fields, name = read_meta_header(path).fields, "elementtointensityfunction"
    texts = fields.get(f"{name}slope", "1"), fields.get(f"{name}offset", "0")
    try:
        slope, intercept = map(float, texts)
    except ValueError:
        slope = intercept = 0.0
    if slope == 0 or not max(abs(slope), abs(intercept)) <= MAX_SCALE:
        raise CTError(f"{path.name} has an unusable scale: {' and '.join(texts)[:60]}")
    return slope, intercept


def quantized_from(stated: TextHeader) -> str:
    """The values that an NRRD's stored ones stood for, as words; empty where they stand as is.

    Parameters
    ----------
    stated : TextHeader
        With ``old min`` and ``old max``, which say that the values were quantized.

    Returns
    -------
    str
        ``-1000 to 3000``.
    """
    old = stated.fields.get("oldmin", ""), stated.fields.get("oldmax", "")
    return f"{old[0][:20]} to {old[1][:20]}" if all(old) else ""


def _is_length(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
