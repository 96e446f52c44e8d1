"""The interface of what runs a network, the same for every runtime."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

DEVICES = ("auto", "cuda", "mps", "cpu")

Output = dict[str, NDArray[Any]]


class Network(Protocol):
    """A network with its weights, on a device."""

    @property
    def device_name(self) -> str:
        """Device and runtime in words, for example ``CPU (2 threads), ONNX Runtime``."""

    @property
    def batch_size(self) -> int:
        """Number of images that ``run`` is best given at once."""

    def run(self, images: Sequence[NDArray[np.float32]]) -> list[Output]:
        """The outputs for each image.

        Parameters
        ----------
        images : Sequence[NDArray[np.float32]]
            For each image (slices, rows, columns), 0 to 1; for a second look the patches of all
            boxes, (boxes, planes, rows, columns).

        Returns
        -------
        list[Output]
            For each image, of a detector ``boxes`` (n, 4) in pixels of the image, ``labels`` (n,)
            from 1 and ``scores`` (n,); of an ``fcn`` ``liver`` or ``lesion`` (rows, columns), of a
            second look ``lesion`` (boxes,), probabilities.

        Raises
        ------
        DetectionError
            The network's features are not finite, the device was lost, or the memory does not
            suffice for one image.
        """
