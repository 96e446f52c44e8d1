"""Studies from an archive of a hospital, and reviews that go back to it."""

from lesion_viewer.text import Text
from lesion_viewer.ui.pacs.fetching import FetchingController
from lesion_viewer.ui.pacs.sending import SendingController
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class PacsFeature(Feature):
    """Searches archives and sends reviews to them, from the File menu.

    Parameters
    ----------
    window : Frame
        Its message bar tells what became of a review.

    Attributes
    ----------
    fetching : FetchingController
        Searches archives, and opens what it fetches.
    sending : SendingController
        Sends the review on show.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        opening = window.feature(LabellingFeature)
        self.fetching = FetchingController(
            lambda folder: opening.open(folder, None, None, ""), window
        )
        self.sending = SendingController(window.feature(ReviewFeature).review, window)
        self.sending.noticed.connect(window.message_bar.show_notice)
        self.sending.errored.connect(window.message_bar.show_error)
        window.add_actions(SPECS, self)
        menu, before = window.menus["File"], ("file.labels", "file.import_csv")
        for spec, place in zip(SPECS, before, strict=True):
            menu.insertAction(window.actions_by_id[place], window.actions_by_id[spec.id])

    def send(self) -> None:
        """Send the review; what was said of an earlier try is taken away."""
        self.window.message_bar.hide()
        self.sending.send()

    def stop(self) -> None:
        """Give up a search or a download."""
        self.fetching.stop()


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
        "file.send_review",
        Text("Send the review to the archive"),
        ("Ctrl+Shift+E",),
        "File",
        lambda own: own.send(),
    ),
)
