"""COCO's average precision, by torchmetrics."""

from collections.abc import Sequence

import torch

from lesion_viewer.errors import TrainingError
from lesion_viewer.extras import missing

from .scoring import ScoredCase


def average_precision(cases: Sequence[ScoredCase]) -> dict[str, float]:
    """COCO's average precision over all slices.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases.

    Returns
    -------
    dict[str, float]
        ``map`` (IoU .5 to .95), ``map_50`` and ``map_75``, 0 to 1; -1 without lesions.

    Raises
    ------
    TrainingError
        Where the extra ``training`` is not installed.
    """
    try:
        from torchmetrics.detection import MeanAveragePrecision
    except ImportError as error:
        raise TrainingError(missing("torchmetrics")) from error
    metric = MeanAveragePrecision(box_format="xyxy", backend="faster_coco_eval")
    metric.warn_on_many_detections = False
    for case in cases:
        for found, truth in zip(case.found, case.truth, strict=True):
            boxes = [d.box.as_tuple() for d in found.detections]
            prediction = {
                "boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
                "scores": torch.tensor([d.score for d in found.detections], dtype=torch.float32),
                "labels": torch.zeros(len(boxes), dtype=torch.int64),
            }
            target = {
                "boxes": torch.tensor(truth, dtype=torch.float32).reshape(-1, 4),
                "labels": torch.zeros(len(truth), dtype=torch.int64),
            }
            metric.update([prediction], [target])
    result = metric.compute()
    return {name: round(float(result[name]), 4) for name in ("map", "map_50", "map_75")}
