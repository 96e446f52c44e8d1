"""Reading a DICOM folder of 300 slices, against SimpleITK's series reader; warm disk."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.ct.volume.loading import load_volume

SLICES, SIDE, RUNS = 300, 512, 5
ROOT = "1.2.826.0.1.3680043.8.498"


def reference(index: int) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = CTImageStorage
    item.ReferencedSOPInstanceUID = f"{ROOT}.7.{index}"
    item.is_undefined_length_sequence_item = True
    return item


def clinical_slice(index: int, stored: np.ndarray) -> FileDataset:
    """A slice with about as many elements as a scanner writes, some in sequences."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.3.{index + 1}")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    elements = {
        "SpecificCharacterSet": "ISO_IR 100", "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": f"{ROOT}.3.{index + 1}",
        "StudyDate": "20240101", "SeriesDate": "20240101", "AcquisitionDate": "20240101",
        "ContentDate": "20240101", "StudyTime": "101010", "SeriesTime": "101011",
        "AcquisitionTime": "101012", "ContentTime": "101013", "AccessionNumber": "1",
        "Modality": "CT", "Manufacturer": "Benchmark", "InstitutionName": "None",
        "StudyDescription": "Abdomen", "SeriesDescription": "Venous 1.0", "StationName": "CT1",
        "ManufacturerModelName": "None", "PatientName": "None", "PatientID": "1",
        "PatientSex": "O", "PatientAge": "050Y", "PatientWeight": 70, "BodyPartExamined": "ABDOMEN",
        "ContrastBolusAgent": "None", "ScanOptions": "HELIX", "SliceThickness": 1, "KVP": 120,
        "DataCollectionDiameter": 500, "SoftwareVersions": "1", "ProtocolName": "Abdomen",
        "ReconstructionDiameter": 380, "DistanceSourceToDetector": 1000, "GantryDetectorTilt": 0,
        "DistanceSourceToPatient": 500, "TableHeight": 100, "RotationDirection": "CW",
        "ExposureTime": 500, "XRayTubeCurrent": 200, "Exposure": 100, "FilterType": "BODY",
        "GeneratorPower": 30, "FocalSpots": 1.2, "ConvolutionKernel": "B30",
        "PatientPosition": "HFS",
        "SpiralPitchFactor": 1, "StudyInstanceUID": f"{ROOT}.1", "SeriesInstanceUID": f"{ROOT}.2",
        "StudyID": "1", "SeriesNumber": 2, "AcquisitionNumber": 1, "InstanceNumber": index + 1,
        "ImagePositionPatient": [-190, -190, index - 500.0],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "FrameOfReferenceUID": f"{ROOT}.4",
        "PositionReferenceIndicator": "", "SliceLocation": index - 500.0, "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2", "Rows": SIDE, "Columns": SIDE,
        "PixelSpacing": [0.742, 0.742], "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11,
        "PixelRepresentation": 0, "WindowCenter": [40, -600], "WindowWidth": [400, 1500],
        "RescaleIntercept": -1024, "RescaleSlope": 1,
        "ReferencedImageSequence": Sequence([reference(i) for i in range(3)]),
        "SourceImageSequence": Sequence([reference(i) for i in range(3)]),
    }  # fmt: skip
    for name, value in elements.items():
        setattr(dataset, name, value)
    dataset["ReferencedImageSequence"].is_undefined_length = True
    dataset.PixelData = stored.tobytes()
    return dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    stored = np.random.default_rng(0).integers(0, 4096, (SIDE, SIDE)).astype(np.uint16)
    for number, index in enumerate(np.random.default_rng(0).permutation(SLICES)):
        dataset = clinical_slice(int(index), np.roll(stored, index, axis=0))
        pydicom.dcmwrite(folder / f"{number:04}", dataset)
    return folder


def read_by_simpleitk(folder: Path) -> np.ndarray:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return sitk.GetArrayFromImage(reader.Execute())


def show_first(folder: Path) -> np.ndarray:
    """What a reader sees first: the middle slice through the file's window."""
    series = open_study(folder).series[0]
    return to_display(series.decode(series.shape[0] // 2), Window(400, 40))


def interleaved_medians(*tasks: Callable[[], object]) -> list[float]:
    """Seconds that each task takes; runs in turn, so that a busy machine slows all alike."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(RUNS):
        for task, taken in zip(tasks, seconds, strict=True):
            start = time.perf_counter()
            task()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def test_the_first_slice_takes_a_fifth_of_simpleitks_series_and_all_a_third(folder):
    series = open_study(folder).series[0]
    np.testing.assert_array_equal(load_volume(series).voxels, read_by_simpleitk(folder))
    itk_s, first_s, all_s = interleaved_medians(
        lambda: read_by_simpleitk(folder),
        lambda: show_first(folder),
        lambda: load_volume(open_study(folder).series[0]),
    )
    print(
        f"\n{SLICES} DICOM slices: SimpleITK {itk_s * 1e3:.0f} ms;"
        f" first slice {first_s * 1e3:.0f} ms, {itk_s / first_s:.1f}x ahead (wanted 5);"
        f" all slices {all_s * 1e3:.0f} ms, {itk_s / all_s:.1f}x ahead (wanted 3)"
    )
    assert itk_s / first_s >= 5
    assert itk_s / all_s >= 3
