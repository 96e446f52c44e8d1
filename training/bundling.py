"""A run's checkpoint made ready to ship: half the size, with its gate."""

import tempfile
from dataclasses import replace
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import CARD, GATE, load_model, write_checkpoint
from lesion_viewer.errors import TrainingError


def bundle(
    checkpoint: Path,
    output: Path,
    gate: Path | None = None,
    threshold: float | None = None,
    pixel_mm: float | None = None,
) -> Path:
    """Write a checkpoint to ``output`` with its matrices in half precision; the folder.

    What was measured stays behind: ``evaluate --card`` measures what is shipped.

    Parameters
    ----------
    output : replaced where it is a checkpoint already
    gate : checkpoint of the liver gate that goes with it
    threshold : score from which the viewer shows a box at first; the recipe's when left out
    pixel_mm : in-plane size of the pixels that it sees; the recipe's when left out

    Raises
    ------
    DetectionError
        Where a checkpoint or the pixel size cannot be used.
    TrainingError
        Where the output is something else or cannot be written.
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
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as temporary:
            new, new_gate = Path(temporary) / "new", Path(temporary) / GATE
            if gate is not None:
                written = write_checkpoint(new_gate, *load_model(gate), half_precision=True)
                card = replace(card, gate=written.sha256)
            write_checkpoint(new, model, card, half_precision=True)
            if gate is not None:
                new_gate.rename(new / GATE)
            if output.exists():
                output.rename(Path(temporary) / "old")
            new.rename(output)
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
    return output
