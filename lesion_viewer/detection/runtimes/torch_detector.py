"""A torch model on a device; when memory is short, batches become smaller, then the CPU is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import load_model
from lesion_viewer.detection.gate import gate_of
from lesion_viewer.detection.inputs import ModelInput, volume_input
from lesion_viewer.detection.models.batch_norm_folding import fold_batch_norms
from lesion_viewer.detection.score_calibration import calibrated
from lesion_viewer.errors import DetectionError

GPU_BATCH = 8
"""Slices per batch on a GPU; on a CPU larger batches are not faster."""

Output = dict[str, torch.Tensor]


class TorchDetector:
    """The network of a checkpoint on a device; implements ``detector.Detector``.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    device : str
        One of ``detector.DEVICES``.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    on_notice : Callable[[str], None]
        Called with a sentence when memory is short and batches become smaller or the CPU is used.
    is_gated : bool
        Search only in the liver, where the checkpoint has a gate.

    Attributes
    ----------
    card : Card
        Card of the checkpoint, without its gate where the search is not gated.
    info : DetectorInfo
        What the card says that the detector is.
    batch_size : int
        Number of slices that ``detect`` is best given at once.
    """

    def __init__(
        self,
        folder: Path,
        device: str,
        min_score: float,
        on_notice: Callable[[str], None],
        is_gated: bool,
    ) -> None:
        model, card = load_model(folder)
        self.card = card if is_gated else card.without_gate()
        self.info = self.card.info
        self._gate = gate_of(folder, card) if self.card.gate else None
        self._min_score = min_score
        self._on_notice = on_notice
        self._model = fold_batch_norms(model).requires_grad_(False)
        self._model.to(memory_format=torch.channels_last)
        self._move(_chosen_device(device))

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self._device == "cuda":
            return torch.cuda.get_device_name()
        return "Apple GPU" if self._device == "mps" else f"CPU ({torch.get_num_threads()} threads)"

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The detections on the given slices, in their order.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices and their neighbours were read, or are recorded in
            ``failures``.
        slice_indices : Sequence[int]
            Slices to search, from 0.

        Yields
        ------
        SliceDetections
            One answer for each slice; boxes in pixels of the stored image.

        Raises
        ------
        DetectionError
            A score is not finite, the GPU was lost, or the memory does not suffice for one slice.
        """
        waiting = list(slice_indices)
        while waiting:
            batch = waiting[: self.batch_size]
            livers = {i: self._gate.locate(volume, i) for i in batch} if self._gate else {}
            searched = [i for i in batch if i not in livers or livers[i].is_there]
            inputs = [volume_input(volume, i, self.card.input) for i in searched]
            outputs = self._answer(inputs)
            if outputs is None:
                continue
            waiting = waiting[len(batch) :]
            found = {
                i: self._detections(seen, output)
                for i, seen, output in zip(searched, inputs, outputs, strict=True)
            }
            for i in batch:
                boxes = found.get(i, ())
                yield SliceDetections(
                    i, tuple(d for d in boxes if i not in livers or livers[i].contains(d.box))
                )

    def _move(self, device: str) -> None:
        self._device = device
        self._model.to(device)
        self.batch_size = 1 if device == "cpu" else GPU_BATCH

    @torch.inference_mode()
    def _answer(self, inputs: list[ModelInput]) -> list[Output] | None:
        """The answer of the model; None where memory was short and batch or device were changed."""
        if not inputs:
            return []
        try:
            images = [seen.image.to(self._device) for seen in inputs]
            with _denormals_flushed():
                outputs: list[Output] = self._model(images)
            return [{name: value.cpu() for name, value in output.items()} for output in outputs]
        except (RuntimeError, MemoryError) as error:
            if _is_lost(error):
                reason = str(error).strip().split("\n")[0]
                raise DetectionError(
                    f"the GPU was lost ({reason}); what it found is kept, search again to go on"
                ) from error
            if not _is_out_of_memory(error):
                raise
            if self._device == "cpu":
                raise DetectionError(f"no memory for a slice of {self.card.name}") from error
        # Outside of the handler, because its traceback keeps the tensors of the failed batch alive.
        self._give_way(len(inputs))
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

    def _detections(self, seen: ModelInput, output: Output) -> tuple[Detection, ...]:
        boxes, scores = output["boxes"].numpy(), output["scores"].numpy()
        if not np.isfinite(scores).all():
            raise DetectionError(f"{self.card.name} gave a score that is not a number")
        classes = self.card.classes
        numbers = output["labels"].tolist() if len(classes) > 1 else ()  # 0 is the background
        types = np.array([classes[n - 1] for n in numbers] or [""] * len(scores), object)
        scores = calibrated(scores, self.card.calibration)
        is_kept = np.isfinite(boxes).all(1) & (scores >= self._min_score)
        boxes, scores = seen.boxes_to_image(boxes[is_kept]), scores[is_kept]
        types = types[is_kept]
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, seen.columns)
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, seen.rows)
        return tuple(
            Detection(Box(*map(float, boxes[k])), float(scores[k]), types[k])
            for k in np.argsort(-scores, kind="stable")
            if boxes[k, 0] < boxes[k, 2] and boxes[k, 1] < boxes[k, 3]
        )


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
