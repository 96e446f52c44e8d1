"""DeepLesion for training: its rows, its splits by patient, and its slices with real neighbours."""

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.detection.inputs import InputDefinition, model_input
from lesion_viewer.errors import ExchangeError, TrainingError
from training import cli
from training.deeplesion.lesanet import read_tags
from training.deeplesion.row_selection import Rows
from training.deeplesion.scans import DeepLesionSource, KeySlice, open_rows
from training.deeplesion.splits import by_patient, faster_rcnn_parts
from training.fitting.rendered_slices import cached_slices, rendered
from training.recipe.deeplesion_data import DeepLesionData

COLUMNS = (
    "File_name,Patient_index,Bounding_boxes,Coarse_lesion_type,Possibly_noisy,Spacing_mm_px_,"
    "Image_size,Train_Val_Test"
).split(",")
NARROW = InputDefinition(Window(2000, 0))
REAL_CSV = "DL_info_val_test.csv"


def row(file_name: str, **other: str) -> dict[str, str]:
    """A row of a 16 x 16 slice; its lesion is the pixels of columns 4 to 6 and rows 5 to 8."""
    patient = str(int(file_name.split("_")[0]))
    usual = ("0, 1, 12, 14", "4", "0", "0.8, 0.8, 5", "16, 16", "1")
    cells = dict(zip(COLUMNS, (file_name, patient, *usual), strict=True))
    return cells | other


def write_rows(folder: Path, rows: Iterable[dict[str, str]], columns: list[str] = COLUMNS) -> None:
    with (folder / "DL_info.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_slice(folder: Path, series: str, number: int, hu: int) -> None:
    image = folder / "Images_png" / series / f"{number:03}.png"
    image.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((16, 16), hu + 32768, np.uint16)).save(image)


def opened(data: DeepLesionData, definition: InputDefinition = NARROW) -> DeepLesionSource:
    rows, images = open_rows(data)
    return DeepLesionSource(data, definition, rows, images, "train")


def grey_levels(source: DeepLesionSource, definition: InputDefinition) -> list[int]:
    """HU that each channel of the only slice shows, where each slice is all of one grey."""
    (only,) = rendered(source.scan(0), definition)
    return [round(float(channel.mean()) / 255 * 2000 - 1000) for channel in only.image]


def test_the_reason_is_named_for_each_row_that_is_left_out(tmp_path: Path) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    here = "000001_01_01_010.png"
    rows = [
        row(here),
        row(here, Possibly_noisy="1"),
        row("000001_01_01_011.png"),
        row(here, Bounding_boxes="8, 1, 22, 14"),
        row(here, Coarse_lesion_type="5"),
        row(here, Bounding_boxes="0, 1, 9, 14"),
        row(here, Train_Val_Test="2"),
    ]
    write_rows(tmp_path, rows)

    found, _ = open_rows(DeepLesionData("official", str(tmp_path), types=(4,)))

    assert [(one.row, one.reason) for one in found.dropped] == [
        (0, "of a patient in another part"),
        (1, "possibly noisy"),
        (2, "missing image"),
        (3, "box outside the image"),
        (4, "not in the subset"),
        (5, "box without area inside its padding"),
    ]
    assert [one.row for one in found.parts["validation"]] == [6]


def test_rows_on_one_slice_are_one_sample_with_several_boxes(tmp_path: Path) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    file = "000001_01_01_010.png"
    write_rows(tmp_path, [row(file), row(file, Bounding_boxes="3, 2, 16, 16")])
    source = opened(DeepLesionData("official", str(tmp_path)))

    slices = cached_slices(source, NARROW, tmp_path / "cache", "train")

    assert len(slices) == 1
    assert slices[0].boxes.tolist() == [[4, 5, 7, 9], [7, 6, 11, 11]]
    assert slices[0].image.shape == (3, 16, 16)


