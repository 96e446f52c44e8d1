"""CT slices as DICOM files, written with pydicom."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.8.498"


def ct_dataset(
    index: int = 0,
    stored: np.ndarray | None = None,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    **changes: Any,
) -> FileDataset:
    """A valid axial CT slice ``index``, 2 mm above the last; ``None`` takes an element away."""
    stored = np.full((4, 6), 1024 + index, np.uint16) if stored is None else stored
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.9.{index + 1}")
    meta.TransferSyntaxUID = transfer_syntax
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    elements = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "StudyInstanceUID": f"{ROOT}.1",
        "SeriesInstanceUID": f"{ROOT}.2",
        "Modality": "CT",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SeriesDescription": "Abdomen",
        "SeriesNumber": 3,
        "InstanceNumber": 100 - index,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [-10.0, -20.0, 2.0 * index],
        "PixelSpacing": [0.5, 0.75],
        "SliceThickness": 2.5,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": stored.dtype.itemsize * 8,
        "BitsStored": stored.dtype.itemsize * 8,
        "HighBit": stored.dtype.itemsize * 8 - 1,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "WindowWidth": 400,
        "WindowCenter": 40,
    }
    for name, value in {**elements, **changes}.items():
        if value is not None:
            setattr(dataset, name, value)
    data = stored.tobytes()
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if stored.dtype.itemsize > 1 else "OB"
    return dataset


def save(dataset: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)
    return path


@pytest.fixture
def ct_slice() -> Callable[..., FileDataset]:
    """``ct_slice(index, **changes)`` gives one CT slice; see ``ct_dataset``."""
    return ct_dataset


@pytest.fixture
def write_slice() -> Callable[..., Path]:
    """``write_slice(path, index, **changes)`` writes one CT slice; see ``ct_dataset``."""

    def write(path: Path, index: int = 0, **changes: Any) -> Path:
        return save(ct_dataset(index, **changes), path)

    return write


@pytest.fixture
def ct_folder(tmp_path: Path, write_slice: Callable[..., Path]) -> Path:
    """Five slices, their HU 0, 1, 2, 3, 4 upwards; names and numbers run the other way."""
    folder = tmp_path / "study"
    for index in range(5):
        write_slice(folder / f"slice{9 - index}", index)
    return folder
