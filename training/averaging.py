"""The weights of several runs of one network, averaged into one checkpoint."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from lesion_viewer.detection.checkpoints.checkpoint import load_model, write_checkpoint
from lesion_viewer.detection.score_calibration import UNCALIBRATED
from lesion_viewer.errors import TrainingError


def average(
    checkpoints: Sequence[Path], shares: Sequence[float], output: Path, pixel_mm: float | None
) -> Path:
    """Write a checkpoint whose weights are the mean of others', such as before and after a run.

    Its card is the first one's, without what was measured, gate, second look and calibration.

    Parameters
    ----------
    checkpoints : Sequence[Path]
        Folders of checkpoints of one network, which one run began from another's weights.
    shares : Sequence[float]
        Weight of each in the mean; they add up to 1.
    output : Path
        Folder of the new checkpoint; replaced where it is a checkpoint already.
    pixel_mm : float | None
        In-plane size in mm of the pixels that it sees; the first one's when left out.

    Returns
    -------
    Path
        ``output``.

    Raises
    ------
    DetectionError
        Where a checkpoint cannot be used or the output is no checkpoint.
    TrainingError
        Where the shares do not fit, or the weights are of different networks.

    Notes
    -----
    Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022. Batch norm's statistics are
    averaged too.
    """
    if len(shares) != len(checkpoints) or abs(sum(shares) - 1) > 1e-6 or min(shares) < 0:
        raise TrainingError("each checkpoint has its share, and the shares add up to 1")
    model, card = load_model(checkpoints[0])
    mean: dict[str, Tensor] = {}
    for folder, share in zip(checkpoints, shares, strict=True):
        found = load_model(folder)[0].state_dict()
        shapes = {name: x.shape for name, x in found.items()}
        if mean and shapes != {name: x.shape for name, x in mean.items()}:
            raise TrainingError(f"{folder} is of another network than {checkpoints[0]}")
        for name, x in found.items():
            part = x.double() * share
            mean[name] = mean[name] + part if name in mean else part
    model.load_state_dict(mean)
    seen = card.input if pixel_mm is None else replace(card.input, pixel_mm=pixel_mm)
    plain = replace(
        card,
        input=seen,
        metrics=(),
        operating_points=(),
        measured_on="",
        gate="",
        second_look=None,
        partner="",
        calibration=UNCALIBRATED,
    )
    write_checkpoint(output, model, plain)
    return output
