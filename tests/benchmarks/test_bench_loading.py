"""A DICOM folder of 2,000 slices, against SimpleITK's series reader; warm disk."""

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

SLICES, SIDE, RUNS = 2_000, 512, 3
FUZZING = Path(__file__).parents[1] / "fuzz"
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


SIMPLEITK = """
import SimpleITK as sitk
reader = sitk.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
voxels = sitk.GetArrayFromImage(reader.Execute())
"""
OURS = """
from pathlib import Path
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window, to_display
from lesion_viewer.ct.volume.loading import load_volume
series = open_study(Path(folder)).series[0]
"""
FIRST = OURS + "to_display(series.decode(series.shape[0] // 2), Window(400, 40))"
ALL = OURS + "voxels = load_volume(series).voxels"
SCROLL = """
from PySide6.QtWidgets import QApplication
application = QApplication([])
view.resize(900, 900)
view.show()
application.processEvents()
clock = time.perf_counter(), time.process_time()
for i in range(len(voxels)):
    show(i)
    application.processEvents()
"""
OUR_SCROLL = (
    "from PySide6.QtWidgets import QApplication\napplication = QApplication([])\n"
    + OURS
    + """
from lesion_viewer.ui.canvas.slice_view import SliceView
volume = load_volume(series)
voxels = volume.voxels
view = SliceView()
view.show_volume(volume)
view.set_window(Window(400, 40))
show = view.show_slice
"""
    + SCROLL.replace("application = QApplication([])\n", "")
)
ITK_SCROLL = (
    SIMPLEITK
    + """
from PySide6.QtWidgets import QApplication
import pyqtgraph
application = QApplication([])
view = pyqtgraph.ImageView()
view.setImage(voxels, axes={"t": 0, "y": 1, "x": 2}, autoLevels=False, autoHistogramRange=False)
view.setLevels(-160, 240)
show = view.setCurrentIndex
"""
    + SCROLL.replace("application = QApplication([])\n", "")
)
PROGRAM = """
import sys, time
folder, fuzzing = sys.argv[1:]
sys.path.append(fuzzing)
from peak_memory import peak_mib
clock = time.perf_counter(), time.process_time()
{code}
taken = time.perf_counter() - clock[0], time.process_time() - clock[1]
print(*taken, peak_mib() * 2**20 / 1e9)
import os; sys.stdout.flush(); os._exit(0)
"""


@dataclass(frozen=True)
class Taken:
    """What a fresh process took."""

    wall_s: float
    processor_s: float
    memory_gb: float


def taken(code: str, folder: Path) -> Taken:
    command = [sys.executable, "-c", PROGRAM.format(code=code), str(folder), str(FUZZING)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Taken(*map(float, done.stdout.split()))


def medians(folder: Path, ways: dict[str, str]) -> dict[str, Taken]:
    """What each way takes; runs in turn, so that a busy machine slows all alike."""
    runs: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, code in ways.items():
            runs[name].append(taken(code, folder))
    return {
        name: Taken(
            statistics.median(one.wall_s for one in found),
            statistics.median(one.processor_s for one in found),
            statistics.median(one.memory_gb for one in found),
        )
        for name, found in runs.items()
    }


def test_a_folder_of_2000_slices(folder: Path) -> None:
    ways = {"SimpleITK": SIMPLEITK, "first slice": FIRST, "all slices": ALL}
    found = medians(folder, ways)
    peer = found["SimpleITK"]
    print(f"\n{SLICES} DICOM slices, against SimpleITK: wall, processor, peak memory")
    for name, ours in found.items():
        print(
            f"  {name:12s} {ours.wall_s:6.2f} s ({peer.wall_s / ours.wall_s:.1f} x ahead),"
            f" {ours.processor_s:6.2f} s ({peer.processor_s / ours.processor_s:.1f} x),"
            f" {ours.memory_gb:.2f} GB ({peer.memory_gb / ours.memory_gb:.1f} x less)"
        )


def test_scrolling_through_2000_slices(folder: Path) -> None:
    found = medians(folder, {"SimpleITK in ImageView": ITK_SCROLL, "ours": OUR_SCROLL})
    peer = found["SimpleITK in ImageView"]
    print(f"\nscrolling through {SLICES} slices, 900 x 900: processor time a slice, peak memory")
    for name, ours in found.items():
        print(
            f"  {name:24s} {ours.processor_s / SLICES * 1e3:6.2f} ms"
            f" ({peer.processor_s / ours.processor_s:.1f} x ahead), {ours.memory_gb:.2f} GB"
            f" ({peer.memory_gb / ours.memory_gb:.1f} x less)"
        )
