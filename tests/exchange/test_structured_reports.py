"""Reviews as structured reports: what a PACS gets, and what comes back."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import (
    CoordinatesForMeasurement,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    SourceImageForRegion,
    TrackingIdentifier,
)
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report
from lesion_viewer.review.annotations.annotation import Annotation
from lesion_viewer.review.annotations.shapes import Angle, Line
from lesion_viewer.review.finding import Finding, Status
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.reports import MODEL, ROOT, review_of, write_study

ALL = Chosen(undecided=True)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_study(tmp_path / "images")


def seen(finding: Finding) -> Finding:
    """All but what a report does not hold: what was on screen, and the order of arrival."""
    decision = finding.decision
    return replace(
        finding,
        decision=decision and replace(decision, threshold=None, window=None),
        arrival=0,
    )


def written(images: Path, folder: Path, chosen: Chosen = ALL) -> Path:
    session = review_of(images, folder / "a.review")
    export_report(session, folder / "report.dcm", images, chosen)
    session.close()
    return folder / "report.dcm"


def opened(images: Path, path: Path) -> Session:
    study = open_study(images)
    session = Session.open(path, study.key, "another")
    session.pictures.describe(study)
    return session


def groups_in(path: Path) -> list[PlanarROIMeasurementsAndQualitativeEvaluations]:
    content = highdicom.sr.srread(path).content
    assert isinstance(content, MeasurementReport)
    return content.get_planar_roi_measurement_groups()


def faults(path: Path) -> list[str]:
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    lines = said.stderr.decode(errors="replace").splitlines()
    return [line for line in lines if line.startswith("Error")]


Group = PlanarROIMeasurementsAndQualitativeEvaluations | MeasurementsAndQualitativeEvaluations
needs_dciodvfy = pytest.mark.skipif(
    shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed"
)


def test_a_report_comes_back_as_the_same_findings(images: Path, tmp_path: Path) -> None:
    path = written(images, tmp_path)
    former = Session.open(tmp_path / "a.review", None, "")
    session = opened(images, tmp_path / "b.review")
    found = import_file(session, open_study(images), path)
    assert found.left_out.unusable == () and found.left_out.absent == 0
    assert {f.status for f in session.findings.values()} == set(Status)
    assert {i: seen(f) for i, f in session.findings.items()} == {
        i: seen(f) for i, f in former.findings.items()
    }
    again = import_file(session, open_study(images), path)
    assert again.changes == ()
    former.close()
    session.close()


def test_the_review_itself_takes_nothing_new_from_its_report(images: Path, tmp_path: Path) -> None:
    path = written(images, tmp_path)
    assert main(["import", str(path), "--session", str(tmp_path / "a.review"), "--apply"]) == 0
    session = Session.open(tmp_path / "a.review", None, "")
    assert len(session.findings) == 6
    session.close()


@needs_dciodvfy
@pytest.mark.parametrize("frame", [f"{ROOT}.4", None])
def test_a_report_conforms_with_a_frame_of_reference_and_without(
    tmp_path: Path, frame: str | None
) -> None:
    images = write_study(tmp_path / "images", FrameOfReferenceUID=frame)
    path = written(images, tmp_path)
    assert faults(path) == []
    kind = "Comprehensive SR Storage" if frame is None else "Comprehensive 3D SR Storage"
    assert pydicom.dcmread(path).SOPClassUID.name == kind


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("ISO_IR 100", "Müller^Jörg"), (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎")],
)
def test_names_and_notes_of_any_language_stay_as_they_are(
    tmp_path: Path, encoding: object, name: str
) -> None:
    images = write_study(tmp_path / "images", SpecificCharacterSet=encoding, PatientName=name)
    path = written(images, tmp_path)
    report = pydicom.dcmread(path)
    assert report.PatientName == name
    assert any("über zwei Schichten" in str(e.value) for e in report.iterall())
    assert faults(path) == [] if shutil.which("dciodvfy") else True


@needs_dciodvfy
def test_images_that_leave_out_what_others_state_have_reports_and_segmentations(
    tmp_path: Path,
) -> None:
    images = write_study(
        tmp_path / "images",
        SliceThickness="",
        PatientSex=None,
        StudyID=None,
        AccessionNumber=None,
        ReferringPhysicianName=None,
    )
    path = written(images, tmp_path)
    assert faults(path) == [] and len(groups_in(path)) > 0
    command = ["export", str(tmp_path / "a.review"), "--format", "seg", "--images", str(images)]
    assert main([*command, "--output", str(tmp_path / "seg.dcm")]) == 0
    assert pydicom.dcmread(tmp_path / "seg.dcm").PatientSex == ""


def test_a_report_is_filed_under_the_study_and_names_no_file(images: Path, tmp_path: Path) -> None:
    report = pydicom.dcmread(written(images, tmp_path))
    image = pydicom.dcmread(images / "IM000")
    for name in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "StudyID"):
        assert report[name] == image[name], name
    assert report.Modality == "SR" and report.CompletionFlag == "PARTIAL"
    assert "IM00" not in str(report) and str(tmp_path) not in str(report)
    assert any("Not a medical device" in str(e.value) for e in report.iterall())
    assert (tmp_path / "report.dcm").read_bytes()[:128] == bytes(128)


def test_highdicom_reads_the_groups_with_regions_in_stored_pixels(
    images: Path, tmp_path: Path
) -> None:
    groups = groups_in(written(images, tmp_path, Chosen()))
    session = Session.open(tmp_path / "a.review", None, "")
    kept = [f for f in session.findings.values() if f.status not in (Status.REJECTED, "undecided")]
    assert len(groups) == sum(len(f.boxes) for f in kept)
    for group in groups:
        finding = session.findings[group.tracking_uid]
        (image,) = group.roi.ContentSequence
        index = int(image.referenced_sop_instance_uid.rpartition(".")[2]) - 1
        box = finding.boxes[index]
        points = group.roi.value
        assert group.roi.graphic_type is GraphicTypeValues.POLYLINE
        assert (points[0] == points[-1]).all()
        extent = (*points.min(axis=0), *points.max(axis=0))
        assert extent == pytest.approx(box.as_tuple(), abs=1e-5)
        is_model = finding.origin == MODEL
        assert (group.get_measurements(codes.DCM.CertaintyOfFinding) != []) == is_model
    (length,) = (
        m.value for g in groups for m in g.get_measurements(Code("103339001", "SCT", "Long axis"))
    )
    assert length == pytest.approx(np.hypot(13 * 0.9, 16 * 0.7))
    session.close()


def test_rejected_findings_are_left_out_by_choice_and_never_among_the_lesions(
    images: Path, tmp_path: Path
) -> None:
    path = written(images, tmp_path)
    (rejected,) = (
        f.id
        for f in Session.open(tmp_path / "a.review", None, "").findings.values()
        if f.status is Status.REJECTED
    )
    groups = groups_in(path)
    assert rejected not in {group.tracking_uid for group in groups}
    assert rejected in str(pydicom.dcmread(path))
    path.unlink()
    command = ["export", str(tmp_path / "a.review"), "--format", "sr", "--output", str(path)]
    assert main([*command, "--images", str(images), "--no-rejected"]) == 0
    assert rejected not in str(pydicom.dcmread(path))


def test_a_report_over_a_former_one_names_it_as_its_predecessor(
    images: Path, tmp_path: Path
) -> None:
    first = pydicom.dcmread(written(images, tmp_path))
    session = Session.open(tmp_path / "a.review", None, "")
    export_report(session, tmp_path / "report.dcm", images)
    second = pydicom.dcmread(tmp_path / "report.dcm")
    (study,) = second.PredecessorDocumentsSequence
    (former,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert former.ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert second.SOPInstanceUID != first.SOPInstanceUID
    assert second.SeriesInstanceUID == first.SeriesInstanceUID
    (tmp_path / "other.dcm").write_bytes(b"something else")
    with pytest.raises(ExchangeError, match=r"other\.dcm: is there already, and is no report"):
        export_report(session, tmp_path / "other.dcm", images)
    assert (tmp_path / "other.dcm").read_bytes() == b"something else"
    session.close()


def test_images_that_changed_or_are_missing_are_refused_by_name(
    images: Path, tmp_path: Path
) -> None:
    session = review_of(images, tmp_path / "a.review")
    other = write_study(tmp_path / "other", PixelSpacing=[0.8, 0.8])
    said: list[str] = []
    with pytest.raises(ExchangeError, match="is not there as it was reviewed"):
        export_report(session, tmp_path / "report.dcm", other, say=said.append)
    assert "has changed since it was reviewed" in said[0]
    assert not (tmp_path / "report.dcm").exists()
    session.close()


def test_a_review_without_lesions_gives_a_report_that_says_so(images: Path, tmp_path: Path) -> None:
    session = opened(images, tmp_path / "a.review")
    export_report(session, tmp_path / "report.dcm", images)
    session.close()
    assert groups_in(tmp_path / "report.dcm") == []
    assert faults(tmp_path / "report.dcm") == [] if shutil.which("dciodvfy") else True


def test_a_command_without_images_says_what_it_needs(images: Path, tmp_path: Path) -> None:
    review_of(images, tmp_path / "a.review").close()
    command = ["export", str(tmp_path / "a.review"), "--format", "sr"]
    assert main([*command, "--output", str(tmp_path / "x.dcm")]) == 2


def foreign(images: Path, path: Path, *groups: Group) -> Path:
    """A report of another program that writes with highdicom."""
    evidence = [pydicom.dcmread(one, stop_before_pixels=True) for one in sorted(images.iterdir())]
    person = PersonObserverIdentifyingAttributes(name="Other^Reader")
    content = MeasurementReport(
        ObservationContext(ObserverContext(codes.DCM.Person, person)),
        Code("77477000", "SCT", "Computed tomography"),
        groups,
    )
    report = highdicom.sr.Comprehensive3DSR(
        evidence, content[0], f"{ROOT}.8", 8, f"{ROOT}.9", 1, manufacturer="Other"
    )
    report.save_as(path, enforce_file_format=True)
    return path


def image_of(slice_index: int, root: str = ROOT) -> SourceImageForRegion:
    return SourceImageForRegion(pydicom.uid.CTImageStorage, f"{root}.3.{slice_index + 1}")


def planar(kind: GraphicTypeValues, points: object, slice_index: int, root: str = ROOT) -> Group:
    region = ImageRegion(kind, np.array(points), image_of(slice_index, root))
    tracking = TrackingIdentifier(f"{ROOT}.7", "Lesion 7")
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking, region, finding_sites=[highdicom.sr.FindingSite(codes.SCT.Lung)]
    )


def inferred(name: Code, points: object, kind: str, slice_index: int) -> Measurement:
    """As OHIF writes what its tools have drawn."""
    drawn = CoordinatesForMeasurement(
        GraphicTypeValues[kind], np.array(points), image_of(slice_index)
    )
    return Measurement(name, 12.5, codes.UCUM.Millimeter, referenced_coordinates=[drawn])


LONG, SHORT = Code("G-A185", "SRT", "Long Axis"), Code("G-A186", "SRT", "Short Axis")
AREA = Code("42798000", "SCT", "Area")


@pytest.mark.parametrize(
    ("kind", "points", "box"),
    [
        ("POLYLINE", [(10, 12), (20, 12), (20, 30), (10, 30), (10, 12)], Box(10, 12, 20, 30)),
        ("CIRCLE", [(20, 20), (20, 25)], Box(15, 15, 25, 25)),
        ("ELLIPSE", [(10, 20), (30, 20), (20, 15), (20, 25)], Box(10, 15, 30, 25)),
    ],
)
def test_regions_of_other_programs_become_candidates(
    images: Path, tmp_path: Path, kind: str, points: object, box: Box
) -> None:
    path = foreign(images, tmp_path / "x.dcm", planar(GraphicTypeValues[kind], points, 3))
    session = opened(images, tmp_path / "b.review")
    import_file(session, open_study(images), path)
    (finding,) = session.findings.values()
    assert finding.boxes == {3: box} and finding.status is Status.UNDECIDED
    assert finding.id == f"{ROOT}.7" and finding.lesion_type == "lung"
    session.close()


def test_what_ohif_measures_comes_in_as_findings_and_measurements(
    images: Path, tmp_path: Path
) -> None:
    def group(number: int, *measured: Measurement) -> Group:
        tracking = TrackingIdentifier(f"{ROOT}.7.{number}", f"Tool {number}")
        return MeasurementsAndQualitativeEvaluations(tracking, measurements=measured)

    pair = [
        inferred(LONG, [(10.5, 12.5), (30.5, 12.5)], "POLYLINE", 2),
        inferred(SHORT, [(20.5, 8.5), (20.5, 16.5)], "POLYLINE", 2),
    ]
    rectangle = inferred(AREA, [(5, 5), (9, 5), (9, 11), (5, 11), (5, 5)], "POLYLINE", 4)
    length = inferred(codes.SCT.Length, [(1, 1), (5, 5)], "POLYLINE", 1)
    angle = inferred(codes.SCT.Angle, [(1, 1), (5, 5), (5, 5), (9, 1)], "POLYLINE", 2)
    perimeter = Measurement(codes.SCT.Perimeter, 12.5, codes.UCUM.Millimeter)
    drawn = (pair, [rectangle], [length], [angle], [perimeter])
    groups = (group(number, *measured) for number, measured in enumerate(drawn, 1))
    path = foreign(images, tmp_path / "x.dcm", *groups)
    session = opened(images, tmp_path / "b.review")
    found = import_file(session, open_study(images), path)
    recist, area = session.findings[f"{ROOT}.7.1"], session.findings[f"{ROOT}.7.2"]
    assert recist.axes == {2: Axes((10.5, 12.5, 30.5, 12.5), (20.5, 8.5, 20.5, 16.5))}
    assert recist.boxes == {2: Box(10, 8, 31, 17)}
    assert area.boxes == {4: Box(5, 5, 9, 11)}
    (notice,) = found.left_out.notices
    assert notice == "1 measurement group without a region: not shown, kept for the next report"
    assert len(session.findings) == 2
    assert {uid: one.annotation for uid, one in session.series_annotations.items()} == {
        f"{ROOT}.7.3": Annotation(f"{ROOT}.7.3", 1, Line((1, 1), (5, 5))),
        f"{ROOT}.7.4": Annotation(f"{ROOT}.7.4", 2, Angle((1, 1), (5, 5), (9, 1))),
    }
    session.close()


def test_a_report_of_another_study_and_a_damaged_one_are_refused(
    images: Path, tmp_path: Path
) -> None:
    region = planar(GraphicTypeValues.CIRCLE, [(20, 20), (20, 25)], 3, f"{ROOT}.77")
    other = write_study(tmp_path / "other", f"{ROOT}.77")
    path = foreign(other, tmp_path / "x.dcm", region)
    session = opened(images, tmp_path / "b.review")
    with pytest.raises(ExchangeError, match="none of its regions is on an image of this study"):
        import_file(session, open_study(images), path)
    (tmp_path / "cut.dcm").write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ExchangeError, match=r"cut\.dcm"):
        import_file(session, open_study(images), tmp_path / "cut.dcm")
    assert session.findings == {}
    session.close()
