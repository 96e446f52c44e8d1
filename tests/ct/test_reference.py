"""Every file there is, against pydicom: its HU voxel for voxel, its place by hand, or its name."""

import math
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.pixels.processing import apply_modality_lut

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.study import Series
from lesion_viewer.errors import CTError

# Of pydicom's own files: every CT Image that is no localizer.
PYDICOMS_CT = {
    "693_J2KI.dcm", "CT_small.dcm", "J2K_pixelrep_mismatch.dcm",
    *(f"dicomdirtests/77654033/CT2/{n}" for n in (17106, 17136, 17166, 17196)),
    *(f"dicomdirtests/98892001/CT5N/{n}" for n in (2062, 2392, 2693, 3023, 3353)),
}  # fmt: skip
# JPEG of 12 bits, which pydicom asks no decoder for; test_hounsfield compares it otherwise.
WITHOUT_REFERENCE = "1.2.840.10008.1.2.4.51"


def location_by_hand(dataset: pydicom.Dataset) -> float:
    rx, ry, rz, cx, cy, cz = map(float, dataset.ImageOrientationPatient)
    normal = (ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx)
    position = map(float, dataset.ImagePositionPatient)
    return sum(p * n for p, n in zip(position, normal, strict=True)) / math.hypot(*normal)


def check_against_pydicom(series: Series, path: Path) -> None:
    """A series of one file: its HU and where it lies."""
    dataset = pydicom.dcmread(path)
    assert series.shape == (1, dataset.Rows, dataset.Columns)
    assert series.slices[0].location_mm == pytest.approx(location_by_hand(dataset), abs=1e-6)
    if series.spacing_mm is not None:
        assert series.spacing_mm[1:] == tuple(map(float, dataset.PixelSpacing))
        corner = [float(v) for v in dataset.ImagePositionPatient]
        np.testing.assert_allclose(series.affine[:3, 3], corner)
    if dataset.file_meta.TransferSyntaxUID != WITHOUT_REFERENCE:
        rescaled = apply_modality_lut(dataset.pixel_array, dataset)
        np.testing.assert_array_equal(series.decode(0), np.rint(rescaled))


def outcomes(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Files that were read and agreed with pydicom, and the others with why not."""
    read, refused = set(), {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if "DICOMDIR" in path.name:
            continue  # opens other files; see test_dicomdir
        try:
            (series,) = open_study(path).series
            check_against_pydicom(series, path)
            read.add(name)
        except CTError as error:
            assert path.name in str(error)
            assert str(error).isprintable()
            refused[name] = str(error)
    return read, refused


@pytest.mark.filterwarnings("ignore")
def test_every_ct_of_pydicoms_is_read_as_pydicom_reads_it_and_all_else_is_refused_by_name():
    folder = Path(str(get_testdata_file("CT_small.dcm"))).parent
    read, refused = outcomes(folder)
    assert read == PYDICOMS_CT
    assert len(refused) > 100
    for name, reason in (
        ("MR_small.dcm", "is MR, not CT"),
        ("rtdose.dcm", "is RTDOSE, not CT"),
        ("reportsi.dcm", "is SR, not CT"),
        ("ExplVR_BigEnd.dcm", "is US, not CT"),
        ("liver_1frame.dcm", "is SEG, not CT"),
        ("dicomdirtests/98892001/CT2N/6293", "is a localizer"),
        ("no_meta.dcm", "is no DICOM file"),
    ):
        assert reason in refused[name]


@pytest.mark.realdata
@pytest.mark.filterwarnings("ignore")
def test_every_real_edge_file_is_read_as_pydicom_reads_it_or_refused_by_name(real_data):
    read, refused = outcomes(real_data / "dicom-edge")
    assert len(read) == 28 + 28 + 2 + 14
    reasons = {name: text.partition(Path(name).name)[2] for name, text in refused.items()}
    assert len(reasons) == 11 + 2 + 4
    for name, reason in (
        ("mixed-study/S1000/I10", " is a localizer"),
        ("mixed-study/S4010/I10", " is no CT image but Secondary Capture Image Storage"),
        ("transfer-syntaxes/no-pixel-data.dcm", " is SR, not CT"),
        ("transfer-syntaxes/no-pixel-spacing.dcm", " is US, not CT"),
        ("transfer-syntaxes/US-YBR_FULL_422-EVRLE.dcm", " is US, not CT"),
    ):
        assert reasons[name] == reason
    retired = [text for text in refused.values() if "which no package that we know decodes" in text]
    assert len(retired) == 2


@pytest.mark.realdata
def test_a_whole_study_lies_where_its_headers_say(real_data):
    folder = real_data / "dicom-edge/gantry-tilt-variable-spacing"
    (series,) = open_study(folder).series
    datasets = [pydicom.dcmread(folder / s.file, stop_before_pixels=True) for s in series.slices]
    by_hand = [location_by_hand(dataset) for dataset in datasets]
    assert by_hand == sorted(by_hand)
    assert [s.location_mm for s in series.slices] == pytest.approx(by_hand, abs=1e-6)
    assert {d.FrameOfReferenceUID for d in datasets} == {series.geometry.frame_of_reference}
    for index, dataset in enumerate(datasets):
        corner = series.geometry.point(index, 0.5, 0.5)
        np.testing.assert_allclose(corner, dataset.ImagePositionPatient, atol=1e-6)
