"""The readers that are fuzzed: each takes bytes, writes them where it is told and reads them."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
from seeds import slices, write_png_study

from lesion_viewer.ct.check import collection_report, report_lines
from lesion_viewer.ct.reading import open_collection, open_study
from lesion_viewer.detection.boxes import Box
from lesion_viewer.detection.checkpoints.checkpoint import CARD, load_model
from lesion_viewer.detection.models import WEIGHTS
from lesion_viewer.errors import LesionViewerError
from lesion_viewer.exchange.imports.changing import apply, change_set
from lesion_viewer.exchange.imports.parsing import Meaning, Where, parse
from lesion_viewer.exchange.imports.wording import summary
from lesion_viewer.exchange.measurements.reading import read_measurements
from lesion_viewer.exchange.measurements.writing import export_measurements
from lesion_viewer.exchange.reviews.coco_export import export_coco
from lesion_viewer.exchange.reviews.reviewed_csv import export_csv
from lesion_viewer.exchange.tables.slice_names import finder
from lesion_viewer.exchange.worklists.project_files import open_project
from lesion_viewer.exchange.worklists.proposals_csv import take_predictions
from lesion_viewer.review.session import Session

# No voxel of a good file is that; the file outside that headers may try to name holds nothing else.
SECRET_HU = 0x5A5A

Target = Callable[[Path, bytes], None]


def take_up(session: Session, path: Path, where: Where, meaning: Meaning) -> None:
    """Find what a file changes, show it, and record it."""
    found = change_set(parse(path, where, meaning), session)
    assert all(line.isprintable() for line in summary(found, found.lines()).splitlines())
    apply(session, found)


class Sandbox:
    """A folder with what the targets need beside the fuzzed file.

    Parameters
    ----------
    folder : made new
    seeds : as ``write_seeds`` wrote them
    """

    def __init__(self, folder: Path, seeds: Path) -> None:
        self.work = folder / "work"
        self.outside = folder / "outside"
        self.outside.mkdir(parents=True)
        (self.outside / "secret").write_bytes(np.full(2**14, SECRET_HU, "<i2").tobytes())
        write_png_study(folder / "pngs")
        (folder / "series").mkdir()
        for number, data in enumerate(slices()):
            (folder / "series" / str(number)).write_bytes(data)
        self.images = folder / "pngs"
        self.pngs, self.series = open_study(folder / "pngs"), open_study(folder / "series")
        self.files = [path.read_bytes() for path in sorted((folder / "series").iterdir())]
        self.labels = (seeds / "labels/labels").read_bytes()
        self.voxels = (seeds / "img/image").read_bytes()
        self.pair_header = (seeds / "hdr/image").read_bytes()
        self.card = (seeds / "card/card").read_bytes()
        self.weights = (seeds / "weights/weights").read_bytes()
        self._before = self._entries()

    def run(self, target: str, data: bytes) -> str:
        """Read ``data`` as the target does; what the reader answers, "" where it reads it.

        Any exception that is not the program's own comes through.
        """
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        try:
            TARGETS[target](self, data)
        except LesionViewerError as error:
            answer = str(error)
            assert answer and answer.isprintable(), f"not one clear line: {answer!r}"
            return answer
        finally:
            assert self._entries() == self._before, "something was written outside"
        return ""

    def _entries(self) -> set[Path]:
        return {p for p in self.work.parent.rglob("*") if self.work not in (p, *p.parents)}

    def study(self, name: str, data: bytes, *siblings: bytes) -> None:
        """Open a file, or its folder where it has siblings, and decode all that is in it."""
        for number, sibling in enumerate(siblings):
            (self.work / f"good{number}").write_bytes(sibling)
        (self.work / name).write_bytes(data)
        path = self.work if siblings else self.work / name
        lines = report_lines(collection_report(open_collection(path)))
        assert all(line.isprintable() for line in lines)

    def image(self, name: str, data: bytes, **siblings: bytes) -> None:
        """Open an image file beside the files that its header may name, and look for the secret."""
        for ending, sibling in siblings.items():
            (self.work / f"image.{ending}").write_bytes(sibling)
        (self.work / "away").symlink_to(self.outside)
        (self.work / name).write_bytes(data)
        images = open_collection(self.work / name)
        assert all(line.isprintable() for line in report_lines(collection_report(images)))
        for series in images.series:
            for index in range(series.shape[0]):
                assert SECRET_HU not in series.decode(index), "data from outside was read"

    def dicomdir(self, data: bytes) -> None:
        """Open a DICOMDIR with the files that it lists, as pydicom names them, beside it."""
        for number, sibling in enumerate(self.files):
            file = self.work / "PT000000/ST000000/SE000000" / f"IM00000{number}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(sibling)
        self.study("DICOMDIR", data)

    def table(self, data: bytes, study_name: str) -> None:
        """Take up a CSV as labels and as corrections, and export what came of it."""
        study = getattr(self, study_name)
        path = self.work / "rows.csv"
        path.write_bytes(data)
        refused = 0
        for number, meaning in enumerate(Meaning):
            session = Session.open(self.work / f"{number}.review", study.key, "reader")
            try:
                session.pictures.describe(study)
                take_up(session, path, study, meaning)
                export_csv(session, self.work / "again.csv")
            except LesionViewerError as error:
                refused, answer = refused + 1, error
            finally:
                session.close()
        if refused == 2:
            raise answer

    def label_file(self, name: str, data: bytes) -> None:
        """Take up labels of the series, and export what came of them."""
        path = self.work / name
        path.write_bytes(data)
        session = Session.open(self.work / "l.review", self.series.key, "reader")
        try:
            session.pictures.describe(self.series)
            take_up(session, path, self.series, Meaning.LABELS)
            export_csv(session, self.work / "again.csv")
        finally:
            session.close()

    def project(self, labels: bytes, predictions: bytes | None = None) -> None:
        """Open a labelling project, and take up boxes of a detector."""
        path = self.work / "labels.csv"
        path.write_bytes(labels)
        project, session = open_project(self.images, path, self.work / "p.review", "reader")
        try:
            if predictions is not None:
                (self.work / "boxes.csv").write_bytes(predictions)
                take_predictions(project, session, self.work / "boxes.csv")
        finally:
            session.close()

    def boxes(self, data: bytes, name: str) -> None:
        """Open a project from another tool's boxes, decide, export it, and read all of it back."""
        path = self.work / name
        path.write_bytes(data)
        project, session = open_project(self.images, path, self.work / "p.review", "reader")
        try:
            change_set(parse(path, finder(session.pictures.series()), Meaning.CORRECTIONS), session)
            for finding_id in list(session.findings)[:1]:
                session.reject(finding_id)
            item = project.items[0]
            session.add(item.series_uid, item.slice_index, Box(1, 1, 5.5, 6))
            for export, file in ((export_csv, "out.csv"), (export_coco, "out.json")):
                export(session, self.work / file)
                parsed = parse(
                    self.work / file, finder(session.pictures.series()), Meaning.CORRECTIONS
                )
                change_set(parsed, session)
            before = {i: (f.boxes, f.status) for i, f in session.findings.items()}
        finally:
            session.close()
        exported = self.work / ("out.csv" if name.endswith(".csv") else "out.json")
        again, other = open_project(self.images, exported, self.work / "again.review", "another")
        after = {i: (f.boxes, f.status) for i, f in other.findings.items()}
        other.close()
        assert again.key == project.key, "the export is of another project"
        assert after == before, "the export says something else"

    def coco(self, data: bytes) -> None:
        """Read corrected boxes of another program."""
        session = Session.open(self.work / "c.review", self.pngs.key, "reader")
        try:
            session.pictures.describe(self.pngs)
            (self.work / "boxes.json").write_bytes(data)
            path = self.work / "boxes.json"
            take_up(session, path, finder(session.pictures.series()), Meaning.CORRECTIONS)
        finally:
            session.close()

    def measurements(self, data: bytes) -> None:
        """Take up a table of measurements, and export what came of it."""
        path = self.work / "m.csv"
        path.write_bytes(data)
        session = Session.open(self.work / "m.review", self.series.key, "reader")
        series = {one.uid: one for one in self.series.series}
        try:
            session.pictures.describe(self.series)
            session.take_measurements(read_measurements(path, session).drawn)
            before = dict(session.series_annotations)
            export_measurements(session, self.work / "again.csv", series.__getitem__)
            found = read_measurements(self.work / "again.csv", session)
            assert [one for _, one in found.drawn] == list(before.values())
            session.read_again()
            assert session.series_annotations == before
        finally:
            session.close()

    def journal(self, data: bytes) -> None:
        """Open a journal, look at all that is in it, and export it."""
        path = self.work / "a.review"
        path.write_bytes(data)
        session = Session.open(path, None, "reader")
        try:
            session.pictures.series()
            session.files.label_rows()
            session.views.view(next(iter(session.pictures.series()), ""))
            export_csv(session, self.work / "out.csv")
            export_measurements(session, self.work / "measurements.csv")
        finally:
            session.close()

    def checkpoint(self, card: bytes, weights: bytes) -> None:
        """Load a checkpoint."""
        (self.work / CARD).write_bytes(card)
        (self.work / WEIGHTS).write_bytes(weights)
        load_model(self.work)

    def hashed_weights(self, weights: bytes) -> None:
        """Load weights whose hash the card names, so that they are looked into."""
        entries = {**json.loads(self.card), "sha256": sha256(weights).hexdigest()}
        self.checkpoint(json.dumps(entries).encode(), weights)


