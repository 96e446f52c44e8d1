"""Checkpoints of networks that mark voxels, as segmenters and as detectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import GATE, Card, load_card
from lesion_viewer.detection.fcn.cascade import LESION, Cascade, LesionDetector, LesionSegmenter
from lesion_viewer.detection.fcn.liver import LiverNetwork, LiverSegmenter
from lesion_viewer.detection.runtimes.choice import load_network
from lesion_viewer.detection.segmenter import Segmenter
from lesion_viewer.errors import DetectionError

Notice = Callable[[str], None]


def load_segmenter(folder: Path) -> Segmenter:
    """The segmenter of a checkpoint, on the runtime that is fastest here.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint of an ``fcn``.

    Returns
    -------
    Segmenter
        With loaded weights; of lesions with the liver's network in its folder ``gate``.

    Raises
    ------
    DetectionError
        A checkpoint cannot be used.
    """
    card = load_card(folder)
    if LESION in card.marks:
        return LesionSegmenter(_cascade(folder, card, "auto", _no_notice, "auto", None))
    return LiverSegmenter(_liver(folder, card, _no_notice, "auto", None))


def load_lesion_detector(
    folder: Path,
    card: Card,
    device: str,
    min_score: float,
    on_notice: Notice,
    runtime: str,
    threads: int | None,
) -> LesionDetector:
    """The detector of a checkpoint that marks lesions.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.
    device : str
        One of ``runtimes.network.DEVICES``; the liver's network runs on the CPU.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    on_notice : Notice
        Called with a sentence when memory is short, or a runtime does not work.
    runtime : str
        One of ``runtimes.choice.RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    LesionDetector
        With loaded weights.

    Raises
    ------
    DetectionError
        The checkpoint marks no lesions, or one of the two cannot be used.
    """
    if LESION not in card.marks:
        marked = " and ".join(card.marks)
        raise DetectionError(f"{card.name} marks the {marked} and finds no lesions; use segment")
    return LesionDetector(_cascade(folder, card, device, on_notice, runtime, threads), min_score)


def _cascade(
    folder: Path,
    card: Card,
    device: str,
    on_notice: Notice,
    runtime: str,
    threads: int | None,
) -> Cascade:
    first = load_card(folder / GATE)
    if first.sha256 != card.gate or LESION in first.marks:
        raise DetectionError(f"{folder / GATE} is not the liver's network that {card.name} names")
    liver = _liver(folder / GATE, first, on_notice, runtime, threads)
    return Cascade(liver, load_network(folder, card, device, on_notice, runtime, threads), card)


def _liver(
    folder: Path, card: Card, on_notice: Notice, runtime: str, threads: int | None
) -> LiverNetwork:
    return LiverNetwork(load_network(folder, card, "cpu", on_notice, runtime, threads), card)


def _no_notice(text: str) -> None:
    """Where nobody listens."""
