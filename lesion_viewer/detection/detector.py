"""What a detector is to the rest of the program, and how one is made from a checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.checkpoints.checkpoint import Card

DEVICES = ("auto", "cuda", "mps", "cpu")
MIN_SCORE = 0.05


class Detector(Protocol):
    """A model on its device."""

    @property
    def card(self) -> Card:
        """What the model is."""

    @property
    def device_name(self) -> str:
        """Where it runs, in words: ``CPU (2 threads)``, ``NVIDIA H200``."""

    @property
    def batch_size(self) -> int:
        """Slices that it is best given at once."""

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """Boxes on the given slices of ``volume``, in their order, in pixels of the image.

        Boxes lie on the image and have an area; best score first. The slices and their
        neighbours were read, or are known in ``volume.failures``.

        Raises
        ------
        DetectionError
            Where the model's answer is not finite, or there is no memory for one slice.
        """


def load_detector(
    folder: Path,
    device: str = "auto",
    min_score: float = MIN_SCORE,
    on_notice: Callable[[str], None] = lambda notice: None,
    is_gated: bool = True,
) -> Detector:
    """The detector of the checkpoint in ``folder``; imports torch, which takes seconds.

    Parameters
    ----------
    device : str
        One of ``DEVICES``; ``auto`` takes a CUDA GPU, else Apple's, else the CPU.
    min_score : float
        Boxes under it are left out.
    on_notice : Callable[[str], None]
        Told in a sentence when the memory of the device forces smaller batches or the CPU.
    is_gated : bool
        Search only in the liver, where the checkpoint has a gate.

    Raises
    ------
    DetectionError
        For a checkpoint that cannot be used or a device that is not here.
    """
    from lesion_viewer.detection.runtimes.torch_detector import TorchDetector

    return TorchDetector(folder, device, min_score, on_notice, is_gated)
