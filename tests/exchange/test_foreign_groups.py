"""What other programs measured stays in the reports that are written after theirs came in."""

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import (
    FindingSite,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    TrackingIdentifier,
)
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from lesion_viewer.cli import main
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report
from lesion_viewer.review.finding import Status
from lesion_viewer.review.session import Session
from tests.exchange.imported import import_file
from tests.exchange.reports import ROOT, review_of, write_study
from tests.exchange.test_structured_reports import (
    Group,
    faults,
    foreign,
    image_of,
    inferred,
    needs_dciodvfy,
    opened,
)

ASSESSED, OTHER = f"{ROOT}.7.1", f"{ROOT}.7.2"
OWN_TERM = Code("vascularity", "99OTHER", "Vascularity")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_study(tmp_path / "images")


def region(uid: str, slice_index: int, *measured: Measurement) -> Group:
    """A region with values and terms that a review has no place for."""
    points = np.array([(10, 12), (20, 12), (20, 30), (10, 30), (10, 12)])
    drawn = ImageRegion(GraphicTypeValues.POLYLINE, points, image_of(slice_index))
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid, "Läsion"),
        drawn,
        finding_sites=[FindingSite(codes.SCT.Lung)],
        measurements=[Measurement(codes.SCT.Perimeter, 31.25, codes.UCUM.Millimeter), *measured],
        qualitative_evaluations=[QualitativeEvaluation(OWN_TERM, codes.SCT.Present)],
    )


def without_region(uid: str) -> Group:
    return MeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid, "Ratio"),
        measurements=[inferred(codes.SCT.Diameter, [(1, 1), (5, 5)], "POLYLINE", 5)],
    )


def taken(images: Path, folder: Path, *groups: Group) -> Session:
    """A review that took a report of another program up."""
    path = foreign(images, folder / "other.dcm", *groups)
    session = opened(images, folder / "a.review")
    import_file(session, open_study(images), path)
    return session


def groups_in(report: Dataset, part: str) -> list[Dataset]:
    return [
        group
        for item in report.ContentSequence
        if item.ValueType == "CONTAINER" and item.ConceptNameCodeSequence[0].CodeValue == part
        for group in item.ContentSequence
        if group.ValueType == "CONTAINER"
    ]


def uid_of(group: Dataset) -> str:
    return next(str(i.UID) for i in group.ContentSequence if i.ValueType == "UIDREF")


def said(group: Dataset) -> list[str]:
    """Each item of a group as text, without who observed it."""
    kept = [i for i in group.ContentSequence if i.RelationshipType != "HAS OBS CONTEXT"]
    return [item.to_json() for item in kept]


MEASURED, FORMER = "126010", "former_part"


def test_groups_of_others_leave_as_they_came_with_their_images_and_their_observer(
    images: Path, tmp_path: Path
) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), without_region(OTHER))
    session.accept(ASSESSED)
    export_report(session, tmp_path / "report.dcm", images)
    session.close()
    report, other = (pydicom.dcmread(tmp_path / name) for name in ("report.dcm", "other.dcm"))
    came = {uid_of(group): group for group in groups_in(other, MEASURED)}
    (former,) = groups_in(report, FORMER)
    ours = {uid_of(group): group for group in groups_in(report, MEASURED)}
    assert said(former) == said(came[ASSESSED])
    assert said(ours[OTHER]) == said(came[OTHER])
    assert said(ours[ASSESSED]) != said(came[ASSESSED]), "the review's own says what was decided"
    for group in (former, ours[OTHER]):
        observers = [str(i.PersonName) for i in group.ContentSequence if i.ValueType == "PNAME"]
        assert observers == ["Other^Reader"]
    (evidence,) = report.CurrentRequestedProcedureEvidenceSequence
    listed = {
        one.ReferencedSOPInstanceUID
        for series in evidence.ReferencedSeriesSequence
        for one in series.ReferencedSOPSequence
    }
    assert listed == {f"{ROOT}.3.4", f"{ROOT}.3.6"}
    (study,) = report.PredecessorDocumentsSequence
    (predecessor,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert predecessor.ReferencedSOPInstanceUID == other.SOPInstanceUID


def test_highdicom_reads_what_was_carried(images: Path, tmp_path: Path) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), region(OTHER, 4))
    session.accept(ASSESSED)
    export_report(session, tmp_path / "report.dcm", images)
    session.close()
    content = highdicom.sr.srread(tmp_path / "report.dcm").content
    assert isinstance(content, MeasurementReport)
    (group,) = content.get_planar_roi_measurement_groups(tracking_uid=OTHER)
    (perimeter,) = group.get_measurements(codes.SCT.Perimeter)
    assert perimeter.value == 31.25 and group.finding_sites[0].value.meaning == "Lung"
    assert group.tracking_identifier == "Läsion"


def test_a_report_over_a_report_carries_them_once_more_and_not_twice(
    images: Path, tmp_path: Path
) -> None:
    taken(images, tmp_path, region(ASSESSED, 3), without_region(OTHER)).close()
    review_of(images, tmp_path / "b.review").close()
    for name in ("a.review", "a.review", "b.review"):
        session = Session.open(tmp_path / name, None, "")
        export_report(session, tmp_path / "report.dcm", images)
        session.close()
    report = pydicom.dcmread(tmp_path / "report.dcm")
    uids = [uid_of(group) for group in groups_in(report, MEASURED)]
    assert uids.count(ASSESSED) == 1 and uids.count(OTHER) == 1
    assert report.InstanceNumber == 3


