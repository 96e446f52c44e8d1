"""The interface of a detector of boxes, and its construction from a checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.candidates import SliceDetections
from lesion_viewer.detection.identity import DetectorInfo

MIN_SCORE = 0.05


class Detector(Protocol):
    """What gives boxes on slices: a network on its device, or a method without weights."""

    @property
    def info(self) -> DetectorInfo:
        """What it is, and which slices it looks at."""

    @property
    def device_name(self) -> str:
        """The device in words, for example ``CPU (2 threads)`` or ``NVIDIA H200``."""

    @property
    def batch_size(self) -> int:
        """Number of slices that ``detect`` is best given at once."""

    def detect(self, volume: CTVolume, slice_indices: Sequence[int]) -> Iterator[SliceDetections]:
        """The detections on the given slices, in their order.

        Boxes lie within the stored image and have an area.

        Parameters
        ----------
        volume : CTVolume
            Volume in which the slices and their neighbours were read, or are recorded in
            ``failures``.
        slice_indices : Sequence[int]
            Slices to search, from 0.

        Returns
        -------
        Iterator[SliceDetections]
            One answer for each slice; boxes in pixels of the stored image.

        Raises
        ------
        DetectionError
            A score is not finite, or the memory does not suffice for one slice.
        """


def load_detector(
    folder: Path,
    device: str = "auto",
    min_score: float = MIN_SCORE,
    on_notice: Callable[[str], None] = lambda notice: None,
    is_gated: bool = True,
    runtime: str = "auto",
    threads: int | None = None,
) -> Detector:
    """The detector of a checkpoint, on the runtime and device that serve it best.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    device : str
        One of ``runtimes.network.DEVICES``; ``auto`` takes what is fastest.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    on_notice : Callable[[str], None]
        Called with a sentence when memory is short and batches become smaller or the CPU is used,
        and when a runtime does not work.
    is_gated : bool
        Search only in the liver, where the checkpoint has a gate.
    runtime : str
        One of ``runtimes.choice.RUNTIMES``; ``auto`` takes what is fastest.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Detector
        A detector whose weights are loaded.

    Raises
    ------
    DetectionError
        The checkpoint cannot be used, the device does not exist, or no runtime for it is
        installed.
    """
    # Not needed where a window only names its detectors: they run in another process.
    from lesion_viewer.detection.checkpoints.checkpoint import load_card
    from lesion_viewer.detection.gate import gate_of
    from lesion_viewer.detection.network_detector import NetworkDetector
    from lesion_viewer.detection.partner import partner_of
    from lesion_viewer.detection.runtimes.choice import load_network
    from lesion_viewer.detection.second_look import second_look_of

    card = load_card(folder)
    if card.marks:
        from lesion_viewer.detection.fcn.loading import load_lesion_detector

        return load_lesion_detector(folder, card, device, min_score, on_notice, runtime, threads)
    network = load_network(folder, card, device, on_notice, runtime, threads)
    if not is_gated:
        card = card.without_gate()
    gate = gate_of(folder, card, on_notice, runtime, threads) if card.gate else None
    second_look = None
    if card.second_look is not None:
        second_look = second_look_of(folder, card, card.second_look, on_notice, runtime, threads)
    partner = None
    if card.partner:
        partner = partner_of(folder, card, device, on_notice, runtime, threads)
    return NetworkDetector(network, card, gate, min_score, second_look, partner)
