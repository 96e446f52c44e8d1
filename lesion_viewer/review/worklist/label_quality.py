"""Cleanlab's quality of each slice's labels, where that package is installed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from lesion_viewer.errors import ReviewError
from lesion_viewer.extras import missing
from lesion_viewer.review.finding import OriginKind
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.work_list import Item


def label_quality(
    session: Session, items: Sequence[Item], slices_of: Callable[[Item], Iterable[Item]]
) -> list[float]:
    """Cleanlab's quality of each item's labels.

    It only orders a queue. The detections should come from a detector that was not trained on these
    labels: from folds of other patients.

    Parameters
    ----------
    session : Session
        The review, with the detector's answers.
    items : Sequence[Item]
        Items of its list.
    slices_of : Callable[[Item], Iterable[Item]]
        The slices of an item; the worst counts.

    Returns
    -------
    list[float]
        0 to 1 for each item, the worst lowest; 1 where no detector has answered.

    Raises
    ------
    ReviewError
        Where cleanlab is missing, or no detector has answered any of the slices.

    Notes
    -----
    ``cleanlab.object_detection.rank.get_label_quality_scores`` joins overlooked, badly located and
    swapped labels in one number. With its defaults it finds an overlooked label only from
    detections with a score of at least 0.95.
    """
    try:
        from cleanlab.object_detection.rank import get_label_quality_scores
    except ImportError as error:
        raise ReviewError(missing("cleanlab")) from error
    places = [[(one.series_uid, one.slice_index) for one in slices_of(item)] for item in items]
    answers = session.proposals.answers([place for of_item in places for place in of_item])
    if not answers:
        raise ReviewError("no detector has answered a slice yet; compute the proposals first")
    labels: list[dict[str, Any]] = []
    predictions: list[Any] = []
    for place, found in answers.items():
        boxes = [
            f.original_boxes[place[1]].as_tuple()
            for f in session.all_findings_on(*place)
            if f.origin.kind is OriginKind.LABEL and place[1] in f.original_boxes
        ]
        labels.append(
            {
                "bboxes": np.array(boxes, np.float32).reshape(-1, 4),
                "labels": np.zeros(len(boxes), np.int64),
            }
        )
        of_class = np.empty(1, object)  # one class, and all its boxes in one place
        of_class[0] = np.array([(*d.box.as_tuple(), d.score) for d in found]).reshape(-1, 5)
        predictions.append(of_class)
    scores = get_label_quality_scores(labels, predictions, verbose=False)
    quality = dict(zip(answers, map(float, scores), strict=True))
    return [min((quality.get(place, 1.0) for place in of_item), default=1.0) for of_item in places]
