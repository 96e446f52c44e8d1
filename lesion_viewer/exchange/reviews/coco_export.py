"""A review as COCO JSON: what pycocotools, CVAT and Label Studio open."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.tables.decision_columns import model_text
from lesion_viewer.exchange.tables.slice_names import Place, image_name
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.system.atomic_files import save_bytes

LESION = 1
"""The only category."""

COUNTED = ("images", "annotations", "rejected_annotations")


def export_coco(session: Session, path: Path) -> str:
    """Write the review's boxes; ``read_corrections`` takes the file back. How many it then has.

    ``annotations`` are what is or may be a lesion, labels that nobody decided among them;
    ``rejected_annotations``, which other tools pass over, what is none. Proposals that nobody
    decided are left out. Boxes are tight, x, y, width, height in 0-based pixel edges.

    Raises
    ------
    ExchangeError
        Where the file cannot be written or does not hold every box, or the journal does not know
        a series' slices.
    """
    series = session.series()
    on_slice: dict[Place, list[Finding]] = defaultdict(list)
    for finding in session.findings.values():
        if finding.origin.kind is not OriginKind.MODEL or finding.decision is not None:
            for i in finding.boxes:
                on_slice[finding.series_uid, i].append(finding)
    for (uid, index), is_read in session.read_in_full().items():
        if is_read and index is not None:
            on_slice.setdefault((uid, index), [])
    images: list[dict[str, Any]] = []
    lesions: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for number, (place, findings) in enumerate(sorted(on_slice.items()), 1):
        images.append(_image(session, series, place, number))
        for finding in findings:
            others = rejected if finding.status is Status.REJECTED else lesions
            others.append(_annotation(finding, place[1], number, len(lesions) + len(rejected) + 1))
    content = {
        "info": {
            "description": f"Lesion Viewer. {NOT_A_DEVICE}",
            "version": __version__,
            "date_created": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "licenses": [],
        "categories": [{"id": LESION, "name": "lesion", "supercategory": ""}],
        "images": images,
        "annotations": lesions,
        "rejected_annotations": rejected,
    }
    save_bytes(path, json.dumps(content, indent=1).encode())
    found = json.loads(path.read_bytes())
    if any(len(found[kind]) != len(content[kind]) for kind in COUNTED):
        raise ExchangeError(f"{path}: does not hold what was written; export again")
    return f"{len(lesions):,} boxes on {len(images):,} slices"


def _image(
    session: Session, series: dict[str, SeriesRecord], place: Place, number: int
) -> dict[str, Any]:
    uid, index = place
    if uid not in series:
        raise ExchangeError(f"the review does not know the slices of series {uid}; open its study")
    _, rows, columns = series[uid].shape
    return {
        "id": number,
        "file_name": image_name(series[uid], index),
        "width": columns,
        "height": rows,
        "series_uid": uid,
        "slice_index": index,
        "read_in_full": session.is_read_in_full(uid, index),
    }


def _annotation(finding: Finding, index: int, image: int, number: int) -> dict[str, Any]:
    box, decision = finding.boxes[index], finding.decision
    return {
        "id": number,
        "image_id": image,
        "category_id": LESION,
        "bbox": [box.x1, box.y1, box.width, box.height],
        "area": box.area,
        "segmentation": [_corners(box)],
        "iscrowd": 0,
        "attributes": {
            "status": finding.status.value,
            "reason": finding.reason,
            "note": finding.note,
            "reader": decision.reader if decision else "",
            "decided_at": decision.decided_at if decision else "",
            "score": finding.scores.get(index),
            "model": model_text(finding.origin),
        },
    }


def _corners(box: Box) -> list[float]:
    """The box as a polygon, for tools that show nothing else."""
    return [box.x1, box.y1, box.x2, box.y1, box.x2, box.y2, box.x1, box.y2]