TARGETS: dict[str, Callable[[Sandbox, bytes], None]] = {
    "dicom": lambda s, data: s.study("file", data),
    "folder": lambda s, data: s.study("file", data, *s.files[1:]),
    "dicomdir": lambda s, data: s.dicomdir(data),
    "zip": lambda s, data: s.study("file.zip", data),
    "png": lambda s, data: s.study("109.png", data),
    "nii": lambda s, data: s.image("image.nii", data),
    "nii.gz": lambda s, data: s.image("image.nii.gz", data),
    "nrrd": lambda s, data: s.image("image.nrrd", data, raw=s.voxels),
    "mha": lambda s, data: s.image("image.mha", data, raw=s.voxels),
    "nhdr": lambda s, data: s.image("image.nhdr", data, raw=s.voxels),
    "mhd": lambda s, data: s.image("image.mhd", data, raw=s.voxels),
    "hdr": lambda s, data: s.image("image.hdr", data, img=s.voxels),
    "img": lambda s, data: s.image("image.img", data, hdr=s.pair_header),
    "labels": lambda s, data: s.table(data, "pngs"),
    "uids": lambda s, data: s.table(data, "series"),
    "boxes": lambda s, data: s.label_file("boxes.csv", data),
    "seg": lambda s, data: s.label_file("seg.dcm", data),
    "report": lambda s, data: s.label_file("report.dcm", data),
    "label.nii": lambda s, data: s.label_file("label.nii", data),
    "label.nrrd": lambda s, data: s.label_file("label.nrrd", data),
    "project": lambda s, data: s.project(data),
    "predictions": lambda s, data: s.project(s.labels, data),
    "coco": lambda s, data: s.coco(data),
    "measurements": lambda s, data: s.measurements(data),
    "plain": lambda s, data: s.boxes(data, "boxes.csv"),
    "tool": lambda s, data: s.boxes(data, "boxes.json"),
    "journal": lambda s, data: s.journal(data),
    "card": lambda s, data: s.checkpoint(data, s.weights),
    "weights": lambda s, data: s.hashed_weights(data),
}
