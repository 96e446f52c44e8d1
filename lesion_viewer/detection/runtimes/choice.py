"""Which runtime a checkpoint's network runs on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.runtimes.network import Network

RUNTIMES = ("auto", "torch")


def load_network(
    folder: Path,
    card: Card,
    device: str,
    on_notice: Callable[[str], None],
    runtime: str = "auto",
    threads: int | None = None,
) -> Network:
    """The network of a checkpoint.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.
    device : str
        One of ``network.DEVICES``.
    on_notice : Callable[[str], None]
        Called with a sentence when memory is short.
    runtime : str
        One of ``RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Network
        With its weights.

    Raises
    ------
    DetectionError
        The checkpoint cannot be used, or the device does not exist.
    """
    from lesion_viewer.detection.runtimes.torch_network import TorchNetwork

    return TorchNetwork(folder, device, on_notice, threads)
