"""A detector's boxes in one case, compared with its lesions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Candidate, Detection, SliceDetections
from lesion_viewer.detection.detector import MIN_SCORE
from lesion_viewer.detection.inputs import is_alone
from lesion_viewer.detection.linking import link
from lesion_viewer.detection.neighbours import Neighbours

from .cases import Case
from .matching import (
    HIT_IOU,
    OVERLAP_3D,
    PAPER_IOU,
    Corners,
    Lesion,
    Rule,
    Scored,
    overlap_3d,
    overlaps,
    score_candidates,
    score_slice,
)

RULES = ((Rule.CADLAB, HIT_IOU), (Rule.COCO, HIT_IOU), (Rule.CADLAB, PAPER_IOU))
IOUS = (HIT_IOU, PAPER_IOU)
ONE_SLICE = Neighbours(1)


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """A detector's boxes in a case, compared with the lesions.

    Attributes
    ----------
    case_name, patient, organ : str
        As the case has them.
    slice_mm : float
        Distance of the slices; NaN where unknown.
    found : tuple[SliceDetections, ...]
        The detector's boxes on each scored slice, padded as the case asks for.
    truth : tuple[tuple[Corners, ...], ...]
        The lesions' boxes on each scored slice, padded likewise.
    slices : Mapping[tuple[Rule, float], tuple[Scored, ...]]
        Rule and IoU of a hit -> scored slices, in the case's order.
    diameters_mm : tuple[float, ...]
        Longer side of each lesion box without padding, in the order of the slices; NaN where the
        pixel size is unknown.
    lesion_scores : Mapping[float, tuple[float, ...]]
        IoU of a hit -> for each lesion the highest score of a box on it, on any slice.
    candidates : Mapping[float, Scored]
        IoU of a hit -> for each lesion the highest score of a candidate with a box on it, and the
        scores of the linked candidates without a box on any lesion.
    lesion_scores_3d : tuple[float, ...]
        For each lesion the highest score of a candidate that overlaps it in three dimensions.
    false_candidates_3d : tuple[float, ...]
        Scores of the linked candidates that overlap no lesion in three dimensions.
    shape : tuple[int, int]
        Rows and columns of a slice.
    is_alone : tuple[bool, ...]
        Whether each scored slice has no neighbours that the detector could look at.
    source : str
        As the case has it.
    """

    case_name: str
    patient: str
    organ: str
    slice_mm: float
    found: tuple[SliceDetections, ...]
    truth: tuple[tuple[Corners, ...], ...]
    slices: Mapping[tuple[Rule, float], tuple[Scored, ...]]
    diameters_mm: tuple[float, ...]
    lesion_scores: Mapping[float, tuple[float, ...]]
    candidates: Mapping[float, Scored]
    lesion_scores_3d: tuple[float, ...]
    false_candidates_3d: tuple[float, ...]
    shape: tuple[int, int]
    is_alone: tuple[bool, ...]
    source: str


def score_case(
    case: Case, found: Iterable[SliceDetections], neighbours: Neighbours = ONE_SLICE
) -> ScoredCase:
    """Boxes on the scored slices of a case, compared with its lesions.

    Candidates are linked from the boxes that the viewer links, those from score ``MIN_SCORE``.
    Boxes with their middle in an ignored region and on no lesion are left out.

    Parameters
    ----------
    case : Case
        The volume and its lesions.
    found : Iterable[SliceDetections]
        Boxes by slice; those on slices that do not count are left out.
    neighbours : Neighbours
        Slices that the detector looks at.

    Returns
    -------
    ScoredCase
        The comparison.
    """
    _, rows, columns = case.volume.series.shape
    padded = {
        s.slice_index: _padded(_counted(s, case), case.padding_px, rows, columns)
        for s in found
        if s.slice_index in case.scored
    }
    answers = tuple(padded.get(i, SliceDetections(i, ())) for i in case.scored)
    lesions = [
        {
            i: tuple(_wider(box, case.padding_px, rows, columns) for box in boxes)
            for i, boxes in lesion.items()
        }
        for lesion in case.lesions
    ]
    truth = tuple(tuple(b for one in lesions for b in one.get(i, ())) for i in case.scored)
    candidates = link(_shown(answers))
    return ScoredCase(
        case_name=case.name,
        patient=case.patient,
        organ=case.organ,
        slice_mm=case.spacing_mm[0] if case.spacing_mm else float("nan"),
        found=answers,
        truth=truth,
        slices={
            (rule, iou): tuple(
                score_slice(s, boxes, rule, iou) for s, boxes in zip(answers, truth, strict=True)
            )
            for rule, iou in RULES
        },
        diameters_mm=_diameters(case),
        lesion_scores={
            iou: tuple(_best_box(lesion, answers, iou) for lesion in lesions) for iou in IOUS
        },
        candidates={iou: score_candidates(candidates, lesions, iou) for iou in IOUS},
        lesion_scores_3d=tuple(_best_candidate(lesion, candidates) for lesion in lesions),
        false_candidates_3d=tuple(
            c.score for c in candidates if all(overlap_3d(c, b) < OVERLAP_3D for b in lesions)
        ),
        shape=(rows, columns),
        is_alone=tuple(is_alone(neighbours, case.volume, i) for i in case.scored),
        source=case.source,
    )


def _counted(found: SliceDetections, case: Case) -> SliceDetections:
    """The boxes that count: those on a lesion, and those outside the ignored regions."""
    ignored = case.ignored.get(found.slice_index, ())
    if not ignored:
        return found
    lesions = [box for one in case.lesions for box in one.get(found.slice_index, ())]
    is_hit = overlaps([d.box for d in found.detections], lesions).max(1, initial=0) > PAPER_IOU
    kept = (
        d
        for d, hit in zip(found.detections, is_hit, strict=True)
        if hit or not any(_holds_middle(region, d.box) for region in ignored)
    )
    return SliceDetections(found.slice_index, tuple(kept))


def _holds_middle(region: Corners, box: Box) -> bool:
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    return region[0] <= x < region[2] and region[1] <= y < region[3]


def _shown(answers: Sequence[SliceDetections]) -> list[SliceDetections]:
    return [
        SliceDetections(s.slice_index, tuple(d for d in s.detections if d.score >= MIN_SCORE))
        for s in answers
    ]


def _best_box(lesion: Lesion, answers: Sequence[SliceDetections], hit_iou: float) -> float:
    on = (
        score_slice(s, lesion[s.slice_index], hit_iou=hit_iou)
        for s in answers
        if s.slice_index in lesion
    )
    return max((score for s in on for score in s.scores), default=0.0)


def _best_candidate(lesion: Lesion, candidates: Sequence[Candidate]) -> float:
    return max((c.score for c in candidates if overlap_3d(c, lesion) >= OVERLAP_3D), default=0.0)


def _diameters(case: Case) -> tuple[float, ...]:
    row_mm, column_mm = case.spacing_mm[1:] if case.spacing_mm else (float("nan"),) * 2
    return tuple(
        max((box[2] - box[0]) * column_mm, (box[3] - box[1]) * row_mm)
        for i in case.scored
        for lesion in case.lesions
        for box in lesion.get(i, ())
    )


def _padded(found: SliceDetections, by: float, rows: int, columns: int) -> SliceDetections:
    wider = (
        Detection(Box(*_wider(d.box.as_tuple(), by, rows, columns)), d.score, d.lesion_type)
        for d in found.detections
    )
    return SliceDetections(found.slice_index, tuple(wider))


def _wider(box: Corners, by: float, rows: int, columns: int) -> Corners:
    x1, y1, x2, y2 = box
    return max(x1 - by, 0.0), max(y1 - by, 0.0), min(x2 + by, columns), min(y2 + by, rows)
