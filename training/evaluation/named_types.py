"""How often a detector of several classes names a lesion's type rightly."""

from collections.abc import Sequence

from .matching import HIT_IOU, overlaps
from .scoring import ScoredCase


def types_named(cases: Sequence[ScoredCase], threshold: float) -> dict[str, tuple[int, float]]:
    """Lesion boxes that were found, by type, and the share whose best box has their type.

    Parameters
    ----------
    cases : Sequence[ScoredCase]
        Scored cases; those whose lesions have no type, or several, are left out.
    threshold : float
        Lowest score of a box.

    Returns
    -------
    dict[str, tuple[int, float]]
        Type -> (lesion boxes found at IoU .5, share of them); empty for a detector that names no
        types.
    """
    right: dict[str, list[bool]] = {}
    named = (d.lesion_type for case in cases for one in case.found for d in one.detections)
    if not any(named):
        return {}
    for case in cases:
        for one, lesions in zip(case.found, case.truth, strict=True):
            shown = [d for d in one.detections if d.score >= threshold]
            iou = overlaps([d.box for d in shown], lesions)
            for number in range(len(lesions)):
                on = [d for d, row in zip(shown, iou, strict=True) if row[number] >= HIT_IOU]
                if on and case.organ and " and " not in case.organ:
                    best = max(on, key=lambda d: d.score)
                    right.setdefault(case.organ, []).append(best.lesion_type == case.organ)
    return {name: (len(hits), sum(hits) / len(hits)) for name, hits in sorted(right.items())}
