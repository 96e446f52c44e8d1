"""Multi-frame CT: values of each frame's functional groups (PS3.3 C.7.6.16), set by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.ct.values.window import Window
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import CTError
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file

ENHANCED = "1.2.840.10008.5.1.4.1.1.2.1"
GROUPS = {
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept", "RescaleType"),
    "FrameVOILUTSequence": ("WindowWidth", "WindowCenter"),
    "CTImageFrameTypeSequence": ("FrameType",),
    "FrameContentSequence": ("FrameAcquisitionNumber", "TemporalPositionIndex"),
    "CardiacSynchronizationSequence": ("NominalPercentageOfCardiacPhase",),
}
SHARED = {
    "PixelSpacing": [0.5, 0.75],
    "SliceThickness": 2,
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
    "RescaleType": "HU",
    "FrameType": ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
}


def groups(values):
    item = Dataset()
    for sequence, names in GROUPS.items():
        inner = Dataset()
        for name in names:
            if name in values:
                setattr(inner, name, values[name])
        if len(inner):
            setattr(item, sequence, Sequence([inner]))
    return item


@pytest.fixture
def write_enhanced(tmp_path, ct_slice):
    """Writes frames with these values each; every frame's HU are its number in the file."""

    def write(frames, syntax=ExplicitVRLittleEndian, shared=SHARED, name="enhanced", **changes):
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        shape = (64, 64) if syntax == JPEG2000Lossless else (4, 6)
        stored = np.stack([np.full(shape, 1024 + n, "u2") for n in range(len(frames))])
        stored = stored.astype(f"{order}u2")
        own = dict.fromkeys(("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
                             "RescaleSlope", "RescaleIntercept", "WindowWidth", "WindowCenter",
                             "SliceThickness"))  # fmt: skip
        dataset = ct_slice(
            stored=stored[0],
            transfer_syntax=syntax,
            **own,
            SOPClassUID=ENHANCED,
            NumberOfFrames=len(frames),
        )
        dataset.file_meta.MediaStorageSOPClassUID = ENHANCED
        dataset.SharedFunctionalGroupsSequence = Sequence([groups(shared)])
        dataset.PerFrameFunctionalGroupsSequence = Sequence([groups(f) for f in frames])
        dataset.PixelData = stored.tobytes()
        dataset["PixelData"].VR = "OW"
        for key, value in changes.items():
            setattr(dataset, key, value)
        if syntax.is_compressed and not syntax.is_deflated:
            dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            dataset.compress(syntax)
        path = tmp_path / name
        pydicom.dcmwrite(path, dataset)
        return path

    return write


def at(*heights_mm, **values):
    return [{"ImagePositionPatient": [-10, -20, z], **values} for z in heights_mm]


@pytest.mark.parametrize(
    "syntax",
    [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
    ],
)
def test_frames_are_slices_sorted_by_their_positions(write_enhanced, syntax):
    study = open_collection(write_enhanced(at(4, 0, 2), syntax))
    (series,) = study.series
    assert study.left_out == ()
    assert series.shape == (3, 4, 6)
    assert [s.frame for s in series.slices] == [1, 2, 0]
    assert [s.location_mm for s in series.slices] == [0, 2, 4]
    assert [series.decode(i).tolist() for i in range(3)] == [
        np.full((4, 6), n).tolist() for n in (1, 2, 0)
    ]
    assert series.spacing_mm == (2, 0.5, 0.75)
    assert series.affine[:3, 3].tolist() == [-10, -20, 0]
    assert series.faults == ()


def test_the_files_of_a_concatenation_are_one_stack(tmp_path, write_enhanced):
    """nroduit/Weasis#493 and OHIF/Viewers#4388: one image in several files."""
    for n, heights_mm in enumerate(((0, 2, 4), (6, 8))):
        write_enhanced(
            at(*heights_mm),
            name=f"part{n}",
            SOPInstanceUID=f"1.2.3.{n + 1}",
            ConcatenationUID="1.2.3",
            InConcatenationNumber=n + 1,
            ConcatenationFrameOffsetNumber=3 * n,
            InstanceNumber=1,
        )
    (series,) = open_collection(tmp_path).series
    assert [s.location_mm for s in series.slices] == [0, 2, 4, 6, 8]
    assert [series.decode(n)[0, 0] for n in range(5)] == [0, 1, 2, 0, 1]
    assert series.faults == ()


def test_a_frames_own_values_go_before_those_that_all_share(write_enhanced):
    frames = at(0, 2)
    frames[1] |= {"RescaleSlope": 2, "RescaleIntercept": -10, "WindowWidth": 90, "WindowCenter": 7}
    (series,) = open_collection(write_enhanced(frames)).series
    assert series.decode(0)[0, 0] == 0
    assert series.decode(1)[0, 0] == 2 * 1025 - 10
    assert [s.window for s in series.slices] == [None, Window(90, 7)]


def test_two_acquisitions_in_one_file_are_told_apart(write_enhanced):
    frames = at(0, 2, 4, FrameAcquisitionNumber=1) + at(0, 2, 4, FrameAcquisitionNumber=2)
    first, second = open_collection(write_enhanced(frames)).series
    assert [s.frame for s in first.slices] == [0, 1, 2]
    assert [s.frame for s in second.slices] == [3, 4, 5]
    assert [f.code for f in first.faults] == ["parted_series"]


