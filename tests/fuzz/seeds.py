"""Good files of every kind that is read, as bytes: what the fuzzing starts from."""

import io
import json
import struct
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
    SegmentationStorage,
)
from report_seeds import report

from lesion_viewer.ct.dicom.writing import write_series
from lesion_viewer.ct.reading import open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import CARD, Card, write_checkpoint
from lesion_viewer.detection.inputs import InputDefinition
from lesion_viewer.detection.models import WEIGHTS
from lesion_viewer.exchange.deeplesion.annotation_rows import COLUMNS
from lesion_viewer.exchange.imports.changing import take
from lesion_viewer.exchange.imports.parsing import Meaning, parse
from lesion_viewer.exchange.measurements.writing import export_measurements
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.detections_csv import COLUMNS as DETECTION_COLUMNS
from lesion_viewer.review.annotations.shapes import Angle, Ellipse, Line, Mask, Rectangle
from lesion_viewer.review.session import Session

PREDICTION = "000001_01_01/109.png,,u,,109,,1.5,2,9,11.25,0.75,1,some 1,00ff"
BOXES = "SOPInstanceUID,x1,y1,x2,y2,score,finding,label"
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


SHAPES = (
    Line((1, 2), (4, 6.5)),
    Angle((1, 1), (2, 4.5), (6, 1)),
    Ellipse((5, 5), (2, 3), 0.25),
    Rectangle(Box(1, 2, 3.5, 4)),
    Mask.of(np.eye(9, dtype=bool)),
)


def write_seeds(folder: Path) -> None:
    """Write ``folder/<target>/<name>`` for every target of ``targets.TARGETS``."""
    folder.mkdir(parents=True, exist_ok=True)
    for target, contents in {
        "dicom": _dicom(),
        "folder": {**dict(list(_dicom().items())[:2]), "second_phase": _second_phase()},
        "dicomdir": _dicomdir(),
        "zip": _zip(),
        "png": _pngs(),
        **_images(),
        **_labels(),
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
        "no_preamble": first[132:],
        "bare_explicit": _bare(first, ExplicitVRLittleEndian),
        "bare_implicit": _bare(first, ImplicitVRLittleEndian),
    }


def _in_syntax(data: bytes, syntax: UID) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    if syntax in (RLELossless, JPEG2000Lossless):
        dataset.PixelData = np.tile(np.arange(64, dtype="<i2"), 64).tobytes()
        dataset.Rows = dataset.Columns = 64
        dataset.compress(syntax)
    dataset.file_meta.TransferSyntaxUID = syntax
    return _written(dataset)


def _second_phase() -> bytes:
    """A slice where the series has another one."""
    dataset = pydicom.dcmread(io.BytesIO(slices()[1]))
    dataset.SOPInstanceUID = f"{SERIES_UID}.9"
    dataset.AcquisitionTime, dataset.ContentTime, dataset.TriggerTime = "101010", "101011.5", 70
    dataset.InstanceNumber, dataset.ContrastBolusAgent = 9, "AGENT"
    return _written(dataset)


def _bare(data: bytes, syntax: UID) -> bytes:
    """A data set without preamble and file meta information."""
    plain, buffer = Dataset(), io.BytesIO()
    plain.update({e.tag: e for e in pydicom.dcmread(io.BytesIO(data))})
    pydicom.dcmwrite(buffer, plain, implicit_vr=syntax.is_implicit_VR, little_endian=True)
    return buffer.getvalue()


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


