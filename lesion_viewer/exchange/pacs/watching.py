"""Studies that arrive are searched once they are whole, their candidates written as reports."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.ct.reading import open_collection
from lesion_viewer.ct.study import Study
from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.planes import why_not_searched
from lesion_viewer.detection.running import Sweep, read_volume
from lesion_viewer.errors import ExchangeError, LesionViewerError
from lesion_viewer.exchange.dicom.report_writing import Chosen, export_report
from lesion_viewer.exchange.pacs.archive import Archive
from lesion_viewer.review.session import Session
from lesion_viewer.review.worklist.proposals import origin_of
from lesion_viewer.system.atomic_files import save_bytes

QUIET_S = 30.0
POLL_S = 2.0
DONE, REVIEW, REPORT = "done.json", "study.review", "candidates.dcm"
SECTION = "searched"
Log = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and what becomes of what arrives.

    Attributes
    ----------
    folder : Path
        Each folder, zip or file in it is taken for a study, or several.
    output : Path
        Gets a folder for each study: its report, the review that can be gone on with, and what was
        done, from which a later run knows it.
    detector : Detector
        Searches every series that it can.
    archive : Archive | None
        Where reports are sent; None for nowhere.
    quiet_s : float
        A study is whole once nothing of it changed for so long.
    log : Log
        Receives one line for each study.
    """

    folder: Path
    output: Path
    detector: Detector
    archive: Archive | None = None
    quiet_s: float = QUIET_S
    log: Log = print

    def run(self, stop: threading.Event, poll_s: float = POLL_S) -> None:
        """Search what is there and what arrives, until it is told to stop.

        Parameters
        ----------
        stop : threading.Event
            Set from another thread or a signal's handler.
        poll_s : float
            How often it looks.
        """
        seen: dict[Path, tuple[str, float]] = {}
        while not stop.is_set():
            now = time.monotonic()
            for path, signature in list(self._arrived()):
                former, since = seen.get(path, ("", now))
                if signature != former:
                    seen[path] = signature, now
                elif now - since >= self.quiet_s:
                    self._take(path, signature, stop)
            stop.wait(poll_s)

    def once(self) -> None:
        """Search what is there now, whole or not, and has not been searched as it is."""
        for path, signature in list(self._arrived()):
            self._take(path, signature, threading.Event())

    def _arrived(self) -> Iterator[tuple[Path, str]]:
        """What lies in the folder, with a signature of its files; what was done is left out."""
        try:
            entries = sorted(self.folder.iterdir())
        except OSError as error:
            raise ExchangeError(f"{self.folder}: cannot be read: {error.strerror}") from error
        for path in entries:
            if path.name.startswith(".") or path == self.output:
                continue
            try:
                signature = _signature(path)
            except OSError:
                continue  # it is being moved
            if signature and not self._mark(path, signature).exists():
                yield path, signature

    def _mark(self, path: Path, signature: str) -> Path:
        """Says that what lies under a path was searched as it is."""
        name = hashlib.sha256(f"{path.name}\n{signature}".encode()).hexdigest()[:32]
        return self.output / f".{SECTION}" / name

    def _take(self, path: Path, signature: str, stop: threading.Event) -> None:
        try:
            studies = open_collection(path).studies
        except LesionViewerError as error:
            self.log(f"{path.name}: left out: {error}")
            save_bytes(self._mark(path, signature), b"")
            return
        for study in studies:
            if stop.is_set():
                return
            self._search(path, study)
        save_bytes(self._mark(path, signature), b"")

    def _search(self, path: Path, study: Study) -> None:
        """Search one study, unless that was done with the same slices and the same detector."""
        name = study.uid or hashlib.sha256(study.key.encode()).hexdigest()[:32]
        folder = self.output / name
        fingerprint = _fingerprint(study, self.detector)
        if _done(folder) == fingerprint:
            return
        began = time.monotonic()
        try:
            said = self._written(path, study, folder)
        except LesionViewerError as error:
            self.log(f"{name}: failed: {error}")
            return
        save_bytes(folder / DONE, json.dumps({SECTION: fingerprint}).encode())
        self.log(f"{name}: {said}, {time.monotonic() - began:.1f} s")

    def _written(self, path: Path, study: Study, folder: Path) -> str:
        """Search, write the report, and send it; what was done, in words."""
        folder.mkdir(parents=True, exist_ok=True)
        session = Session.open(folder / REVIEW, study.key, "")
        try:
            session.pictures.describe(study)
            slices = sum(self._sweep(session, series.uid, study) for series in study.series)
            count = len(session.findings)
            said = f"{slices} slices searched, {count} candidates"
            if not slices or not study.uid:
                return said + ("" if study.uid else ", no report: its images are not DICOM")
            export_report(session, folder / REPORT, path, Chosen(undecided=True), self.log)
        finally:
            session.close()
        if self.archive is not None:
            self.archive.send([folder / REPORT], lambda done, total: None)
            said += f", report sent to {self.archive.name}"
        return said

    def _sweep(self, session: Session, uid: str, study: Study) -> int:
        """Search one series; how many of its slices."""
        series = next(one for one in study.series if one.uid == uid)
        if why_not_searched(series, self.detector.info.name):
            return 0
        run = session.proposals.begin_run(uid, origin_of(self.detector.info))
        known = session.proposals.swept_slices(uid, origin_of(self.detector.info))
        wanted = [index for index in range(series.shape[0]) if index not in known]
        volume = read_volume(series, self.detector.info.neighbours, wanted)
        found = list(Sweep(self.detector, volume, wanted, 0)) if wanted else []
        session.proposals.record_detections(run, found)
        return len(found) + len(known)


def _signature(path: Path) -> str:
    """Names, sizes and times of all files under a path; empty where there is none."""
    files = [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]
    said = [f"{p.relative_to(path)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files]
    return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""


def _fingerprint(study: Study, detector: Detector) -> str:
    """The same for the same slices and the same detector."""
    slices = [
        f"{series.uid} {source.sop_instance_uid} {source.frame}"
        for series in study.series
        for source in series.slices
    ]
    said = [detector.info.name, detector.info.version, detector.info.sha256, study.key, *slices]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _done(folder: Path) -> str:
    """What was searched before; empty for nothing."""
    try:
        done = json.loads((folder / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(done.get(SECTION, "")) if isinstance(done, dict) else ""
