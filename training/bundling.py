"""A run's checkpoint made ready to ship: half the size, with its gate, for every runtime."""

from dataclasses import replace
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    GATE,
    PARTNER,
    SECOND_LOOK,
    Card,
    load_model,
    write_checkpoint,
    write_files,
)
from lesion_viewer.detection.checkpoints.second_opinion import SecondOpinion
from lesion_viewer.detection.score_calibration import UNCALIBRATED
from lesion_viewer.errors import TrainingError
from lesion_viewer.system.atomic_files import replaced_folder

from .onnx_export import export_onnx
from .second_look.weighing import weighed


def bundle(
    checkpoint: Path,
    output: Path,
    gate: Path | None = None,
    threshold: float | None = None,
    pixel_mm: float | None = None,
    second_look: tuple[Path, Path | float] | None = None,
    partner: Path | None = None,
    version: str = "",
) -> Path:
    """Write a run's checkpoint as one to ship: matrices in half precision, with all its parts.

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
    second_look : tuple[Path, Path | float] | None
        Folder of the second look's checkpoint, copied into the output, and of the checkpoint's
        candidates, on which both scores are weighed, or the weight of the second logit against 1
        of the first; the scores are not calibrated then.
    partner : Path | None
        Folder of another network's checkpoint, copied into the output, whose boxes are averaged
        with this one's; the scores are not calibrated then.
    version : str
        Version of the new checkpoint; the card's when left out.

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
    card = replace(
        card, metrics=(), operating_points=(), measured_on="", gate="", second_look=None, partner=""
    )
    if version:
        card = replace(card, version=version)
    if threshold is not None:
        card = replace(card, default_threshold=threshold)
    if pixel_mm is not None:
        card = replace(card, input=replace(card.input, pixel_mm=pixel_mm))
    try:
        with replaced_folder(output) as new:
            if gate is not None:
                written = write_checkpoint(new / GATE, *load_model(gate), half_precision=True)
                card = replace(card, gate=written.sha256)
            if second_look is not None:
                card = _with_second_look(card, *second_look, new / SECOND_LOOK)
            if partner is not None:
                other = write_checkpoint(new / PARTNER, *load_model(partner), half_precision=True)
                card = replace(
                    card, partner=other.sha256, calibration=UNCALIBRATED, calibration_alone=None
                )
            write_files(new, model, card, half_precision=True)
            export_onnx(new)
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error.strerror}") from error
    return output


def _with_second_look(
    card: Card, second_look: Path, weighed_by: Path | float, output: Path
) -> Card:
    """The card of a detector whose second look is written into a folder."""
    model, own = load_model(second_look)
    seen = replace(card.input, slices=own.input.slices)
    if (own.input.window, own.input.step_mm) != (seen.window, seen.step_mm):
        raise TrainingError(
            f"the window or step_mm of {own.name} is not that of {card.name}: both networks look at"
            " the same slices"
        )
    if isinstance(weighed_by, Path):
        opinion = weighed(second_look, weighed_by)
    else:
        opinion = SecondOpinion(own.sha256, own.input.slices, 1.0, weighed_by, 0.0)
    written = write_checkpoint(output, model, replace(own, input=seen), half_precision=True)
    return replace(
        card,
        second_look=replace(opinion, sha256=written.sha256),
        calibration=UNCALIBRATED,
        calibration_alone=None,
    )
