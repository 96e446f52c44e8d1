"""The bundled liver detector on real key slices: validation data of its recipe, no test of it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.detection.boxes import pairwise_iou
from lesion_viewer.detection.checkpoints.checkpoint import find_checkpoint
from lesion_viewer.detection.detector import load_detector

PADDING_PX = 5
THRESHOLD = 0.15  # false positives stay below 1.1 per slice, as the card says


def key_slices(folder: Path) -> list[tuple[Path, np.ndarray]]:
    """Liver key slices of the validation split that are here, with their padded boxes from 0."""
    found = []
    with (folder / "DL_info_val_test.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            patient, _, name = row["File_name"].rpartition("_")
            file = folder / "Images_png" / patient / name
            is_wanted = row["Coarse_lesion_type"] == "4" and row["Train_Val_Test"] == "2"
            if is_wanted and file.is_file():
                x1, y1, x2, y2 = map(float, row["Bounding_boxes"].split(","))
                found.append((file, np.array([[x1 - 1, y1 - 1, x2, y2]])))
    return found


@pytest.mark.realdata
@pytest.mark.slow
def test_it_finds_half_of_the_real_lesions_at_one_false_positive_per_slice(real_data: Path) -> None:
    detector = load_detector(find_checkpoint("liver"), "cpu", min_score=THRESHOLD)
    slices = key_slices(real_data / "deeplesion")
    found = false_positives = 0
    for file, truth in slices:
        (series,) = open_study(file).series
        volume = CTVolume(series)
        volume.put(0, series.decode(0))
        (answer,) = detector.detect(volume, [0])
        boxes = [d.box.padded(PADDING_PX).as_tuple() for d in answer.detections]
        hits = pairwise_iou(np.array(boxes).reshape(-1, 4), truth)[:, 0] > 0.1
        found += bool(hits.any())
        false_positives += int((~hits).sum())
    assert len(slices) == 23
    assert found >= 0.5 * len(slices)
    assert false_positives <= 1.1 * len(slices)
