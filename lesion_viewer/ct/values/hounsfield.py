"""Hounsfield units as this program holds them: whole numbers in int16."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

AIR_HU = -1024
HU_LIMITS = np.iinfo(np.int16)
# Headers that state more are treated as damaged.
MAX_SLICE_PIXELS = 2**26
MAX_VOXELS = 2**31
# No CT is stored with a slope or an intercept beyond that.
MAX_RESCALE = 1e6


def rounded_hu(values: NDArray[Any]) -> NDArray[np.int16]:
    """Values in HU as int16: rounded and clipped; values that are not finite become air.

    Scanners do not write HU beyond int16; values of extended scales over 32767 HU are clipped.

    Parameters
    ----------
    values : NDArray[Any]
        Array of any shape, in HU.

    Returns
    -------
    NDArray[np.int16]
        Array of the same shape; ``AIR_HU`` where a value is NaN or infinite.
    """
    rounded = np.rint(np.nan_to_num(values, nan=AIR_HU, posinf=AIR_HU, neginf=AIR_HU))
    hu: NDArray[np.int16] = np.clip(rounded, HU_LIMITS.min, HU_LIMITS.max).astype(np.int16)
    return hu
