"""Written series, read back by pydicom, by SimpleITK and by the program's own reader."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.uid import UID

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError

SPACING_MM = (5.0, 0.75, 0.7)
# Types 1 and 2 of the modules of the CT Image IOD (DICOM PS3.3 table A.3-1), and the type 2C
# attribute that CT always has (Patient Position).
REQUIRED = """
    PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime
    ReferringPhysicianName StudyID AccessionNumber Modality SeriesInstanceUID SeriesNumber
    FrameOfReferenceUID PositionReferenceIndicator Manufacturer InstanceNumber PixelSpacing
    ImageOrientationPatient ImagePositionPatient SliceThickness SamplesPerPixel
    PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation
    PixelData ContrastBolusAgent ImageType RescaleIntercept RescaleSlope KVP AcquisitionNumber
    SOPClassUID SOPInstanceUID PatientPosition
""".split()


@pytest.fixture
def hu() -> np.ndarray:
    rng = np.random.default_rng(3)
    values = rng.integers(-1024, 3072, (4, 20, 24)).astype(np.int16)
    values[0, 0, :2] = -32768, 32767
    return values


@pytest.fixture
def folder(tmp_path: Path, hu: np.ndarray) -> Path:
    write_series(tmp_path / "study", hu, SPACING_MM, seed=3)
    return tmp_path / "study"


def read_all(folder: Path) -> list[pydicom.FileDataset]:
    return [pydicom.dcmread(f) for f in sorted(folder.iterdir())]


def test_pydicom_reads_back_every_voxel(folder: Path, hu: np.ndarray) -> None:
    images = read_all(folder)

    assert np.array_equal(
        [pydicom.pixels.processing.apply_rescale(i.pixel_array, i) for i in images], hu
    )


def test_simpleitk_reads_back_voxels_and_geometry(folder: Path, hu: np.ndarray) -> None:
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))

    image = SimpleITK.ReadImage(names)

    assert np.array_equal(SimpleITK.GetArrayFromImage(image), hu)
    assert image.GetSpacing() == pytest.approx((0.7, 0.75, 5.0))
    assert image.GetDirection() == pytest.approx((1, 0, 0, 0, 1, 0, 0, 0, 1))
    middle = image.TransformContinuousIndexToPhysicalPoint((11.5, 9.5, 1.5))
    assert middle == pytest.approx((0, 0, 0))


def test_the_program_reads_back_what_it_wrote(folder: Path, hu: np.ndarray) -> None:
    study = open_collection(folder)

    (series,) = study.series
    assert np.array_equal(load_volume(series).voxels, hu)
    assert series.spacing_mm == pytest.approx(SPACING_MM)
    assert not series.faults and not study.left_out


def test_all_that_the_ct_image_iod_requires_is_there(folder: Path) -> None:
    for image in read_all(folder):
        assert [keyword for keyword in REQUIRED if keyword not in image] == []
        assert image.preamble == bytes(128)
        assert image.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
        assert image.file_meta.MediaStorageSOPInstanceUID == image.SOPInstanceUID
        assert UID(image.SOPInstanceUID).is_valid
        assert not any(element.tag.is_private for element in image)


def test_the_same_seed_gives_the_same_files(folder: Path, tmp_path: Path, hu: np.ndarray) -> None:
    write_series(tmp_path / "again", hu, SPACING_MM, seed=3)
    write_series(tmp_path / "other", hu, SPACING_MM, seed=4)

    written = {f.name: f.read_bytes() for f in folder.iterdir()}
    assert {f.name: f.read_bytes() for f in (tmp_path / "again").iterdir()} == written
    assert read_all(tmp_path / "other")[0].StudyInstanceUID != read_all(folder)[0].StudyInstanceUID


def test_slices_share_a_series_and_have_uids_of_their_own(folder: Path) -> None:
    images = read_all(folder)

    assert len({i.SeriesInstanceUID for i in images}) == 1
    assert len({i.SOPInstanceUID for i in images}) == len(images)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, hu: np.ndarray) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CTError, match="file/study cannot be written"):
        write_series(tmp_path / "file" / "study", hu, SPACING_MM, seed=3)
