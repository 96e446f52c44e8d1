"""Two readers of one project: their agreement when both are done, and the third reading."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from lesion_viewer.review.readers.agreement import Agreement
from lesion_viewer.review.user_folders import reader_file
from lesion_viewer.review.worklist.work_list import What
from lesion_viewer.ui.labelling.agreement_dialog import AgreementDialog
from lesion_viewer.ui.labelling.readers_workers import AdjudicationWorker, AgreementWorker
from lesion_viewer.ui.labelling.sign_in import SignInDialog
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.project.project_model import ProjectModel
from lesion_viewer.viewing.review_model import ReviewModel


class ReadersController(QObject):
    """Compares the reader with another one, and begins the third reading.

    Parameters
    ----------
    project : ProjectModel
        The project on show.
    review : ReviewModel
        Holds the reader's session.
    window : QWidget
        Parent of the dialogs.

    Signals
    -------
    third_made : a third reading was made; its reader, and its file
    noticed : there is no project, or no other reader; one sentence
    errored : the readers cannot be compared, or the third reading not be made; one sentence
    """

    third_made = Signal(str, object)
    noticed = Signal(str)
    errored = Signal(str)

    def __init__(self, project: ProjectModel, review: ReviewModel, window: QWidget) -> None:
        super().__init__(window)
        self._project, self._review, self._window = project, review, window
        self._comparison: AgreementWorker | None = None
        self._adjudication: AdjudicationWorker | None = None
        self._other = ""

    def choose_agreement(self) -> None:
        """Ask for the other reader, where there are several, and compare."""
        session = self._review.session
        if self._project.open_project is None or session is None:
            self.noticed.emit(tr("Open a labelling project first."))
            return
        others = [name for name in self._project.readers() if name != session.reader]
        if not others:
            self.noticed.emit(tr("No other reader has a review of this project yet."))
        elif len(others) == 1:
            self.compare(others[0])
        else:
            dialog = QInputDialog(self._window)
            dialog.setWindowTitle(tr("Agreement"))
            dialog.setLabelText(tr("Compare with"))
            dialog.setComboBoxItems(others)
            dialog.textValueSelected.connect(self.compare)
            dialog.open()

    def compare(self, other: str) -> None:
        """Compare the reader with another one; the answer is a dialog, or one sentence.

        Parameters
        ----------
        other : str
            Name of the other reader.
        """
        opened, session = self._project.open_project, self._review.session
        if opened is None or session is None:
            return
        self._other = other
        self._comparison = AgreementWorker(
            session.journal_copy(), session.reader, self._file_of(other), self.errored
        )
        self._comparison.compared.connect(self._show)
        self._comparison.begin()

    def choose_third(self) -> None:
        """Ask for the reader who settles what the two disagree on."""
        session = self._review.session
        if session is None:
            return
        others = set(self._project.readers()) - {session.reader, self._other}
        dialog = SignInDialog("", others, self._window)
        dialog.setWindowTitle(tr("Third reader"))
        dialog.accepted.connect(lambda: self.settle(dialog.name))
        dialog.open()

    def settle(self, reader: str) -> None:
        """Make the third reading of the two, and open it.

        Parameters
        ----------
        reader : str
            Name of the third reader.
        """
        opened, session = self._project.open_project, self._review.session
        if opened is None or session is None:
            return
        names = " and ".join(sorted((session.reader, self._other)))
        file = opened.base_file.with_name(
            f"{opened.base_file.stem} settled {names}{opened.base_file.suffix}"
        )
        self._adjudication = AdjudicationWorker(
            session.journal_copy(),
            self._file_of(self._other),
            reader,
            opened.paths,
            file,
            self.errored,
        )
        self._adjudication.made.connect(self._open_third)
        self._adjudication.begin()

    def _file_of(self, reader: str) -> Path:
        assert self._project.open_project is not None
        return reader_file(self._project.open_project.base_file, reader)

    def _show(self, found: Agreement) -> None:
        project = self._project.work_list
        if self.sender() is not self._comparison or project is None:
            return

        def name_of(series_uid: str, slice_index: int) -> str:
            item = project.item_at(series_uid, slice_index)
            if item is None or item.what is not What.SLICE:
                title = item.title if item else series_uid
                return f"{title} " + tr("Im {n}", n=slice_index + 1)
            return item.title

        dialog = AgreementDialog(found, name_of, self._window)
        dialog.place_wanted.connect(self._project.show_place)
        dialog.accepted.connect(self.choose_third)
        dialog.open()

    def _open_third(self, file: Path, reader: str) -> None:
        if self.sender() is self._adjudication:
            self.third_made.emit(reader, file)