@pytest.mark.parametrize(
    ("there", "step_mm", "seen"),
    [
        ((9, 10, 11), None, [9, 10, 11]),
        ((8, 10, 12), None, [10, 10, 10]),
        ((10,), None, [10, 10, 10]),
        ((8, 9, 10, 11, 12), 10.0, [8, 10, 12]),
        ((7, 10, 13), 10.0, [7, 10, 13]),
        ((9, 10, 14), 10.0, [9, 10, 10]),
    ],
)
def test_neighbours_lie_where_their_number_says_and_the_nearest_stands_in_for_a_missing_one(
    tmp_path: Path, there: tuple[int, ...], step_mm: float | None, seen: list[int]
) -> None:
    for number in there:
        write_slice(tmp_path, "000001_01_01", number, number * 10)
    write_rows(tmp_path, [row("000001_01_01_010.png")])
    definition = InputDefinition(Window(2000, 0), step_mm=step_mm)

    source = opened(DeepLesionData("official", str(tmp_path)), definition)

    expected = np.multiply(seen, 10)
    assert np.abs(grey_levels(source, definition) - expected).max() <= 4


def test_where_unlabelled_regions_are_ignored_only_the_lesions_surroundings_are_background(
    tmp_path: Path,
) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    write_rows(tmp_path, [row("000001_01_01_010.png")])

    scan = opened(DeepLesionData("official", str(tmp_path), unlabelled="ignored")).scan(0)

    (ignored,) = scan.ignored.values()
    is_ignored = np.zeros((16, 16), bool)
    for x1, y1, x2, y2 in ignored.astype(int):
        is_ignored[y1:y2, x1:x2] = True
    expected = np.ones((16, 16), bool)
    expected[1:13, 1:10] = False
    assert (is_ignored == expected).all()


def test_what_a_reader_rejected_is_no_lesion_and_what_he_was_unsure_of_is_ignored(
    tmp_path: Path,
) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    file = "000001_01_01_010.png"
    states = ("accepted", "rejected", "unsure")
    write_rows(tmp_path, [row(file, Status=s) for s in states], [*COLUMNS, "Status"])

    scan = opened(DeepLesionData("official", str(tmp_path))).scan(0)

    (index,) = scan.wanted
    assert len(scan.boxes[index]) == 1
    assert scan.ignored[index].tolist() == [[4, 5, 7, 9]]


@pytest.mark.parametrize("seed", range(3))
def test_patients_are_shared_76_15_9(seed: int) -> None:
    patients = [str(n % 400) for n in range(2192)]

    parts = by_patient(patients, (1660, 329, 203), seed)

    shares = [sum(parts[p] == part for p in patients) for part in ("train", "validation", "test")]
    assert shares == pytest.approx([1660, 329, 203], abs=6)
    assert parts == by_patient(patients, (1660, 329, 203), seed)
    assert parts != by_patient(patients, (1660, 329, 203), seed + 1)


def test_faster_rcnn_validates_on_some_of_lesanets_training_patients() -> None:
    rows = [(n, f"{n // 3}", "train") for n in range(1989)]
    rows += [(2000 + n, f"v{n}", "validation") for n in range(179)]
    rows += [(3000 + n, f"t{n}", "test") for n in range(203)]

    parts = faster_rcnn_parts(rows, 0)

    counts = [list(parts.values()).count(p) for p in ("train", "validation", "test")]
    assert counts == pytest.approx([1660, 329, 203], abs=2)
    patients = {part: {p for n, p, _ in rows if parts.get(n) == part} for part in parts.values()}
    assert not patients["train"] & patients["validation"]


def test_lesanets_split_and_tag_name_rows_of_the_csv(tmp_path: Path) -> None:
    names = [f"{patient:06}_01_01_010.png" for patient in range(1, 5)]
    for name in names:
        write_slice(tmp_path, name[:12], 10, 0)
    write_rows(tmp_path, map(row, names))
    lesanet: dict[str, object] = {"term_list": ["lung", "liver"]}
    for part, lesions, labels in (
        ("train", [0, 1], [[1], [0]]),
        ("val", [3], [[0, 1]]),
        ("test", [2], [[1]]),
    ):
        lesanet |= {f"{part}_lesion_idxs": lesions, f"{part}_relevant_labels": labels}
    (tmp_path / "tags.json").write_text(json.dumps(lesanet))

    rows, _ = open_rows(DeepLesionData("paper", str(tmp_path), tags="tags.json", tag="liver"))

    kept = {part: [one.row for one in of_part] for part, of_part in rows.parts.items()}
    assert kept == {"train": [0], "validation": [3], "test": [2]}


