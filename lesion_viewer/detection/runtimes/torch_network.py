"""A network run by torch; when memory is short, batches become smaller, then the CPU is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from lesion_viewer.detection.checkpoints.checkpoint import load_model
from lesion_viewer.detection.models.batch_norm_folding import fold_batch_norms
from lesion_viewer.detection.runtimes.network import Output
from lesion_viewer.errors import DetectionError

GPU_BATCH = 8
"""Images per batch on a GPU; on a CPU larger batches are not faster."""


class TorchNetwork:
    """The network of a checkpoint on a device; implements ``network.Network``.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    device : str
        One of ``network.DEVICES``.
    on_notice : Callable[[str], None]
        Called with a sentence when memory is short and batches become smaller or the CPU is used.
    threads : int | None
        Threads of the CPU; torch's own choice when left out.

    Attributes
    ----------
    batch_size : int
        Number of images that ``run`` is best given at once.

    Raises
    ------
    DetectionError
        The checkpoint cannot be used, or the device does not exist.
    """

    def __init__(
        self,
        folder: Path,
        device: str,
        on_notice: Callable[[str], None],
        threads: int | None = None,
    ) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        model, card = load_model(folder)
        self._name = card.name
        self._on_notice = on_notice
        self._model = fold_batch_norms(model).requires_grad_(False)
        self._model.to(memory_format=torch.channels_last)
        self._move(_chosen_device(device))

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self._device == "cuda":
            device = torch.cuda.get_device_name()
        elif self._device == "mps":
            device = "Apple GPU"
        else:
            device = f"CPU ({torch.get_num_threads()} threads)"
        return f"{device}, torch"

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
            The network's features are not finite, the GPU was lost, or the memory does not suffice
            for one image.
        """
        found: list[Output] = []
        while len(found) < len(images):
            batch = images[len(found) : len(found) + self.batch_size]
            found += self._answer(batch) or ()
        return found

    def _move(self, device: str) -> None:
        self._device = device
        self._model.to(device)
        self.batch_size = 1 if device == "cpu" else GPU_BATCH

    @torch.inference_mode()
    def _answer(self, images: Sequence[NDArray[np.float32]]) -> list[Output] | None:
        """The outputs; None where memory was short and batch or device were changed."""
        try:
            inputs = [torch.from_numpy(image).to(self._device) for image in images]
            with _denormals_flushed():
                outputs: list[dict[str, torch.Tensor]] = self._model(inputs)
            return [
                {name: value.cpu().numpy() for name, value in output.items()} for output in outputs
            ]
        except (RuntimeError, MemoryError) as error:
            if _is_lost(error):
                reason = str(error).strip().split("\n")[0]
                raise DetectionError(
                    f"the GPU was lost ({reason}); what it found is kept, search again to go on"
                ) from error
            if not _is_out_of_memory(error):
                raise
            if self._device == "cpu":
                raise DetectionError(f"no memory for a slice of {self._name}") from error
        # Outside of the handler, because its traceback keeps the tensors of the failed batch alive.
        self._give_way(len(images))
        return None

    def _give_way(self, batch_size: int) -> None:
        torch.accelerator.memory.empty_cache()
        if batch_size > 1:
            self.batch_size = batch_size // 2
            self._on_notice(f"{self.device_name} is short of memory: {self.batch_size} at once")
        else:
            self._on_notice(f"{self.device_name} is out of memory: the detector goes on on the CPU")
            self._move("cpu")
            torch.accelerator.memory.empty_cache()


@contextmanager
def _denormals_flushed() -> Iterator[None]:
    """Denormal numbers are 0 in this thread; a CPU is up to a hundred times slower with them."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def _chosen_device(name: str) -> str:
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next((device for device, is_here in here.items() if is_here), "cpu")
    if name == "cpu" or here.get(name):
        return name
    raise DetectionError(f"there is no device '{name}' here; choose auto or cpu")


def _is_lost(error: Exception) -> bool:
    """Whether this process cannot use the device any more; a new process may be able to."""
    is_device = isinstance(error, torch.AcceleratorError) or "CUDA error" in str(error)
    return is_device and not _is_out_of_memory(error)


def _is_out_of_memory(error: Exception) -> bool:
    # Apple's backend raises a plain RuntimeError.
    is_torch = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return is_torch or "out of memory" in str(error)
