"""What runtimes of ``model.onnx`` share: the check of its outputs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.models.finiteness import NOT_FINITE
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.errors import DetectionError

INPUT = "image"
FEATURES = "features"
"""The output that is finite where the network's features are; see ``training.onnx_export``."""


def checked(outputs: Mapping[str, NDArray[Any]]) -> Output:
    """The outputs of ``model.onnx`` without its check of the features.

    Parameters
    ----------
    outputs : Mapping[str, NDArray[Any]]
        By name.

    Returns
    -------
    Output
        As ``network.Network.run`` gives it.

    Raises
    ------
    DetectionError
        The features are not finite: suppression drops boxes that are not, so that broken weights
        would silently find nothing.
    """
    if not np.isfinite(outputs[FEATURES]).all():
        raise DetectionError(NOT_FINITE)
    return {name: value for name, value in outputs.items() if name != FEATURES}