def test_a_csv_without_a_needed_column_is_refused_by_the_columns_name(tmp_path: Path) -> None:
    (tmp_path / "Images_png").mkdir()
    write_rows(tmp_path, [row("000001_01_01_010.png")], [c for c in COLUMNS if c != "Image_size"])
    with pytest.raises(TrainingError, match="Image_size is missing"):
        open_rows(DeepLesionData("official", str(tmp_path)))
    (tmp_path / "DL_info.csv").write_text("File_name\n")
    with pytest.raises(ExchangeError, match="Bounding_boxes is missing"):
        open_rows(DeepLesionData("official", str(tmp_path)))


def test_a_missing_folder_or_one_that_nobody_named_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TrainingError, match="Images_png is no folder"):
        open_rows(DeepLesionData("official", str(tmp_path)))
    monkeypatch.delenv("LESION_TRAINING_DEEPLESION", raising=False)
    with pytest.raises(TrainingError, match="LESION_TRAINING_DEEPLESION"):
        open_rows(DeepLesionData("official"))


def test_a_damaged_image_is_named(tmp_path: Path) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    (tmp_path / "Images_png" / "000001_01_01" / "010.png").write_bytes(b"no picture")
    write_rows(tmp_path, [row("000001_01_01_010.png")])
    with pytest.raises(TrainingError, match=r"010.png is a damaged PNG"):
        opened(DeepLesionData("official", str(tmp_path))).scan(0)


def real_rows(real_data: Path, **wanted: Any) -> Rows:
    folder = str(real_data / "deeplesion")
    return open_rows(DeepLesionData("official", folder, REAL_CSV, **wanted))[0]


@pytest.mark.realdata
def test_the_real_rows_are_counted(real_data: Path) -> None:
    with (real_data / "deeplesion" / REAL_CSV).open(newline="") as stream:
        truth = list(csv.DictReader(stream))
    images = real_data / "deeplesion" / "Images_png"
    there = {f"{file.parent.name}_{file.name}" for file in images.glob("*/*.png")}
    usable = [t for t in truth if t["File_name"] in there and t["Possibly_noisy"] == "0"]

    rows = real_rows(real_data)

    assert len(truth) == 9816 and len(there) == 56
    kept = {part: len(of_part) for part, of_part in rows.parts.items()}
    assert kept == {"train": 0, "validation": len(usable), "test": 0}
    assert len(rows.dropped) == 9816 - len(usable)
    # Noisy rows counted in the file; of the three boxes that pass the edge of their image only
    # 000211_02_01_018's does so without its padding.
    assert rows.reasons() == {
        "missing image": 9816 - len(usable) - 17 - 1,
        "possibly noisy": 17,
        "box outside the image": 1,
    }


@pytest.mark.realdata
def test_the_real_liver_rows_are_584_and_700(real_data: Path) -> None:
    rows = real_rows(real_data, types=(4,))

    reasons = rows.reasons()

    assert reasons["not in the subset"] == 9816 - 584 - 700
    assert len(rows.parts["validation"]) == 584 + 700 - reasons["missing image"] == 23


@pytest.mark.realdata
def test_lesanets_liver_lesions_are_the_papers(real_data: Path) -> None:
    tags = read_tags(real_data / "deeplesion" / "text_mined_labels_171_and_split.json")

    assert tags.counts("liver") == {"train": 1995, "validation": 179, "test": 203}
    with pytest.raises(TrainingError, match="no tag 'gizzard'"):
        tags.rows_of("gizzard")


