"""The paper's measures, on the slices that hold a lesion.

Source: "Liver Lesion Localization using Deep Convolutional Neural Networks" (Aluko, Hari,
Yakubenko), which has one lesion to a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections
from training.evaluation.matching import HIT_IOU, PAPER_IOU, Corners, score_slice
from training.evaluation.scoring import ScoredCase


@dataclass(frozen=True, slots=True)
class PaperMeasures:
    """Measures of the best box of a slice against its largest lesion, and of all boxes shown.

    Attributes
    ----------
    threshold : score from which a box is shown
    mse : of the four coordinates as shares of the image's sides; over slices with a box
    iou : mean over all slices; a slice without a box has 0
    sensitivity, sensitivity_strict : share of all lesions hit at IoU .1 and at IoU .5
    false_positive_rate : share of the boxes shown that lie on no lesion, at IoU .1
    false_positives_per_slice : the same, per slice
    slices, slices_without_box : how many
    """

    threshold: float
    mse: float
    iou: float
    sensitivity: float
    sensitivity_strict: float
    false_positive_rate: float
    false_positives_per_slice: float
    slices: int
    slices_without_box: int


def paper_measures(cases: Sequence[ScoredCase], threshold: float) -> PaperMeasures | None:
    """The measures at a threshold; None where no slice holds a lesion."""
    errors, overlaps = [], []
    hits = strict = lesions = false = shown = slices = 0
    for case in cases:
        for found, truth in zip(case.found, case.truth, strict=True):
            if not truth:
                continue
            slices += 1
            boxes = [d for d in found.detections if d.score >= threshold]
            seen = SliceDetections(found.slice_index, tuple(boxes))
            loose = score_slice(seen, truth, hit_iou=PAPER_IOU)
            hits += len(loose.hits)
            strict += len(score_slice(seen, truth, hit_iou=HIT_IOU).hits)
            lesions, shown = lesions + len(truth), shown + len(boxes)
            false += len(loose.false_positives)
            largest = max(truth, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
            if boxes:
                best = max(boxes, key=lambda d: d.score).box
                errors.append(_squared_error(best, largest, case.shape))
            overlaps.append(best.iou(Box(*largest)) if boxes else 0.0)
    if not slices:
        return None
    return PaperMeasures(
        threshold,
        float(np.mean(errors)) if errors else float("nan"),
        float(np.mean(overlaps)),
        hits / lesions,
        strict / lesions,
        false / shown if shown else 0.0,
        false / slices,
        slices,
        slices - len(errors),
    )


def _squared_error(box: Box, lesion: Corners, shape: tuple[int, int]) -> float:
    sides = np.array([shape[1], shape[0]] * 2)
    difference = (np.array(box.as_tuple()) - np.array(lesion)) / sides
    return float((difference**2).mean())
