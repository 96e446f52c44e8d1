"""A structured report of the series of the seeds."""

from pathlib import Path

from lesion_viewer.ct.reading import open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.exchange.dicom.report_writing import export_report
from lesion_viewer.review.annotations.shapes import Angle, Ellipse
from lesion_viewer.review.recist import Axes
from lesion_viewer.review.session import Session


def report(images: Path, folder: Path) -> bytes:
    """A structured report of a review with a measured, a drawn and a rejected finding."""
    study = open_study(images)
    session = Session.open(folder / "report.review", study.key, "reader")
    session.pictures.describe(study)
    uid = study.series[0].uid
    drawn, gone = (session.add(uid, 1, Box(x, 4.1, x + 9, 15)) for x in (2.5, 14.0))
    session.set_axes(drawn, 1, Axes((3, 5, 11, 14), (4, 12, 9, 6)))
    session.set_type(drawn, "liver")
    session.reject(gone, "vessel")
    session.annotate(drawn, 1, Ellipse((8, 9), (3, 2), 0.5))
    session.annotate_series(uid, 0, Angle((3, 5), (11, 14), (4, 12)))
    export_report(session, folder / "report.dcm", images)
    session.close()
    return (folder / "report.dcm").read_bytes()
