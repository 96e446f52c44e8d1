"""Studies from an archive of a hospital, and reviews that go back to it."""

from pathlib import Path

from lesion_viewer.ct.study import Collection
from lesion_viewer.exchange.pacs.local_state import local_folder
from lesion_viewer.text import Text
from lesion_viewer.ui.pacs.downloading import DownloadController
from lesion_viewer.ui.pacs.fetching import FetchingController
from lesion_viewer.ui.pacs.sending import SendingController
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.screening import ScreeningFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr


class PacsFeature(Feature):
    """Searches archives and sends reviews to them, from the File menu.

    Parameters
    ----------
    window : Frame
        Its message bar tells what became of a review.

    Attributes
    ----------
    fetching : FetchingController
        Searches archives.
    download : DownloadController
        Fetches a study, of which what is there is shown.
    sending : SendingController
        Sends the review on show.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reading, studies = window.feature(ReadingFeature), window.feature(StudiesFeature)
        self._arriving = studies.arriving
        self._screening = window.feature(ScreeningFeature).screening
        self.fetching, self.download = FetchingController(window), DownloadController(window)
        reading.add_above(self.download.strip)
        reading.viewer.volume_changed.connect(self.download.follow)
        studies.study.opened.connect(self._take_study)
        self._connect()
        self.sending = SendingController(window.feature(ReviewFeature).review, window)
        self.sending.noticed.connect(window.message_bar.show_notice)
        self.sending.errored.connect(window.message_bar.show_error)
        self.sending.noticed.connect(lambda _: self.fetching.refresh())
        window.add_actions(SPECS, self)
        menu, before = window.menus["File"], ("file.labels", "file.labels", "file.import_csv")
        for spec, place in zip(SPECS, before, strict=True):
            menu.insertAction(window.actions_by_id[place], window.actions_by_id[spec.id])

    def send(self) -> None:
        """Send the review; what was said of an earlier try is taken away."""
        self.window.message_bar.hide()
        self.sending.send()

    def go_next(self) -> None:
        """Fetch or open the next study of the work list that is not done; results come first."""
        if self._screening.list is not None:
            self._screening.go_next()
            return
        study = self.window.feature(ReviewFeature).review.study
        self.fetching.go_next(study.uid if study is not None else "")

    def stop(self) -> None:
        """Give up a search or a download."""
        self.fetching.stop()
        self.download.stop()

    def _connect(self) -> None:
        fetching, download = self.fetching, self.download
        fetching.study_wanted.connect(download.fetch)
        self._screening.study_wanted.connect(download.fetch)
        fetching.cancel_wanted.connect(download.cancel)
        fetching.open_wanted.connect(lambda uid: self._open(local_folder(uid)))
        fetching.noticed.connect(self.window.message_bar.show_notice)
        download.began.connect(fetching.begin_download)
        download.progressed.connect(fetching.show_progress)
        download.ended.connect(fetching.end_download)
        download.came.connect(self._arriving.show)
        download.fetched.connect(self._take_whole)
        download.failed.connect(self._tell_failure)
        download.open_wanted.connect(self._open)

    @property
    def _has_part(self) -> bool:
        """Whether what came of the last download is on show."""
        folder = self.download.folder
        return folder is not None and self._arriving.is_on_show(folder)

    def _take_whole(self, folder: Path) -> None:
        """Open a study that came whole, unless the reader went on to another one meanwhile."""
        self.fetching.tell(tr("The study came whole."))
        if self._has_part or not self._arriving.was_shown(self.download.folder):
            self._open(folder)
        else:
            self.download.offer(folder)

    def _open(self, folder: Path) -> None:
        if not self._screening.open_arrived(folder):
            self.window.feature(LabellingFeature).open(folder, None, None, "")

    def _tell_failure(self, text: str) -> None:
        """Say it where the reader looks: beside what is on show of it, or in the dialog."""
        self.fetching.tell(text)
        if self._has_part:
            self.download.tell_broken(text)
        else:
            self.download.forget()
            if not self.fetching.is_shown:
                self.window.message_bar.show_error(text)

    def _take_study(self, found: Collection) -> None:
        if found.path != self.download.folder:
            self.download.leave_part()
            self.fetching.refresh()


A = ActionSpec[PacsFeature]
SPECS = (
    A(
        "file.search_archive",
        Text("Search an archive…"),
        ("Ctrl+F",),
        "File",
        lambda own: own.fetching.show(),
    ),
    A(
        "file.next_study",
        Text("Next study of the work list"),
        ("Ctrl+Shift+N",),
        "File",
        lambda own: own.go_next(),
    ),
    A(
        "file.send_review",
        Text("Send the review to the archive"),
        ("Ctrl+Shift+E",),
        "File",
        lambda own: own.send(),
    ),
)
