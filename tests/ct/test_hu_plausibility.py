"""Values that are no HU are named; CT in HU, whole or a piece of it, never is."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray
from PIL import Image

from lesion_viewer.cli import main
from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.ct.volume.hu_plausibility import not_hu_fault, spread
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError

Volume = NDArray[Any]


def body(noise: float = 15.0, side: int = 64) -> Volume:
    """Slices in HU: an ellipse of fat round soft tissue and a bone, in air, with noise."""
    y, x = np.mgrid[:side, :side] / side - 0.5
    radius = (x / 0.42) ** 2 + (y / 0.32) ** 2
    hu = np.where(radius < 1, -100.0, -1000.0)
    hu[radius < 0.7] = 50
    hu[(x**2 + (y - 0.15) ** 2) < 0.003] = 700
    hu = hu + np.random.default_rng(0).normal(0, noise, (8, side, side))
    return np.clip(np.rint(hu), -1024, 3071)


def labels(most: int = 5) -> Volume:
    return np.where(body(0) > 0, 1, 0) * np.arange(1, 9)[:, None, None] % (most + 1)


NO_HU = {
    "labels": labels(),
    "labels of one organ": (body(0) > 0).astype(int),
    "empty labels": np.zeros((4, 32, 32)),
    "many labels": (body(0) // 400 + 3) * 7 + np.arange(8)[:, None, None] * 10,
    "labels at random": np.random.default_rng(1).integers(0, 6, (4, 20, 20)),
    "a probability": (body() > 0) * 0.7,
    "stored values": body() + 1024,
    "stored values, air of 0": np.where(body() < -900, 0, body() + 1024),
    "stored values with padding": np.where(body(0) < -500, -2000, body() + 1024),
    "8 bits": np.clip((body() + 160) / 400 * 255, 0, 255),
    "8 bits of lungs": np.clip((body() + 1350) / 1500 * 255, 0, 255),
    "a piece of 8 bits": np.clip((body() - 20) / 60 * 255, 0, 255)[:, 20:40, 20:40],
    "masked with 0": np.where(body(0) > 0, body(), 0),
    "12 bits as DeepLesion's PNG": body() + 1024 - 32768,
    "wrapped round": np.where(body() < 0, 32767, body()),
    "MR": np.abs(body(0) + 1000 + np.random.default_rng(2).normal(0, 8, (8, 64, 64))),
}
HU = {
    "a body": body(),
    "a body without noise": body(0),
    "tissue alone": body()[:, 20:44, 20:44],
    "tissue of little noise": body(3)[:, 26:36, 26:36],
    "tissue and fat": body()[:, 16:48, 14:50],
    "contrast, cropped": np.random.default_rng(3).normal(120, 25, (6, 20, 20)),
    "padding round a body": np.where(body(0) < -500, -2000, body()),
    "bones": np.random.default_rng(4).normal(900, 400, (6, 30, 30)),
    "a lung": np.where(body(0) > 0, 40, np.random.default_rng(5).normal(-820, 60, (8, 64, 64))),
    "air": np.full((4, 16, 16), -1024),
    "air with noise": np.random.default_rng(6).normal(-1000, 12, (4, 16, 16)),
}  # fmt: skip


def as_hu(volume: Volume) -> NDArray[np.int16]:
    return np.rint(volume).astype(np.int16)


@pytest.mark.parametrize("name", NO_HU)
def test_what_is_no_hu_is_named(name: str) -> None:
    (fault,) = not_hu_fault(as_hu(NO_HU[name]))
    assert fault.code == "not_hu"
    assert fault.text.startswith("These values are probably not HU: ")


@pytest.mark.parametrize("name", HU)
def test_hu_are_left_alone(name: str) -> None:
    assert not_hu_fault(as_hu(HU[name])) == ()


def test_a_phantom_is_left_alone() -> None:
    phantom = make_phantom(1, (12, 96, 96), (5.0, 4.0, 4.0), lesions=2)
    assert not_hu_fault(phantom.hu) == ()
    trunk = phantom.hu[4:8, 40:56, 40:56]
    assert trunk.min() > -200
    assert not_hu_fault(trunk) == ()


@pytest.mark.realdata
def test_pieces_of_a_real_ct_are_left_alone(real_data: Path) -> None:
    """Pieces of 40 x 40 x 8 voxels all over the body."""
    hu = load_volume(open_study(real_data / "ircadb01/case01/DICOM").series[0]).voxels
    named = [
        (k, y, x)
        for k in range(0, 120, 24)
        for y in range(96, 400, 40)
        for x in range(56, 456, 40)
        if not_hu_fault(hu[k : k + 8, y : y + 40, x : x + 40])
    ]
    assert named == []


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name", ["ircadb01/case01/DICOM", "totalsegmentator/example_ct.nii.gz", "dicom-edge",
             "deeplesion/Images_png"],
)  # fmt: skip
def test_real_ct_is_left_alone(real_data: Path, name: str) -> None:
    paths = [*(real_data / name).iterdir()] if name == "dicom-edge" else [real_data / name]
    series = [s for path in paths for s in open_collection(path).series]
    assert [s.uid for s in series if "not_hu" in {f.code for f in s.faults}] == []


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name", ["totalsegmentator/example_seg.nii.gz", "ircadb01/case01/labels.nii.gz"]
)
def test_real_labels_are_named(real_data: Path, name: str) -> None:
    (series,) = open_study(real_data / name).series
    assert [f.code for f in series.faults] == ["not_hu"]


@pytest.mark.realdata
def test_a_real_ct_without_its_rescale_is_named(real_data: Path, tmp_path: Path) -> None:
    hu = load_volume(open_study(real_data / "totalsegmentator/example_ct.nii.gz").series[0]).voxels
    stored = np.clip(hu.astype(int) + 1024, 0, 4095).astype(np.uint16)
    grey = np.clip((hu + 160) / 400.0 * 255, 0, 255).astype(np.uint8)
    for name, values in (("stored.nrrd", stored), ("grey.mha", grey), ("grey.nii.gz", grey)):
        sitk.WriteImage(sitk.GetImageFromArray(values), str(tmp_path / name))
        (series,) = open_study(tmp_path / name).series
        assert "not_hu" in [f.code for f in series.faults], name


@pytest.mark.parametrize("form", ["nii.gz", "nrrd", "mha", "hdr"])
def test_labels_in_a_file_are_named_in_check(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"labels.{form}"
    sitk.WriteImage(sitk.GetImageFromArray(labels().astype(np.uint8)), str(path))
    assert main(["check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "fault: These values are probably not HU: there are only 6 different ones" in out


def test_pngs_of_another_encoding_are_named(tmp_path: Path) -> None:
    """12-bit values in 16-bit PNGs: DeepLesion's hold HU + 32768."""
    for number, hu in enumerate(body()):
        Image.fromarray((hu + 1024).astype(np.uint16)).save(tmp_path / f"{number}.png")
    (series,) = open_study(tmp_path).series
    assert [f.code for f in series.faults] == ["not_hu"]


