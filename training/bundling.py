"""A run's checkpoint made ready to ship: half the size, with its gate, for every runtime."""

from dataclasses import replace
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    GATE,
    load_model,
    write_checkpoint,
    write_files,
)
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_folder

from .onnx_export import export_onnx


def bundle(
    checkpoint: Path,
    output: Path,
    gate: Path | None = None,
    threshold: float | None = None,
    pixel_mm: float | None = None,
) -> Path:
    """Write a run's checkpoint as one to ship: matrices in half precision, with its liver gate.

    Metrics are not copied: they describe the weights before rounding, and ``evaluate --card``
    measures those that are shipped.

    Parameters
    ----------
    checkpoint : Path
        Folder of the run's checkpoint, which stays as it is.
    output : Path
        Folder of the new checkpoint; replaced where it is a checkpoint already.
    gate : Path | None
        Folder of the liver gate's checkpoint, copied into the output; without one, the detector
        runs on every slice.
    threshold : float | None
        Score from which the viewer shows a box at first; the card's when left out.
    pixel_mm : float | None
        In-plane size in mm of the pixels that the model sees; the card's when left out.

    Returns
    -------
    Path
        ``output``.

    Raises
    ------
    DetectionError
        Where a checkpoint or the pixel size cannot be used.
    TrainingError
        Where the output exists and is no checkpoint, or cannot be written.
    """
    model, card = load_model(checkpoint)
    if output.exists() and not (output / CARD).is_file():
        raise TrainingError(f"{output} exists and is no checkpoint; choose another folder")
    card = replace(card, metrics=(), operating_points=(), measured_on="", gate="")
    if threshold is not None:
        card = replace(card, default_threshold=threshold)
    if pixel_mm is not None:
        card = replace(card, input=replace(card.input, pixel_mm=pixel_mm))
    try:
        with replaced_folder(output) as new:
            if gate is not None:
                written = write_checkpoint(new / GATE, *load_model(gate), half_precision=True)
                card = replace(card, gate=written.sha256)
            write_files(new, model, card, half_precision=True)
            export_onnx(new)
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
    return output
