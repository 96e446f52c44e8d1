"""The main window: a frame, the features that fill it, and the names of their parts."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

from lesion_viewer.ui.settings import Settings, load_settings
from lesion_viewer.ui.shell.actions import ACTIONS
from lesion_viewer.ui.shell.features import FEATURES
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.exchange import ExchangeFeature
from lesion_viewer.ui.shell.features.findings import FindingsFeature
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.program import ProgramFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.shell.recent_menu import RecentMenu


class MainWindow(Frame):
    """One study on show, with its series, findings and detector.

    The functions of ``ACTIONS`` are called with it, and find their parts by its attributes. A new
    feature needs none: ``window.feature(NewFeature)`` gives it, and it can add its own actions.

    Parameters
    ----------
    settings : Settings | None
        Those of the reader's settings file when left out.
    features : Sequence[type[Feature]]
        What the window is built from, in this order.

    Attributes
    ----------
    canvas, slider, series_list, findings_table, decision_panel, detection_panel
        The widgets.
    viewer, review, project
        What is on show, the review of it, and the labelling project.
    gestures
        What the reader does to findings.
    volume, sweep, study, projects, queue, proposals, readers, exchange, marks, findings
        The controllers.
    reading, findings_feature, program
        Features with actions of their own.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        features: Sequence[type[Feature]] = FEATURES,
    ) -> None:
        super().__init__(settings or load_settings())
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.add_actions(ACTIONS, self)
        self.build(features)
        self._name_parts()
        before = self.actions_by_id["file.labels"]
        RecentMenu(self.settings, self.open, self.menus["File"], before)
        self.canvas.setFocus()

    def open(
        self,
        path: Path,
        annotations: Path | None = None,
        session_file: Path | None = None,
        labels: str = "",
    ) -> None:
        """Open a study, or with annotations a labelling project; it is on show once it was read.

        Parameters
        ----------
        path : Path
            Of the study, or of the project's images.
        annotations : Path | None
            A file of labels for them.
        session_file : Path | None
            The review, where it is not in its usual place.
        labels : str
            Those of a label volume that are taken; empty takes what looks like lesions.
        """
        self.feature(LabellingFeature).open(path, annotations, session_file, labels)

    def show_first_notice(self) -> None:
        """Say at the first start that this is not a medical device; blocks nothing."""
        self.program.show_first_notice()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102
        if _dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102
        path = _dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802, D102
        self.stop()
        super().closeEvent(event)

    def _name_parts(self) -> None:
        """Give the parts of the features their names in this window."""
        self.reading = self.feature(ReadingFeature)
        self.canvas, self.slider = self.reading.canvas, self.reading.slider
        self.viewer, self.volume = self.reading.viewer, self.reading.volume
        reviewing = self.feature(ReviewFeature)
        self.review, self.gestures = reviewing.review, reviewing.gestures
        detector = self.feature(DetectorFeature)
        self.detection_panel, self.sweep = detector.panel, detector.sweep
        studies = self.feature(StudiesFeature)
        self.series_list, self.study = studies.series_list, studies.study
        labelling = self.feature(LabellingFeature)
        self.project, self.projects = labelling.project, labelling.projects
        self.queue = labelling.queue
        self.proposals, self.readers = labelling.proposals, labelling.readers
        self.exchange = self.feature(ExchangeFeature).exchange
        self.findings_feature = self.feature(FindingsFeature)
        self.findings_table = self.findings_feature.table
        self.decision_panel = self.findings_feature.decision_panel
        self.marks, self.findings = self.findings_feature.marks, self.findings_feature.findings
        self._set_editing = self.findings_feature.set_editing
        self.program = self.feature(ProgramFeature)


def _dropped_path(mime: QMimeData) -> Path | None:
    """The path that was dropped; of several files their folder."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(paths) > 1 and len({p.parent for p in paths}) == 1:
        return paths[0].parent
    return paths[0] if paths else None