def _written(dataset: Dataset) -> bytes:
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
    in_time = sitk.GetImageFromArray(np.stack([voxels[:, :8, :8]] * 2), isVector=False)
    found: dict[str, dict[str, bytes]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("nii", "nii.gz", "nrrd", "mha", "nhdr", "mhd", "hdr"):
            path = Path(folder) / f"image.{suffix}"
            found[suffix] = {}
            for name, one in (("image", image), ("in_time", in_time)):
                sitk.WriteImage(one, str(path), useCompression=suffix in ("nrrd", "mha"))
                found[suffix][name] = path.read_bytes()
    found["nii"]["nifti_2"] = _nifti_2(voxels)
    found["hdr"]["analyze"] = found["hdr"]["image"][:344] + bytes(4)
    found["img"] = {"image": voxels.tobytes()}
    return found


def _labels() -> dict[str, dict[str, bytes]]:
    """Labels of the series of ``slices``: boxes by UID, a DICOM SEG, and label volumes."""
    files = [pydicom.dcmread(io.BytesIO(data)) for data in slices()]
    values = np.zeros((3, SIDE, SIDE), np.uint8)
    values[:, 4:12, 6:20] = 3
    rows = [f"{f.SOPInstanceUID},6,4,20,12,0.5,1,cyst" for f in files]
    found = {"boxes": {"boxes": "\n".join([BOXES, *rows, ""]).encode()}, "seg": {}}
    for kind in ("BINARY", "FRACTIONAL"):
        found["seg"][kind] = _segmentation(files, values, kind)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "series").mkdir()
        for number, data in enumerate(slices()):
            (folder / "series" / str(number)).write_bytes(data)
        found["report"] = {"ours": report(folder / "series", folder)}
        affine = open_study(folder / "series").series[0].affine
        assert affine is not None
        image = sitk.GetImageFromArray(values)
        image.SetSpacing(np.linalg.norm(affine[:3, :3], axis=0).tolist())
        image.SetOrigin(affine[:3, 3].tolist())
        for suffix in ("nii", "nrrd"):
            sitk.WriteImage(image, str(folder / f"a.{suffix}"), useCompression=suffix == "nrrd")
            found[f"label.{suffix}"] = {"labels": (folder / f"a.{suffix}").read_bytes()}
    return found


def _segmentation(files: list[pydicom.FileDataset], values: np.ndarray, kind: str) -> bytes:
    dataset = files[0].copy()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = SegmentationStorage
    dataset.Modality, dataset.SegmentationType, dataset.MaximumFractionalValue = "SEG", kind, 1
    dataset.BitsAllocated = dataset.BitsStored = 1 if kind == "BINARY" else 8
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    segment, shared, measures, orientation = Dataset(), Dataset(), Dataset(), Dataset()
    segment.SegmentNumber, segment.SegmentLabel = 3, "Cyst"
    dataset.SegmentSequence = Sequence([segment])
    measures.PixelSpacing = files[0].PixelSpacing
    orientation.ImageOrientationPatient = files[0].ImageOrientationPatient
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for file in files:
        frame, told, position, source = Dataset(), Dataset(), Dataset(), Dataset()
        told.ReferencedSegmentNumber = 3
        position.ImagePositionPatient = file.ImagePositionPatient
        source.ReferencedSOPInstanceUID = file.SOPInstanceUID
        derived = Dataset()
        derived.SourceImageSequence = Sequence([source])
        frame.SegmentIdentificationSequence = Sequence([told])
        frame.PlanePositionSequence = Sequence([position])
        frame.DerivationImageSequence = Sequence([derived])
        frames.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(frames)
    dataset.NumberOfFrames = len(frames)
    planes = values > 0
    data = np.packbits(planes, bitorder="little") if kind == "BINARY" else planes.view(np.uint8)
    dataset.PixelData = data.tobytes()
    return _written(dataset)


