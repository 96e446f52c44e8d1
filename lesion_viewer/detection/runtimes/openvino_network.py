"""A network run by OpenVINO, on the CPU."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesion_viewer.detection.runtimes.exported import checked
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.detection.runtimes.own_thread import OwnThread


class OpenvinoNetwork:
    """``model.onnx`` on the CPU; implements ``network.Network``.

    Parameters
    ----------
    data : bytes
        Content of the file.
    threads : int
        Threads of the CPU.
    precision : str
        ``f32``, or ``bf16``, which halves the time and rounds what the network computes.

    Attributes
    ----------
    device_name : str
        Device and runtime in words.
    batch_size : int
        1: the file takes one image.

    Raises
    ------
    RuntimeError
        The runtime cannot run the file, or the CPU has no bfloat16.
    """

    batch_size = 1

    def __init__(self, data: bytes, threads: int, precision: str = "f32") -> None:
        core = _openvino().Core()
        is_rounded = precision == "bf16"
        if is_rounded and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            raise RuntimeError("this processor has no bfloat16")
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            # Unasked, a CPU that knows bfloat16 would compute in it, and give other scores.
            "INFERENCE_PRECISION_HINT": precision,
            "CPU_DENORMALS_OPTIMIZATION": True,
            "PERFORMANCE_HINT": "LATENCY",
        }
        self._thread, model = OwnThread(), core.read_model(data, b"")
        self._model = self._thread.call(core.compile_model, model, "CPU", settings)
        # Not of the compiled model, whose outputs bear names of parts that were left out as well.
        self._names = [output.any_name for output in model.outputs]
        rounded = " in bfloat16" if is_rounded else ""
        self.device_name = f"CPU ({threads} threads), OpenVINO{rounded}"

    def run(self, images: Sequence[NDArray[np.float32]]) -> list[Output]:
        """The outputs for each image; see ``network.Network``.

        Parameters
        ----------
        images : Sequence[NDArray[np.float32]]
            For each image (slices, rows, columns), 0 to 1.

        Returns
        -------
        list[Output]
            One for each image.

        Raises
        ------
        DetectionError
            The network's features are not finite.
        """
        return [self._answer(image) for image in images]

    def _answer(self, image: NDArray[np.float32]) -> Output:
        outputs = self._thread.call(self._model, [image]).values()
        return checked(dict(zip(self._names, outputs, strict=True)))


def _openvino() -> Any:
    """The package, without its telemetry: nothing of a reader's work is sent anywhere."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
