"""Good files of every kind that is read, as bytes: what the fuzzing starts from."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import CARD, WEIGHTS, Card, write_checkpoint
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv, import_labels
from lesion_viewer.exchange.tables.detections_csv import COLUMNS as DETECTION_COLUMNS
from lesion_viewer.review.session import Session

PREDICTION = "000001_01_01/109.png,,u,,109,,1.5,2,9,11.25,0.75,1,some 1,00ff"
SIDE = 32
SERIES_UID = "1.2.826.0.1.3680043.8.498.1"
VALUES = {
    "File_name": "000001_01_01_109.png",
    "Key_slice_index": "109",
    "Measurement_coordinates": "9, 9, 20, 20, 9, 20, 20, 9",
    "Bounding_boxes": "4.5, 4.5, 24.25, 24",
    "Spacing_mm_px_": "0.8, 0.8, 5",
    "DICOM_windows": "-175, 275",
}


def write_seeds(folder: Path) -> None:
    """Write ``folder/<target>/<name>`` for every target of ``targets.TARGETS``."""
    folder.mkdir(parents=True, exist_ok=True)
    for target, contents in {
        "dicom": _dicom(),
        "folder": dict(list(_dicom().items())[:2]),
        "dicomdir": _dicomdir(),
        "zip": _zip(),
        "png": _pngs(),
        **_images(),
        **_reviews(),
        **_checkpoint(),
    }.items():
        (folder / target).mkdir()
        for name, data in contents.items():
            (folder / target / name).write_bytes(data)


def slices() -> list[bytes]:
    """A series of three small slices, whose UID is ``SERIES_UID``."""
    hu = np.random.default_rng(0).integers(-1000, 1500, (3, SIDE, SIDE)).astype(np.int16)
    with tempfile.TemporaryDirectory() as folder:
        write_series(Path(folder), hu, (2.0, 0.8, 0.8), seed=1)
        return [_renamed(path) for path in sorted(Path(folder).iterdir())]


def _renamed(path: Path) -> bytes:
    dataset = pydicom.dcmread(path)
    dataset.SeriesInstanceUID = SERIES_UID
    return _written(dataset)


def png(value: int) -> bytes:
    """A slice of DeepLesion."""
    buffer = io.BytesIO()
    pixels = np.full((SIDE, SIDE), 32768 + value, np.uint16)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _dicom() -> dict[str, bytes]:
    first = slices()[0]
    compressed = (RLELossless, JPEG2000Lossless)
    others = (ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian)
    return {
        "explicit": first,
        **{syntax.keyword: _in_syntax(first, syntax) for syntax in (*others, *compressed)},
        "enhanced": _enhanced(),
    }


def _in_syntax(data: bytes, syntax: UID) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    if syntax in (RLELossless, JPEG2000Lossless):
        dataset.PixelData = np.tile(np.arange(64, dtype="<i2"), 64).tobytes()
        dataset.Rows = dataset.Columns = 64
        dataset.compress(syntax)
    dataset.file_meta.TransferSyntaxUID = syntax
    return _written(dataset)


def _enhanced() -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(slices()[0]))
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    shared, measures, orientation, values = Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = dataset.PixelSpacing, 2
    orientation.ImageOrientationPatient = dataset.ImageOrientationPatient
    values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 1, 0, "HU"
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelValueTransformationSequence = Sequence([values])
    frames = []
    for z in range(3):
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, z]
        frame.PlanePositionSequence = Sequence([position])
        frames.append(frame)
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence(frames)
    dataset.NumberOfFrames = 3
    dataset.PixelData = dataset.PixelData * 3
    return _written(dataset)


def _written(dataset: pydicom.FileDataset) -> bytes:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset)
    return buffer.getvalue()


def _dicomdir() -> dict[str, bytes]:
    files = FileSet()
    for data in slices():
        dataset = pydicom.dcmread(io.BytesIO(data))
        dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20240101", "101010", "1"
        files.add(dataset)
    with tempfile.TemporaryDirectory() as folder:
        files.write(folder)
        return {"DICOMDIR": (Path(folder) / "DICOMDIR").read_bytes()}


def _zip() -> dict[str, bytes]:
    zips = {}
    for name, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for number, data in enumerate(slices()):
                archive.writestr(f"study/{number}", data)
        zips[name] = buffer.getvalue()
    return zips


def _pngs() -> dict[str, bytes]:
    return {"slice": png(40)}


def _images() -> dict[str, dict[str, bytes]]:
    voxels = np.random.default_rng(0).integers(-1000, 1500, (3, 16, 16)).astype(np.int16)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing((0.7, 0.8, 2.5))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("nii", "nii.gz", "nrrd", "mha"):
            path = Path(folder) / f"ct.{suffix}"
            sitk.WriteImage(image, str(path), useCompression=suffix in ("nrrd", "mha"))
            found[suffix] = {"image": path.read_bytes()}
    return found


def _reviews() -> dict[str, dict[str, bytes]]:
    """A DeepLesion CSV, a reviewed one, one with UIDs, and the journals they came from."""
    row = ",".join(f'"{VALUES.get(name, "1")}"' for name in COLUMNS)
    labels = f"{','.join(COLUMNS)}\r\n{row}\r\n{row}\r\n".encode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_png_study(folder / "pngs")
        (folder / "series").mkdir()
        for number, data in enumerate(slices()):
            (folder / "series" / str(number)).write_bytes(data)
        found = {}
        for kind in ("pngs", "series"):
            study = open_study(folder / kind)
            session = Session.open(folder / f"{kind}.review", study.key, "reader")
            session.describe(study)
            if kind == "pngs":
                (folder / "labels.csv").write_bytes(labels)
                import_labels(session, study, folder / "labels.csv")
                session.accept(next(iter(session.findings)))
            uid = study.series[0].uid
            finding = session.add(uid, 0, Box(3, 4, 20, 21))
            session.accept(finding)
            session.reject(session.add(uid, 1, Box(5, 5, 9, 9)))
            session.undo()
            export_csv(session, folder / f"{kind}.csv")
            export_coco(session, folder / f"{kind}.json")
            session.close()
            found[kind] = (
                (folder / f"{kind}.csv").read_bytes(),
                (folder / f"{kind}.review").read_bytes(),
            )
        coco = (folder / "pngs.json").read_bytes()
    return {
        "labels": {"labels": labels, "bom": b"\xef\xbb\xbf" + labels, "reviewed": found["pngs"][0]},
        "uids": {"reviewed": found["series"][0]},
        "project": {"labels": labels, "reviewed": found["pngs"][0]},
        "predictions": {"boxes": f"{','.join(DETECTION_COLUMNS)}\n{PREDICTION}\n".encode()},
        "coco": {"boxes": coco},
        "journal": {kind: journal for kind, (_, journal) in found.items()},
    }


def write_png_study(folder: Path) -> None:
    """The three slices that the labels are of."""
    (folder / "000001_01_01").mkdir(parents=True)
    for number in (108, 109, 110):
        (folder / "000001_01_01" / f"{number}.png").write_bytes(png(number))


def _checkpoint() -> dict[str, dict[str, bytes]]:
    from lesion_viewer.detection.models import build_model

    options = {"side": 16, "channels": (2, 2)}
    card = Card(
        "seed", "1", "baseline", options, InputDefinition(Window(400, 40), max_side=16),
        ("lesion",), "nothing", "none", 0.5,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "checkpoint"
        write_checkpoint(folder, build_model("baseline", options, 3), card)
        entries = (folder / CARD).read_bytes()
        assert json.loads(entries)["sha256"]
        weights = (folder / WEIGHTS).read_bytes()
    return {"card": {"card": entries}, "weights": {"weights": weights}}
