"""The paper's measures, on the slices that hold a lesion.

Source: "Liver Lesion Localization using Deep Convolutional Neural Networks" (Aluko, Hari,
Yakubenko), which has one lesion to a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import SliceDetections

from .matching import HIT_IOU, PAPER_IOU, Corners, score_slice
from .scoring import ScoredCase


@dataclass(frozen=True, slots=True)
class PaperMeasures:
    """The paper's measures: the best box of a slice against its largest lesion, and all boxes.

    Attributes
    ----------
    threshold : float
        Lowest score of a box that counts.
    mse : float
        Mean squared error of the four coordinates, as shares of the image's sides, over slices with
        a box; NaN without any.
    iou : float
        Mean IoU over all slices; 0 on a slice without a box.
    sensitivity, sensitivity_strict : float
        Share of all lesions that are hit, at IoU .1 and at IoU .5.
    false_positive_rate : float
        Share of the boxes that lie on no lesion, at IoU .1.
    false_positives_per_slice : float
        Number of boxes per slice that lie on no lesion, at IoU .1.
    slices, slices_without_box : int
        Number of slices with a lesion, and of those among them without a box.
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
    """The paper's measures at a threshold; None where no slice holds a lesion.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases; only slices with a lesion count.
    threshold : float
        Lowest score of a box that counts.

    Returns
    -------
    PaperMeasures | None
        The measures.
    """
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