def _nifti_2(voxels: NDArray[np.int16]) -> bytes:
    """A volume as nifti2.h describes it."""
    data = bytearray(544)
    struct.pack_into("<i8s2h", data, 0, 540, b"n+2\0\r\n\x1a\n", 4, 16)
    struct.pack_into("<8q", data, 16, 3, *voxels.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<8d", data, 104, 1, 0.7, 0.8, 2.5, 1, 1, 1, 1)
    struct.pack_into("<q2d", data, 168, 544, 1, 0)
    struct.pack_into("<2i", data, 344, 0, 1)
    struct.pack_into("<12d", data, 400, -0.7, 0, 0, 5, 0, -0.8, 0, 6, 0, 0, 2.5, 7)
    return bytes(data) + voxels.tobytes()


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
            session.pictures.describe(study)
            if kind == "pngs":
                (folder / "labels.csv").write_bytes(labels)
                take(session, parse(folder / "labels.csv", study, Meaning.LABELS))
                session.accept(next(iter(session.findings)))
            uid = study.series[0].uid
            finding = session.add(uid, 0, Box(3, 4, 20, 21))
            session.accept(finding)
            session.reject(session.add(uid, 1, Box(5, 5, 9, 9)))
            session.undo()
            for shape in SHAPES:
                session.annotate_series(uid, 1, shape)
            export_measurements(session, folder / "measurements.csv")
            export_csv(session, folder / f"{kind}.csv")
            export_coco(session, folder / f"{kind}.json")
            session.close()
            found[kind] = (
                (folder / f"{kind}.csv").read_bytes(),
                (folder / f"{kind}.review").read_bytes(),
            )
        coco = (folder / "pngs.json").read_bytes()
        measurements = (folder / "measurements.csv").read_bytes()
    return {
        "labels": {"labels": labels, "bom": b"\xef\xbb\xbf" + labels, "reviewed": found["pngs"][0]},
        "uids": {"reviewed": found["series"][0]},
        "project": {"labels": labels, "reviewed": found["pngs"][0]},
        "predictions": {"boxes": _predictions()},
        "coco": {"boxes": coco},
        "measurements": {"all": measurements},
        "plain": _tables(),
        "tool": {"ours": coco, "cvat": _cvat()},
        "journal": {kind: journal for kind, (_, journal) in found.items()},
    }


def _tables() -> dict[str, bytes]:
    """Plain tables of boxes: corners, sizes, one column; commas, semicolons, tabs, UTF-16."""
    name = "000001_01_01/109.png"
    tables = {
        "corners": f"file,x1,y1,x2,y2,label,score\n{name},1.5,2,9,11,liver,.5\n{name},,,,,,\n",
        "sizes": f"image;x;y;w;h;class\r\n{name};1,5;2;7,5;9;liver\r\n{name};40;2;7;9;\r\n",
        "one": f'path\tbbox\n{name}\t[1, 2, 9, 11.5]\n{name}\t"[3,3,9,9]"\n',
    }
    found = {kind: text.encode() for kind, text in tables.items()}
    return {**found, "wide": tables["sizes"].encode("utf-16")}


def _cvat() -> bytes:
    """COCO as CVAT writes it: a turned box, a polygon, a mask in runs, attributes."""
    boxes: tuple[dict[str, object], ...] = (
        {"bbox": [1, 2, 8, 9], "attributes": {"rotation": 30.0, "occluded": False}},
        {"segmentation": [[1, 2, 9, 2, 9, 11]]},
        {"segmentation": {"size": [SIDE, SIDE], "counts": [33, 5, 27, 5, 954]}, "iscrowd": 1},
        {"segmentation": {"size": [SIDE, SIDE], "counts": "Q1500500"}, "iscrowd": 1},
    )
    name = "/data/local-files/?d=ct%2F000001_01_01%2F109.png"
    image = {"id": 1, "file_name": name, "width": SIDE, "height": SIDE}
    annotations = [
        {"id": n, "image_id": 1, "category_id": 1, **box} for n, box in enumerate(boxes, 1)
    ]
    categories = [{"id": 1, "name": "liver"}]
    content = {"images": [image], "annotations": annotations, "categories": categories}
    return json.dumps(content).encode()


def write_png_study(folder: Path) -> None:
    """The three slices that the labels are of."""
    (folder / "000001_01_01").mkdir(parents=True)
    for number in (108, 109, 110):
        (folder / "000001_01_01" / f"{number}.png").write_bytes(png(number))


def _predictions() -> bytes:
    """A row in all columns, empty in those that came to be later."""
    later = len(DETECTION_COLUMNS) - len(PREDICTION.split(","))
    return f"{','.join(DETECTION_COLUMNS)}\n{PREDICTION}{',' * later}\n".encode()


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