def test_a_localizer_among_the_frames_is_left_out_by_name(write_enhanced):
    frames = at(0, 2, 4)
    frames[1]["FrameType"] = ["ORIGINAL", "PRIMARY", "LOCALIZER", "NONE"]
    study = open_collection(write_enhanced(frames))
    assert [f.reason for f in study.left_out] == ["is a localizer (1 of 3 frames)"]
    assert [s.frame for s in study.series[0].slices] == [0, 2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"NumberOfFrames": 5}, "describes 3 frames and says that it has 5"),
        ({"NumberOfFrames": 0}, "has an unusable number of frames: 0"),
        ({"NumberOfFrames": 10**9}, "has an unusable number of frames: 1e+09"),
        ({"PerFrameFunctionalGroupsSequence": Sequence()}, "describes 0 frames"),
        ({"SharedFunctionalGroupsSequence": Sequence()}, "has no rescale slope and intercept"),
    ],
)
def test_frames_that_are_not_described_are_refused_by_name(write_enhanced, changes, reason):
    with pytest.raises(CTError, match="enhanced") as error:
        open_collection(write_enhanced(at(0, 2, 4), **changes))
    assert reason in str(error.value)


def test_frames_beyond_the_pixels_are_named_when_they_are_decoded(write_enhanced):
    series = open_collection(write_enhanced(at(0, 2, 4), PixelData=bytes(100))).series[0]
    assert series.decode(1).shape == (4, 6)
    with pytest.raises(CTError, match="enhanced is cut off: 4 of 48 bytes"):
        series.decode(2)


def test_a_map_of_something_else_than_hu_is_refused_with_its_unit(tmp_path, write_enhanced):
    path = write_enhanced(at(0, 2))
    dataset = pydicom.dcmread(path)
    unit, mapping = Dataset(), Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "ml/100ml/s", "UCUM", "flow"
    mapping.MeasurementUnitsCodeSequence = Sequence([unit])
    for item in dataset.PerFrameFunctionalGroupsSequence:
        item.RealWorldValueMappingSequence = Sequence([mapping])
    dataset.save_as(path)
    with pytest.raises(CTError, match="holds ml/100ml/s, not HU"):
        open_collection(path)


def test_fragments_of_a_frame_are_put_together(tmp_path, write_enhanced):
    """Three fragments for two frames, and no offset table: codestreams end with FF D9."""
    path = write_enhanced(at(0, 2), JPEG2000Lossless)
    dataset = pydicom.dcmread(path)
    a, b = pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=2)
    half = len(a) // 4 * 2
    data = pydicom.encaps.encapsulate([a[:half], a[half:], b], has_bot=False)
    dataset.PixelData = data
    dataset.save_as(path)
    (series,) = open_collection(path).series
    assert [series.decode(i)[0, 0] for i in range(2)] == [0, 1]


@pytest.mark.realdata
def test_the_real_perfusion_map_is_refused_with_its_unit(real_data):
    name = "CT0012.fragmented_no_bot_jpeg_baseline.51.dcm"
    with pytest.raises(CTError, match="holds ml/100ml/s, not HU"):
        open_collection(real_data / "dicom-edge/transfer-syntaxes" / name)


def test_rows_of_a_review_find_their_frame_again(tmp_path, write_enhanced):
    """All frames of a file have one SOP Instance UID: the slice's index tells them apart."""
    study = open_study(write_enhanced(at(4, 0, 2)))
    uid = study.series[0].uid
    before = Session.open(tmp_path / "a.review", study.key, "reader")
    before.pictures.describe(study)
    before.accept(before.add(uid, 1, Box(1, 1, 3, 3)))
    export_csv(before, tmp_path / "rows.csv")
    after = Session.open(tmp_path / "b.review", study.key, "reader")
    after.pictures.describe(study)
    import_file(after, study, tmp_path / "rows.csv")
    (finding,) = after.findings.values()
    assert list(finding.boxes) == [1]
    before.close()
    after.close()


@pytest.mark.parametrize(
    ("element", "values", "names"),
    [
        ("TemporalPositionIndex", (1, 2), ["time 1", "time 2"]),
        (
            "NominalPercentageOfCardiacPhase",
            (30.0, 75.0),
            ["% of the cardiac cycle 30", "% of the cardiac cycle 75"],
        ),
        ("NoElement", (1, 2), ["frames 1 to 3", "frames 4 to 6"]),
    ],
)
def test_phases_in_one_file_become_parts(
    write_enhanced: Callable[..., Path], element: str, values: tuple[float, float], names: list[str]
) -> None:
    frames = [frame for value in values for frame in at(0, 2, 4, **{element: value})]
    series = open_collection(write_enhanced(frames)).series
    assert [s.uid.partition("#")[2] for s in series] == names
    assert [[int(s.decode(i)[0, 0]) for i in range(3)] for s in series] == [[0, 1, 2], [3, 4, 5]]
