"""Label volumes over their CT: the same findings however they are stored, or one clear line."""

from collections.abc import Callable
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.imports.changing import KNOWN, take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.found_boxes import FoundBoxes
from lesion_viewer.review.finding import Finding, OriginKind, Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.label_studies import (
    LESIONS,
    blocks,
    write_image,
    write_segmentation,
    write_study,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ct") / "DICOM"
    write_study(folder)
    return folder


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return open_study(folder)


def found_in(study: Study, path: Path, labels: str = "") -> FoundBoxes:
    found = parse(path, study, Meaning.LABELS, labels).found
    assert found is not None
    return found


def boxes_of(findings: tuple[Finding, ...]) -> list[dict[int, tuple[float, ...]]]:
    return [{i: box.as_tuple() for i, box in sorted(f.boxes.items())} for f in findings]


def test_each_connected_part_is_a_finding_with_a_tight_box_a_slice(
    study: Study, tmp_path: Path
) -> None:
    found = found_in(study, write_image(tmp_path / "a.nii.gz", study, blocks()))
    assert boxes_of(found.findings) == LESIONS
    assert {f.status for f in found.findings} == {Status.UNDECIDED}
    assert {f.origin.kind for f in found.findings} == {OriginKind.LABEL}
    assert found.notices == ("Labels taken: 2, 7; labels left out: 1",)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_axes_are_stored_changes_nothing(
    study: Study, tmp_path: Path, order: tuple[int, int, int]
) -> None:
    for n, flips in enumerate(product((False, True), repeat=3)):
        suffix = (".nii.gz", ".nrrd", ".mha")[n % 3]
        path = tmp_path / f"{n}{suffix}"
        write_image(path, study, blocks(), order, (flips[0], flips[1], flips[2]))
        assert boxes_of(found_in(study, path, "2,7").findings) == LESIONS


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("sources", "positions"), [(True, True), (False, True), (True, False)])
def test_a_dicom_segmentation_gives_its_segments_with_their_names(
    study: Study, folder: Path, tmp_path: Path, kind: str, mirrored: bool,
    sources: bool, positions: bool,
) -> None:  # fmt: skip
    options = {"kind": kind, "mirrored": mirrored and positions}
    options |= {"sources": sources, "positions": positions}
    path = write_segmentation(tmp_path / "seg", folder, blocks(), **options)
    found = found_in(study, path)
    assert boxes_of(found.findings) == LESIONS
    assert [f.lesion_type for f in found.findings] == ["Metastasis", "Metastasis", "Cyst"]
    assert found.notices == ("Labels taken: 2 Metastasis, 7 Cyst; labels left out: 1 Liver",)


def test_values_over_those_of_a_ct_are_labels_too(study: Study, tmp_path: Path) -> None:
    values = np.where(blocks() == 2, 60_000, 0).astype(np.uint16)
    path = write_image(tmp_path / "a.nrrd", study, values)
    assert boxes_of(found_in(study, path).findings) == LESIONS[:2]
    values = values.astype(np.float64)
    path = write_image(tmp_path / "b.nrrd", study, values)
    assert boxes_of(found_in(study, path, "60000").findings) == LESIONS[:2]


@pytest.mark.parametrize(
    ("labels", "count"), [("1", 1), ("2", 2), ("1,7", 2), ("2-7", 3), ("cyst", 1)]
)
def test_labels_are_chosen_by_value_range_and_name(
    study: Study, tmp_path: Path, labels: str, count: int
) -> None:
    (tmp_path / "a.csv").write_text("value,structure\n1,liver\n7,Cyst\n")
    path = write_image(tmp_path / "a.nii", study, blocks())
    assert len(found_in(study, path, labels).findings) == count


