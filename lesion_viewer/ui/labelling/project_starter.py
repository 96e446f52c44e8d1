"""Opening a labelling project: one at a time, and the reader's own file where that is asked for."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lesion_viewer.ui.labelling.project_opening import ProjectOpener
from lesion_viewer.ui.settings import Settings, save_settings
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.project.open_project import OpenProject, ProjectPaths


class ProjectStarter(QObject):
    """Opens projects on a thread; the answer to a request that was cancelled is dropped.

    Parameters
    ----------
    settings : Settings
        Hold the reader's name, and remember what was opened.
    parent : QObject
        The controller that it works for.

    Signals
    -------
    opened : the project of the last request stands ready; the OpenProject
    declined : the paths of the last request are a study with labels; the ProjectPaths
    progressed : a project is being opened, or stands ready; one sentence, empty in the second case
    errored : a project cannot be opened; one sentence
    """

    opened = Signal(object)
    declined = Signal(object)
    progressed = Signal(str)
    errored = Signal(str)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._opener: ProjectOpener | None = None
        self._paths: ProjectPaths | None = None
        self._recent: tuple[Path, ...] = ()

    def open(self, paths: ProjectPaths, is_own_file: bool) -> None:
        """Open a project in place of the one that is being opened.

        Parameters
        ----------
        paths : ProjectPaths
            Paths of images, annotations and review.
        is_own_file : bool
            Whether the reader's own file beside that of the review is opened, not that file itself.
        """
        self.cancel()
        self._paths = paths
        named: tuple[Path, ...] = () if paths.session_file is None else (paths.session_file,)
        # What was opened without labels is remembered as a study is, by its path alone.
        named = () if paths.annotations is None else (paths.images, paths.annotations, *named)
        self._recent = () if is_own_file else named
        self.progressed.emit(tr("Opening {name} …", name=paths.name))
        self._opener = ProjectOpener(paths, self._settings.reader, is_own_file, self.errored)
        self._opener.opened.connect(self._take)
        self._opener.declined.connect(self._decline)
        self._opener.begin()

    def cancel(self) -> None:
        """Drop a project that is still being opened."""
        if self._opener is not None:
            self._opener.cancel()
            self._opener = None

    def _take(self, opened: OpenProject) -> None:
        if self.sender() is not self._opener:
            opened.session.close()
            return
        self._opener = None
        self.progressed.emit("")
        if self._recent:
            self._settings.remember(*self._recent)
        save_settings(self._settings)
        self.opened.emit(opened)

    def _decline(self) -> None:
        if self.sender() is self._opener and self._paths is not None:
            self._opener = None
            self.declined.emit(self._paths)