@needs_dciodvfy
def test_a_report_with_groups_of_others_conforms(images: Path, tmp_path: Path) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), without_region(OTHER))
    session.accept(ASSESSED)
    export_report(session, tmp_path / "report.dcm", images)
    session.close()
    assert faults(tmp_path / "report.dcm") == []


def test_what_was_carried_is_not_taken_for_findings_of_the_review(
    images: Path, tmp_path: Path
) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), region(OTHER, 4))
    session.reject(ASSESSED, "vessel")
    export_report(session, tmp_path / "report.dcm", images)
    second = opened(images, tmp_path / "b.review")
    import_file(second, open_study(images), tmp_path / "report.dcm")
    assert {i: f.status for i, f in second.findings.items()} == {
        ASSESSED: Status.REJECTED,
        OTHER: Status.UNDECIDED,
    }
    export_report(second, tmp_path / "second.dcm", images)
    second_report = pydicom.dcmread(tmp_path / "second.dcm")
    assert [uid_of(group) for group in groups_in(second_report, MEASURED)] == [OTHER]
    assert [uid_of(group) for group in groups_in(second_report, FORMER)] == [ASSESSED]
    session.close()
    second.close()


def test_a_rejected_finding_that_is_left_out_is_not_carried_either(
    images: Path, tmp_path: Path
) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), region(OTHER, 4))
    session.reject(ASSESSED, "vessel")
    told: list[str] = []
    export_report(session, tmp_path / "report.dcm", images, Chosen(rejected=False), told.append)
    session.close()
    assert ASSESSED not in str(pydicom.dcmread(tmp_path / "report.dcm"))
    assert told == [
        "1 measurement group stays in the former report: it is of a finding that the review rejects"
    ]


def test_what_cannot_be_copied_stays_and_the_report_says_so(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = foreign(images, tmp_path / "other.dcm", region(ASSESSED, 3), region(OTHER, 4))
    other = pydicom.dcmread(path)
    group = groups_in(other, MEASURED)[1]
    link = Dataset()
    link.RelationshipType, link.ReferencedContentItemIdentifier = "INFERRED FROM", [1, 5, 1]
    group.ContentSequence.append(link)
    other.save_as(path)
    opened(images, tmp_path / "a.review").close()
    review, output = str(tmp_path / "a.review"), tmp_path / "report.dcm"
    assert main(["import", str(path), "--session", review, "--apply"]) == 0
    command = ["export", review, "--format", "sr", "--output", str(output)]
    assert main([*command, "--images", str(images)]) == 0
    line = "1 measurement group stays in the former report: it refers to other parts of its report"
    assert line in capsys.readouterr().err
    report = pydicom.dcmread(output)
    assert any(str(e.value) == line for e in report.iterall())
    assert [uid_of(group) for group in groups_in(report, MEASURED)] == [ASSESSED]
    (study,) = report.PredecessorDocumentsSequence
    (predecessor,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert predecessor.ReferencedSOPInstanceUID == other.SOPInstanceUID


def test_a_report_that_does_not_say_who_observed_is_not_put_in_the_readers_mouth(
    images: Path, tmp_path: Path
) -> None:
    path = foreign(images, tmp_path / "other.dcm", region(OTHER, 4))
    other = pydicom.dcmread(path)
    kept = [i for i in other.ContentSequence if i.RelationshipType != "HAS OBS CONTEXT"]
    other.ContentSequence = Items(kept)
    other.save_as(path)
    session = opened(images, tmp_path / "a.review")
    import_file(session, open_study(images), path)
    told: list[str] = []
    export_report(session, tmp_path / "report.dcm", images, say=told.append)
    session.close()
    assert OTHER not in str(pydicom.dcmread(tmp_path / "report.dcm"))
    assert told == [
        "1 measurement group stays in the former report: it does not say who observed it"
    ]


def test_an_import_that_is_undone_is_not_carried(images: Path, tmp_path: Path) -> None:
    session = taken(images, tmp_path, region(ASSESSED, 3), without_region(OTHER))
    session.undo()
    export_report(session, tmp_path / "report.dcm", images)
    assert OTHER not in str(pydicom.dcmread(tmp_path / "report.dcm"))
    session.redo()
    session.read_again()
    export_report(session, tmp_path / "report.dcm", images)
    assert OTHER in str(pydicom.dcmread(tmp_path / "report.dcm"))
    session.close()


def test_a_report_that_could_not_be_carried_is_refused_when_it_comes_in(
    images: Path, tmp_path: Path
) -> None:
    path = foreign(images, tmp_path / "other.dcm", region(ASSESSED, 3))
    other = pydicom.dcmread(path)
    del other.SeriesInstanceUID
    other.save_as(path)
    session = opened(images, tmp_path / "a.review")
    with pytest.raises(ExchangeError, match=r"other\.dcm: is a damaged report"):
        import_file(session, open_study(images), path)
    assert not session.findings
    session.close()
