"""A network run by ONNX Runtime."""

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from lesion_viewer.detection.runtimes.exported import INPUT, checked
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.detection.runtimes.own_thread import OwnThread
from lesion_viewer.errors import DetectionError

FATAL = 4
"""Level of the runtime's own log; what goes wrong is raised as well."""

PROVIDERS = {
    "cpu": ("CPUExecutionProvider", "CPU"),
    "cuda": ("CUDAExecutionProvider", "NVIDIA GPU"),
    "directml": ("DmlExecutionProvider", "GPU by DirectML"),
    "mps": ("CoreMLExecutionProvider", "Apple GPU"),
}
"""Device -> the part of the runtime that uses it, and its name in words."""


def devices() -> tuple[str, ...]:
    """The devices that the installed build can use, those of ``PROVIDERS``."""
    here = onnxruntime.get_available_providers()
    return tuple(device for device, (provider, _) in PROVIDERS.items() if provider in here)


class OnnxNetwork:
    """``model.onnx`` on a device; implements ``network.Network``.

    Parameters
    ----------
    data : bytes
        Content of the file.
    device : str
        A key of ``PROVIDERS``.
    threads : int
        Threads of the CPU.

    Attributes
    ----------
    device_name : str
        Device and runtime in words.
    batch_size : int
        1: the file takes one image.

    Raises
    ------
    RuntimeError
        The device cannot be used. What else the runtime raises says why it cannot run the file.
    """

    batch_size = 1

    def __init__(self, data: bytes, device: str, threads: int) -> None:
        provider, name = PROVIDERS[device]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = FATAL
        options.enable_mem_pattern = device != "directml"  # which does not take patterns
        options.add_session_config_entry("session.set_denormal_as_zero", "1")
        # Threads that spin while they wait take the processor from the gate's and from the inputs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        wanted = [provider] if device == "cpu" else [provider, PROVIDERS["cpu"][0]]
        self._thread = OwnThread()
        self._session = self._thread.call(
            onnxruntime.InferenceSession, data, options, providers=wanted
        )
        if provider not in self._session.get_providers():
            raise RuntimeError(f"{name} cannot be used")
        self._names = [output.name for output in self._session.get_outputs()]
        threaded = f" ({threads} threads)" if device == "cpu" else ""
        self.device_name = f"{name}{threaded}, ONNX Runtime"

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
            The network's features are not finite, it cannot be run to its end, or the memory does
            not suffice for an image.
        """
        return [self._answer(image) for image in images]

    def _answer(self, image: NDArray[np.float32]) -> Output:
        try:
            outputs = self._thread.call(self._session.run, self._names, {INPUT: image})
        except Exception as error:  # the runtime's own types have no common one
            if "alloc" in str(error):
                raise DetectionError(f"{self.device_name}: no memory for a slice") from error
            # For example where broken weights give proposals that are no numbers, and all drop out.
            reason = str(error).strip().split("\n")[0]
            raise DetectionError(f"ONNX Runtime failed on the network: {reason}") from error
        return checked(dict(zip(self._names, outputs, strict=True)))
