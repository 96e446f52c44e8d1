"""A small DICOM study and reviews of it, for objects that are made of reviews."""

from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.candidates import Detection, SliceDetections
from lesion_viewer.review.finding import Origin, OriginKind
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session

ROOT = "1.2.826.0.1.3680043.8.498.71"
SLICES, ROWS, COLUMNS = 6, 64, 80
MODEL = Origin(OriginKind.MODEL, "liver", "3", "0123456789abcdef" * 4)


def write_study(folder: Path, root: str = ROOT, **changes: object) -> Path:
    """An oblique CT of a named patient, as a PACS holds it."""
    folder.mkdir(parents=True)
    tilt = np.deg2rad(20)
    down = (0.0, float(np.cos(tilt)), float(np.sin(tilt)))
    normal = np.cross((1.0, 0.0, 0.0), down)
    for index in range(SLICES):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = CTImageStorage
        meta.MediaStorageSOPInstanceUID = UID(f"{root}.3.{index + 1}")
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        image.SOPClassUID = CTImageStorage
        image.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
        image.StudyInstanceUID, image.SeriesInstanceUID = f"{root}.1", f"{root}.2"
        image.FrameOfReferenceUID = f"{root}.4"
        image.PatientName, image.PatientID = "Doe^Jane", "4711"
        image.PatientBirthDate, image.PatientSex = "19700101", "F"
        image.StudyDate, image.StudyTime, image.StudyID = "20240501", "101500", "9"
        image.AccessionNumber, image.ReferringPhysicianName = "A1", ""
        image.Modality, image.Manufacturer, image.KVP = "CT", "Test", 120
        image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        image.SeriesNumber, image.InstanceNumber, image.AcquisitionNumber = 2, index + 1, 1
        image.PositionReferenceIndicator = ""
        image.PixelSpacing, image.SliceThickness = [0.7, 0.9], 2.5
        image.ImageOrientationPatient = [1.0, 0.0, 0.0, *down]
        image.ImagePositionPatient = [float(v) for v in normal * 2.5 * index]
        image.Rows, image.Columns = ROWS, COLUMNS
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation = 15, 1
        image.RescaleIntercept, image.RescaleSlope, image.RescaleType = 0, 1, "HU"
        image.PixelData = np.full((ROWS, COLUMNS), 40 + index, np.int16).tobytes()
        for name, value in changes.items():
            if value is None:
                delattr(image, name)
            else:
                setattr(image, name, value)
        pydicom.dcmwrite(folder / f"IM{index:03d}", image, enforce_file_format=True)
    return folder


def review_of(images: Path, path: Path, reader: str = "Meier, Anna") -> Session:
    """A review with findings of every status, with types, notes, axes and a removed box."""
    study = open_study(images)
    session = Session.open(path, study.key, reader)
    session.pictures.describe(study)
    uid = study.series[0].uid
    boxes = [
        Box(5.1, 6.25, 20.3, 18.7),
        Box(30, 31, 42, 47),
        Box(50.5, 10, 61, 19.999),
        Box(60, 40, 70, 55),
        Box(3, 40, 14.2, 60),
    ]
    run = session.proposals.begin_run(uid, MODEL)
    found = [
        SliceDetections(
            index, tuple(Detection(b, 0.9 - 0.1 * n - 0.01 * index) for n, b in enumerate(boxes))
        )
        for index in (1, 2, 3)
    ]
    session.proposals.record_detections(run, found)
    accepted, corrected, rejected, unsure, _ = sorted(
        session.findings.values(), key=lambda f: -(f.score or 0)
    )
    session.accept(accepted.id)
    session.set_type(accepted.id, "liver")
    session.change_box(corrected.id, 2, Box(29.25, 30.125, 44, 48.3))
    session.remove_box(corrected.id, 3)
    session.set_axes(corrected.id, 2, Axes((30.5, 31.5, 43.5, 47.5), (35.25, 44, 40, 36)))
    session.reject(rejected.id, "vessel")
    session.set_note(rejected.id, "a branch of the portal vein, \u00fcber zwei Schichten")
    session.mark_unsure(unsure.id)
    drawn = session.add(uid, 4, Box(10.1, 11, 20, 21.5))
    session.set_type(drawn, "adrenal gland")
    return session
