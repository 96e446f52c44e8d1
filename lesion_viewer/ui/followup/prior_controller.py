"""Opens an earlier study beside the one on show, and links the two."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from lesion_viewer.ct.registration.registering import Registration
from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.ct_volume import CTVolume
from lesion_viewer.exchange.tables.growth_csv import Compared, save_growth
from lesion_viewer.review.followup.growth import Growth
from lesion_viewer.review.followup.identity import Identity
from lesion_viewer.ui.followup.prior_marks import PriorMarks
from lesion_viewer.ui.followup.prior_pane import PriorPane
from lesion_viewer.ui.followup.prior_workers import GrowthSaver, PriorOpener, Registrar
from lesion_viewer.ui.followup.wording import (
    BEYOND,
    UNLINKED,
    identity_warning,
    interval,
    link_text,
    prior_title,
    warnings,
)
from lesion_viewer.ui.study.series_list import series_title
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.followup.follow_up import FollowUp
from lesion_viewer.viewing.followup.prior import Prior
from lesion_viewer.viewing.review_model import ReviewModel


class PriorController(QObject):
    """Keeps the prior's pane as the comparison is, and turns what is done there into calls.

    Parameters
    ----------
    follow_up : FollowUp
        The comparison.
    review : ReviewModel
        The study on show.
    pane : PriorPane
        Shows the prior.
    last_folder : Callable[[], str]
        Where dialogs begin.
    window : QWidget
        Parent of the dialogs.

    Signals
    -------
    noticed : something is to be said of the prior; one sentence
    errored : the prior cannot be opened or registered; one sentence
    progressed : headers are being read; one sentence, empty where that is over
    registering_changed : a registration began or is over; whether one runs
    """

    noticed = Signal(str)
    errored = Signal(str)
    progressed = Signal(str)
    registering_changed = Signal(bool)

    def __init__(
        self,
        follow_up: FollowUp,
        review: ReviewModel,
        pane: PriorPane,
        last_folder: Callable[[], str],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._follow_up, self._review, self._pane = follow_up, review, pane
        self._last_folder, self._window = last_folder, window
        self._opener: PriorOpener | None = None
        self._registrar: Registrar | None = None
        self._is_beyond = False
        self._marks = PriorMarks(pane.canvas, follow_up, review.viewer, self)
        pane.series_chosen.connect(self._show_series)
        pane.path_dropped.connect(self.open)
        follow_up.prior_changed.connect(self._show_prior)
        follow_up.link_changed.connect(self._show_link)
        follow_up.scroll.beyond_changed.connect(self._take_beyond)
        follow_up.viewer.volume_changed.connect(self._take_volume)
        review.viewer.volume_changed.connect(lambda _: self.stop_registering())

    @property
    def is_registering(self) -> bool:
        """Whether a registration runs."""
        return self._registrar is not None

    def choose_folder(self) -> None:
        """Ask for a folder and open the prior in it."""
        if self._has_study():
            title = tr("Open prior: folder")
            chosen = QFileDialog.getExistingDirectory(self._window, title, self._last_folder())
            if chosen:
                self.open(Path(chosen))

    def choose_file(self) -> None:
        """Ask for a file and open it as the prior."""
        if self._has_study():
            title = tr("Open prior: file")
            chosen, _ = QFileDialog.getOpenFileName(self._window, title, self._last_folder())
            if chosen:
                self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Read what a path holds; the prior in it is beside the study on show once it was read.

        Parameters
        ----------
        path : Path
            File or folder.
        """
        if not self._has_study() or self._review.study is None:
            return
        self._stop_opening()
        self._opener = PriorOpener(path, self._review.study, self.errored)
        self._opener.opened.connect(self._take_prior)
        self._opener.progressed.connect(self._count)
        self._opener.finished.connect(self._end_opening)
        self.progressed.emit(tr("Reading the prior …"))
        self._opener.begin()

    def toggle_registering(self) -> None:
        """Register the two series on show, or stop."""
        if self.is_registering:
            self.stop_registering()
            return
        current, prior = self._review.viewer.volume, self._follow_up.viewer.volume
        if self._follow_up.prior is None or current is None or prior is None:
            self.noticed.emit(tr("Open a prior first."))
            return
        if current.series.is_arriving:
            self._review.tell_none()
            return
        self._registrar = Registrar(current, prior, self.errored)
        self._registrar.registered.connect(self._take_registration)
        self._registrar.progressed.connect(self._show_progress)
        self._registrar.finished.connect(self._end_registering)
        self._pane.show_progress(tr("Registering"), 0.0)
        self.registering_changed.emit(True)
        self._registrar.begin()

    def stop_registering(self) -> None:
        """End a registration; what linked the studies before stays."""
        if self._registrar is not None:
            self._registrar.cancel()
            self._registrar = None
            self._pane.show_progress("", 0.0)
            self.registering_changed.emit(False)

    def couple(self) -> None:
        """Link the two series by the slices on show."""
        if self._follow_up.prior is None:
            self.noticed.emit(tr("Open a prior first."))
        else:
            self.stop_registering()
            self._follow_up.couple()

    def set_linked(self, is_linked: bool) -> None:
        """Let the two scroll together, or no longer.

        Parameters
        ----------
        is_linked : bool
            Whether one follows the other.
        """
        self._follow_up.scroll.is_on = is_linked
        self._show_link()

    def save(self, path: Path, growth: Growth) -> None:
        """Write the table of growth.

        Parameters
        ----------
        path : Path
            CSV file to write.
        growth : Growth
            Lesions at two times.
        """
        prior, link = self._follow_up.prior, self._follow_up.link
        if prior is None:
            return
        by = link.registration.text if link and link.registration else link and link.by.value
        compared = Compared(prior.days_before, prior.identity.value, str(by or "").rstrip("."))
        saver = GrowthSaver(lambda: save_growth(path, growth, compared), self.errored)
        saver.saved.connect(lambda: self.noticed.emit(tr("Follow-up table saved.")))
        saver.begin()

    def close(self) -> None:
        """Show the study on show alone; what is still being read of a prior is dropped."""
        self._stop_opening()
        self._follow_up.close()

    def _has_study(self) -> bool:
        series = self._review.viewer.series
        if series is not None and series.is_arriving:
            self._review.tell_none()
            return False
        has_study = self._review.study is not None and not self._review.is_project
        if not has_study:
            self.noticed.emit(tr("Open a study first: a prior is shown beside it."))
        return has_study

    def _stop_opening(self) -> None:
        if self._opener is not None:
            self._opener.cancel()
            self._opener = None
            self.progressed.emit("")

    def _count(self, done: int, total: int) -> None:
        if self.sender() is self._opener and total:
            self.progressed.emit(
                tr("Reading headers of the prior: {done} of {total} files", done=done, total=total)
            )

    def _end_opening(self) -> None:
        if self.sender() is self._opener:
            self._opener = None
            self.progressed.emit("")

    def _take_prior(self, prior: Prior, problem: str) -> None:
        opener, study = self._opener, self._review.study
        if opener is None or self.sender() is not opener or study is not opener.current:
            _drop(prior)
        elif prior.identity is Identity.DIFFERENT:
            self._ask(prior, problem)
        else:
            self._show(prior, problem)

    def _ask(self, prior: Prior, problem: str) -> None:
        """Say that the patients differ before anything of the other study is shown."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Two patients"))
        box.setText(identity_warning(prior.identity))
        box.setInformativeText(
            tr(
                "A study of somebody else is no prior. The same patient may have another number"
                " where the study was made elsewhere. The warning stays on screen."
            )
        )
        shown = box.addButton(tr("Show it all the same"), QMessageBox.ButtonRole.AcceptRole)
        refused = box.addButton(tr("Do not show it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(refused)
        box.setEscapeButton(refused)

        def answer() -> None:
            study = self._review.study
            if box.clickedButton() is shown and study is not None:
                self._show(prior, problem)
            else:
                _drop(prior)
                self.noticed.emit(tr("The study of another patient was not opened."))
            box.deleteLater()

        box.finished.connect(answer)
        box.open()

    def _show(self, prior: Prior, problem: str) -> None:
        self._follow_up.show(prior, _first_series(prior, self._review.viewer.series))
        if prior.identity is not Identity.SAME:
            self.noticed.emit(identity_warning(prior.identity))
        elif prior.is_later:
            self.noticed.emit(
                tr(
                    "The study beside is later than the one on show: growth is worked out only from"
                    " an earlier study. Open the later one, and this one as its prior."
                )
            )
        if problem:
            self.errored.emit(tr("The prior's review cannot be read: {problem}", problem=problem))

    def _show_prior(self) -> None:
        prior = self._follow_up.prior
        self.stop_registering()
        if prior is not None:
            self._pane.show_study(
                prior_title(prior),
                interval(prior),
                warnings(prior),
                [series_title(series) for series in prior.study.series],
            )
        self._pane.setVisible(prior is not None)

    def _show_series(self, place: int) -> None:
        prior = self._follow_up.prior
        if prior is not None:
            self._follow_up.show_series(prior.study.series[place])

    def _take_volume(self, volume: CTVolume) -> None:
        self.stop_registering()
        prior = self._follow_up.prior
        if prior is not None:
            uids = [series.uid for series in prior.study.series]
            self._pane.show_series(uids.index(volume.series.uid))

    def _take_beyond(self, is_beyond: bool) -> None:
        self._is_beyond = is_beyond
        self._show_link()

    def _show_link(self) -> None:
        prior, series = self._follow_up.prior, self._follow_up.viewer.series
        if prior is None or series is None:
            return
        link, said = self._follow_up.link, []
        if not self._follow_up.scroll.is_on:
            said.append(tr(UNLINKED))
        if self._is_beyond:
            said.append(tr(BEYOND))
        if prior.reviews is not None and (difference := prior.reviews.sentence(series.uid)):
            said.append(tr(difference))
        self._pane.show_link(
            " ".join([link_text(link, is_whole=False), *said]), " ".join([link_text(link), *said])
        )

    def _show_progress(self, what: str, share: float) -> None:
        if self.sender() is self._registrar:
            text = tr("{what} … {percent:.0f} %", what=tr(what), percent=share * 100)
            self._pane.show_progress(text, share)

    def _take_registration(self, found: Registration) -> None:
        registrar = self.sender()
        if registrar is self._registrar and isinstance(registrar, Registrar):
            self._follow_up.take_registration(
                registrar.current.series, registrar.prior.series, found
            )

    def _end_registering(self) -> None:
        if self.sender() is self._registrar:
            self.stop_registering()


def _first_series(prior: Prior, shown: Series | None) -> Series:
    """The series that is most like the one on show: of its description, else the largest."""
    like = [s for s in prior.study.series if shown and s.description == shown.description]
    return max(like or prior.study.series, key=lambda series: series.shape[0])


def _drop(prior: Prior) -> None:
    if prior.reviews is not None:
        prior.reviews.close()