def test_pngs_of_8_bits_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / "1.png")
    with pytest.raises(CTError, match="is a PNG of 8 bits, not of 16 bits grey"):
        open_study(tmp_path)


@pytest.mark.parametrize(
    ("stored", "intercept", "codes"),
    [
        (body() + 1024, 0, ["not_hu"]),
        (np.clip((body() + 160) / 400 * 255, 0, 255), 0, ["not_hu"]),
        (body() + 1024, -1024, []),
        (body() + 1000, -1000, []),
    ],
)
def test_dicom_is_judged_by_its_values_where_no_intercept_makes_them_hu(
    tmp_path: Path, write_slice: Any, stored: Volume, intercept: int, codes: list[str]
) -> None:
    for index, values in enumerate(stored):
        pixels = np.rint(values).astype(np.uint16)
        write_slice(tmp_path / str(index), index, stored=pixels, RescaleIntercept=intercept)
    (series,) = open_study(tmp_path).series
    assert [f.code for f in series.faults] == codes


def test_signed_dicom_without_intercept_is_left_alone(tmp_path: Path, write_slice: Any) -> None:
    for index, values in enumerate(body()):
        pixels = np.rint(values).astype(np.int16)
        write_slice(tmp_path / str(index), index, stored=pixels, RescaleIntercept=0)
    assert open_study(tmp_path).series[0].faults == ()


@pytest.mark.parametrize(
    ("count", "most", "indices"),
    [(1, 5, (0,)), (3, 5, (0, 1, 2)), (9, 5, (0, 2, 4, 6, 8)), (9, 1, (4,))],
)
def test_slices_that_are_looked_at_are_spread(
    count: int, most: int, indices: tuple[int, ...]
) -> None:
    assert spread(count, most) == indices