@pytest.mark.realdata
def test_lesanets_tags_need_the_full_csv(real_data: Path) -> None:
    folder = str(real_data / "deeplesion")
    with pytest.raises(TrainingError, match=r"row 32734 of the full DL_info.csv.* 9816 rows"):
        open_rows(DeepLesionData("paper", folder, REAL_CSV, tag="liver"))


@pytest.mark.realdata
def test_boxes_on_the_real_key_slices_are_the_extent_of_their_recist_marks(
    real_data: Path,
) -> None:
    data = DeepLesionData("official", str(real_data / "deeplesion"), REAL_CSV)
    rows, images = open_rows(data)
    source = DeepLesionSource(data, NARROW, rows, images, "validation")
    with (real_data / "deeplesion" / REAL_CSV).open(newline="") as stream:
        marks = {
            (t["File_name"], t["Bounding_boxes"]): t["Measurement_coordinates"]
            for t in csv.DictReader(stream)
        }

    assert len(source) == 23
    for number, key in enumerate(source.key_slices):
        expected = [
            extent(marks[file, box])
            for file, box in marks
            if file == f"{key.folder}_{key.number:03}.png"
        ]
        scan = source.scan(number)
        (index,) = scan.wanted
        assert scan.boxes[index] == pytest.approx(np.array(expected), abs=2e-3)
        assert is_body_under(scan.voxels[index], key)


def extent(coordinates: str) -> list[float]:
    """Tight edges from the ends of both RECIST diameters, pixel centres counted from 1."""
    numbers = [float(number) for number in coordinates.split(",")]
    x, y = numbers[::2], numbers[1::2]
    return [min(x) - 1, min(y) - 1, max(x), max(y)]


def is_body_under(hu: np.ndarray, key: KeySlice) -> bool:
    """Whether the lesions lie in soft tissue, not in air."""
    parts = [hu[int(y1) : int(y2), int(x1) : int(x2)] for x1, y1, x2, y2 in key.boxes]
    return all(-100 < float(part.mean()) < 300 for part in parts)


def test_the_command_counts_what_is_left_out_and_writes_each_row_with_its_reason(
    tmp_path: Path, recipe_text: str
) -> None:
    write_slice(tmp_path, "000001_01_01", 10, 0)
    file = "000001_01_01_010.png"
    write_rows(tmp_path, [row(file), row(file, Possibly_noisy="1"), row("000001_01_01_011.png")])
    before, _, after = recipe_text.partition("[data]")
    data = f'[data]\nkind = "deeplesion"\nsplit = "official"\nfolder = "{tmp_path}"\n'
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f"{before}{data}\n{after[after.index('[augmentation]') :]}")

    result = CliRunner().invoke(
        cli.app, ["rows", str(recipe), "--output", str(tmp_path / "left out.csv")]
    )

    assert result.exit_code == 0
    assert re.search(r"train +│ 1 +│ 1 +│ 1", result.stdout)
    assert re.search(r"possibly noisy +│ 1 ", result.stdout)
    assert (tmp_path / "left out.csv").read_text().split("\n")[1:] == [
        f"1,{file},possibly noisy",
        "2,000001_01_01_011.png,missing image",
        "",
    ]


@pytest.mark.realdata
def test_real_neighbours_are_those_that_the_viewer_shows_the_model(
    real_data: Path, tmp_path: Path
) -> None:
    images = real_data / "deeplesion" / "Images_png"
    names = [f"000062_01_01_{number:03}.png" for number in (56, 70, 84)]
    write_rows(
        tmp_path,
        [row(n, Image_size="512, 512", Bounding_boxes="200, 200, 260, 250") for n in names],
    )
    definition = InputDefinition(Window(350, 50), slices=9)
    source = opened(DeepLesionData("official", str(tmp_path), images=str(images)), definition)
    (series,) = open_study(images / "000062_01_01").series
    volume = load_volume(series)

    for number, index in enumerate((0, 14, 28)):
        scan = source.scan(number)
        (wanted,) = scan.wanted
        seen = model_input(scan.voxels, wanted, scan.spacing_mm, definition, scan.missing)
        shown = model_input(volume.voxels, index, series.spacing_mm, definition)
        assert (seen.image == shown.image).all()
