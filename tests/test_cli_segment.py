"""``lesion-viewer segment``: masks in a file that other programs, and this one, read."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lesion_viewer.cli import main
from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.images.label_images import read_label_image
from lesion_viewer.ct.labels.label_volume import labels_of_image
from lesion_viewer.ct.reading import open_study

SPACING_MM = (5.0, 2.0, 2.0)
MIRRORED = np.diag([-2.0, 2.0, 5.0, 1.0])


def write_ct(folder: Path, **how: object) -> Path:
    """A trunk of 160 x 100 mm off the centre, on six slices."""
    hu = np.full((6, 90, 120), -1000, np.int16)
    hu[1:, 10:60, 20:100] = 40
    write_series(folder, hu, SPACING_MM, seed=1, **how)  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize("how", [{}, {"affine": MIRRORED}], ids=["as usual", "mirrored"])
def test_the_masks_lie_on_the_voxels_of_the_series(how: dict[str, object], tmp_path: Path) -> None:
    study, output = write_ct(tmp_path / "ct", **how), tmp_path / "body.seg.nrrd"
    assert main(["segment", str(study), "--output", str(output)]) == 0
    (series,) = open_study(study).series
    labels = labels_of_image(series, read_label_image(output))
    assert labels.names == {1: "body"}
    hu = np.stack([series.decode(i) for i in range(6)])
    whole = tuple(slice(n) for n in series.shape)
    np.testing.assert_array_equal(labels.mask(1, whole), hu > -500)
    image = sitk.ReadImage(str(output))
    corner = series.geometry.point(1, 20.5, 10.5)  # the middle of the first pixel of the trunk
    assert image.TransformPhysicalPointToIndex(corner) == (20, 10, 1)
    assert image[20, 10, 1] == 1 and image[19, 10, 1] == 0


def test_a_path_of_several_series_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        write_series(tmp_path / "ct" / name, np.zeros((2, 16, 16), np.int16), SPACING_MM, seed=seed)
    output = tmp_path / "body.nrrd"
    assert main(["segment", str(tmp_path / "ct"), "--output", str(output)]) == 1
    assert "holds 2 series; name one of them" in capsys.readouterr().err
    assert not output.exists()


def test_another_kind_of_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, output = write_ct(tmp_path / "ct"), tmp_path / "body.csv"
    assert main(["segment", str(study), "--output", str(output)]) == 1
    assert "a segmentation is written as .nrrd" in capsys.readouterr().err