def test_names_tell_lesions_from_organs(study: Study, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("value,structure\n1,liver tumour\n2,vena cava\n7,spleen\n")
    path = write_image(tmp_path / "a.nii", study, blocks())
    found = found_in(study, path)
    assert [f.lesion_type for f in found.findings] == ["liver tumour"]


def test_an_organ_alone_is_no_lesion(study: Study, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("value,structure\n1,liver\n")
    values = np.where(blocks() > 0, 1, 0).astype(np.uint8)
    path = write_image(tmp_path / "a.nii", study, values)
    with pytest.raises(ExchangeError, match="no label that looks like a lesion.*--labels.*1 liver"):
        parse(path, study, Meaning.LABELS)
    assert len(found_in(study, path, "1").findings) == 1


@pytest.mark.parametrize(
    ("shift_mm", "said"),
    [
        ((0.35, 0, 0), "lies up to 0.[34] mm away"),
        ((0, 0, 2.5), "lies up to 2.5 mm away"),
    ],
)
def test_another_place_is_refused_with_what_differs(
    study: Study, tmp_path: Path, shift_mm: tuple[float, float, float], said: str
) -> None:
    path = write_image(tmp_path / "a.nii.gz", study, blocks(), shift_mm=shift_mm)
    with pytest.raises(ExchangeError, match=said):
        parse(path, study, Meaning.LABELS)


def test_another_size_and_spacing_are_refused_with_what_differs(
    study: Study, tmp_path: Path
) -> None:
    path = write_image(tmp_path / "a.nii.gz", study, blocks()[:5])
    with pytest.raises(ExchangeError, match="50 x 40 x 5 voxels, and the CT 50 x 40 x 6"):
        parse(path, study, Meaning.LABELS)
    image = sitk.GetImageFromArray(blocks())
    image.SetSpacing((0.7, 0.8, 2.0))
    sitk.WriteImage(image, str(tmp_path / "b.nrrd"))
    with pytest.raises(ExchangeError, match="voxels of 0.7 x 0.8 x 2 mm"):
        parse(tmp_path / "b.nrrd", study, Meaning.LABELS)


@pytest.mark.parametrize(
    ("values", "said"),
    [(blocks() * 0.5, "no whole numbers"), (blocks() - 1.0, "are -1.0 to"), (blocks() * 0, "0")],
)
def test_what_is_no_label_volume_is_refused(
    study: Study, tmp_path: Path, values: np.ndarray, said: str
) -> None:
    path = write_image(tmp_path / "a.nrrd", study, values)
    with pytest.raises(ExchangeError, match=said):
        parse(path, study, Meaning.LABELS)


def test_a_segmentation_of_another_patient_is_refused(study: Study, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_study(other)
    import pydicom

    for n, file in enumerate(sorted(other.iterdir())):
        ct = pydicom.dcmread(file)
        ct.SOPInstanceUID = f"1.2.3.{n}"
        ct.ImagePositionPatient = [0, 0, 1000 + 2.5 * n]
        ct.save_as(file)
    path = write_segmentation(tmp_path / "seg", other, blocks())
    with pytest.raises(ExchangeError, match="none of its .* frames lies on a slice"):
        parse(path, study, Meaning.LABELS)


def test_findings_of_labels_are_taken_up_once_decided_and_exported(
    study: Study, tmp_path: Path, open_review: Callable[[Study], Session]
) -> None:
    path = write_image(tmp_path / "a.nii.gz", study, blocks())
    session = open_review(study)
    assert import_file(session, study, path).new_labels == 3
    first, second, third = session.findings
    session.accept(first)
    session.reject(second, "vessel")
    session.set_type(third, "cyst")
    again = take(session, parse(path, study, Meaning.LABELS))
    assert (again.new_labels, again.untaken) == (0, KNOWN)
    assert session.findings[first].status is Status.ACCEPTED
    export_csv(session, tmp_path / "out.csv")
    other = open_review(study)
    import_file(other, study, tmp_path / "out.csv")
    told = [
        [(f.status, f.boxes, f.lesion_type) for f in s.findings.values()] for s in (session, other)
    ]
    assert sorted(map(repr, told[0])) == sorted(map(repr, told[1]))
    assert import_file(session, study, tmp_path / "out.csv").decided == 0


@pytest.mark.realdata
def test_the_tumours_of_the_real_case_are_their_boxes(real_data: Path) -> None:
    import csv

    case = real_data / "ircadb01/case01"
    found = found_in(open_study(case / "DICOM"), case / "labels.nii.gz")
    assert len(found.findings) == 8
    assert found.notices[0].endswith("labels left out: 1 liver")
    expected: dict[tuple[str, int], list[float]] = {}
    with (case / "boxes.csv").open() as file:
        for row in csv.DictReader(file):  # parts on one slice are one box of their finding
            box = [float(row[name]) for name in ("x0", "y0", "x1", "y1")]
            key = row["structure"], int(row["slice_index"])
            known = expected.get(key, box)
            expected[key] = [*map(min, known[:2], box[:2]), *map(max, known[2:], box[2:])]
    seen = {
        (f.lesion_type, i): list(box.as_tuple())
        for f in found.findings
        for i, box in f.boxes.items()
    }
    assert seen == expected
