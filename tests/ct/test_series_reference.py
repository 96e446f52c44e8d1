"""A series is found again from another process, and only where it is the same."""

import multiprocessing
import pickle
import shutil
import zipfile
from collections.abc import Callable, Iterator
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray
from PIL import Image

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.series_reference import SeriesReference, reference_of
from lesion_viewer.ct.study import Collection, Series
from lesion_viewer.ct.volume.loading import load_volume
from lesion_viewer.errors import CTError

HU = np.random.default_rng(3).integers(-900, 900, (5, 24, 32)).astype(np.int16)


def dicom(folder: Path) -> Path:
    write_series(folder / "ct" / "a", HU, (5.0, 0.8, 0.8), seed=1)
    write_series(folder / "ct" / "b", HU + np.int16(1), (5.0, 0.8, 0.8), seed=2)
    return folder / "ct"


def zipped(folder: Path) -> Path:
    archive = folder / "ct.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in sorted(dicom(folder).rglob("*.dcm")):
            file.write(name, name.relative_to(folder).as_posix())
    return archive


def image(ending: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        sitk.WriteImage(sitk.GetImageFromArray(HU), str(folder / f"ct.{ending}"))
        return folder / f"ct.{ending}"

    return write


def pngs(folder: Path) -> Path:
    for run, first in enumerate((12, 40)):
        for number, hu in enumerate(HU, first):
            file = folder / "Images_png" / "000001_01_01" / f"{number:03}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((hu.astype(np.int32) + 32768 + run).astype(np.uint16)).save(file)
    return folder / "Images_png"


@pytest.fixture(scope="module")
def child() -> Iterator[Pool]:
    """A process that shares nothing with this one."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield pool


def voxels_of(reference: SeriesReference) -> NDArray[np.int16]:
    return load_volume(reference.resolve()).voxels


@pytest.mark.parametrize(
    "write",
    [dicom, zipped, image("nii.gz"), image("nrrd"), image("mha"), pngs],
    ids=["DICOM", "zip", "NIfTI", "NRRD", "MetaImage", "PNGs"],
)
def test_another_process_reads_the_same_hu(
    write: Callable[[Path], Path], tmp_path: Path, child: Pool
) -> None:
    images = open_collection(write(tmp_path))
    for series in images.series:
        there = child.apply(voxels_of, (reference_of(images, series),))
        np.testing.assert_array_equal(there, load_volume(series).voxels)


def test_a_reference_is_small_whatever_the_images(tmp_path: Path) -> None:
    images = open_collection(dicom(tmp_path))
    assert len(pickle.dumps(reference_of(images, images.series[0]))) < 2_000 < HU.nbytes


@pytest.fixture
def reference(tmp_path: Path) -> SeriesReference:
    """To the series in the folder ``a``."""
    images = open_collection(dicom(tmp_path))
    return reference_of(images, series_in(images, "a/"))


def series_in(images: Collection, folder: str) -> Series:
    return next(s for s in images.series if s.slices[0].file.startswith(folder))


def change(folder: Path, edit: Callable[[pydicom.Dataset], None]) -> None:
    for file in sorted(folder.glob("*.dcm")):
        dataset = pydicom.dcmread(file)
        edit(dataset)
        dataset.save_as(file)


def test_a_path_that_is_gone_is_named(reference: SeriesReference) -> None:
    shutil.rmtree(reference.path)
    with pytest.raises(CTError, match="does not exist"):
        reference.resolve()


def test_a_series_that_is_gone_is_named(reference: SeriesReference) -> None:
    shutil.rmtree(reference.path / "a")
    with pytest.raises(CTError, match=f"no longer holds the series {reference.series_uid}$"):
        reference.resolve()


def test_other_pixels_are_refused(reference: SeriesReference) -> None:
    def brighter(dataset: pydicom.Dataset) -> None:
        dataset.RescaleIntercept += 1

    change(reference.path / "a", brighter)
    with pytest.raises(CTError, match="is not the one that was meant: other pixels of Im 1, 3, 5$"):
        reference.resolve()


def test_another_spacing_is_refused(reference: SeriesReference) -> None:
    def coarser(dataset: pydicom.Dataset) -> None:
        dataset.PixelSpacing = [0.9, 0.9]

    change(reference.path / "a", coarser)
    with pytest.raises(CTError, match=r"meant: other spacing \(0.9 x 0.9"):
        reference.resolve()


def test_a_series_with_a_slice_more_or_less_is_refused(
    reference: SeriesReference, tmp_path: Path
) -> None:
    first, *_, last = sorted((reference.path / "a").glob("*.dcm"))
    last.rename(tmp_path / "last.dcm")
    with pytest.raises(CTError, match=r"meant: other images \(1 of the 5"):
        reference.resolve()
    images = open_collection(reference.path)
    shorter = reference_of(images, series_in(images, "a/"))
    (tmp_path / "last.dcm").rename(last)
    with pytest.raises(CTError, match="meant: it has 5 slices, and had 4"):
        shorter.resolve()


def test_the_series_of_one_path_are_found_in_one_reading(tmp_path: Path) -> None:
    images = open_collection(dicom(tmp_path))
    references = [reference_of(images, series) for series in images.series]
    again = open_collection(images.path)
    found = [one.found_in(again) for one in references]
    assert all(one is there for one, there in zip(found, again.series, strict=True))
