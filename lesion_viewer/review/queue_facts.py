"""What label and detector say of each item of a project, for all items at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesion_viewer.review.disagreement import KINDS, Kind, disagreements
from lesion_viewer.review.finding import OriginKind
from lesion_viewer.review.project import Project
from lesion_viewer.review.session import Session


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order and the filters of a queue go by.

    Attributes
    ----------
    kind : of the worst disagreement; None where label and detector agree
    severity : of it, 0 to 1
    score : the detector's highest on the slice; None where no detector has answered it
    doubt : of its most doubtful box, 0 to 1, which orders a queue by disagreement
    """

    kind: Kind | None = None
    severity: float = 0.0
    score: float | None = None
    doubt: float = 0.0


NOTHING = Facts()


def facts_of(project: Project, session: Session) -> Sequence[Facts]:
    """Facts of each item, by its number; labels count as they came, whatever was decided since.

    A slice that no detector has answered agrees with its labels.
    """
    items = project.items
    answers = session.answers([(item.series_uid, item.slice_index) for item in items])
    if not answers:
        return [NOTHING] * len(items)
    at = {(item.series_uid, item.slice_index): item.number for item in items}
    answered = {at[place]: n for n, place in enumerate(answers)}
    boxes: list[tuple[float, ...]] = []
    on: list[int] = []
    for n, (uid, index) in enumerate(answers):
        for finding in session.all_findings_on(uid, index):
            if finding.origin.kind is OriginKind.LABEL and index in finding.original_boxes:
                boxes.append(finding.original_boxes[index].as_tuple())
                on.append(n)
    found = [(*d.box.as_tuple(), d.score) for of_slice in answers.values() for d in of_slice]
    places = [n for n, of_slice in enumerate(answers.values()) for _ in of_slice]
    differ = disagreements(
        np.array(boxes, float).reshape(-1, 4),
        np.array(on, np.int64),
        np.array(found, float).reshape(-1, 5),
        np.array(places, np.int64),
        len(answers),
    )
    facts = [NOTHING] * len(items)
    scores = [max((d.score for d in of_slice), default=0.0) for of_slice in answers.values()]
    for number, n in answered.items():
        kind = differ.kinds[n]
        named = KINDS[kind] if kind >= 0 else None
        facts[number] = Facts(named, float(differ.worst[n]), scores[n], float(differ.doubt[n]))
    return facts
