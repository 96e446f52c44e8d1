"""The review of what is on show: whether it can be written, and whether it fits the picture."""

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.gestures import Gestures
from lesion_viewer.viewing.review_model import ReviewModel

TITLE = "Lesion Viewer"
NEW_REVIEW = Text("New review")


class ReviewFeature(Feature):
    """Holds the review, and says in title and messages what is wrong with it.

    Parameters
    ----------
    window : Frame
        Its title says whether the review is read-only.

    Attributes
    ----------
    review : ReviewModel
        The review and the chosen finding.
    gestures : Gestures
        What the reader does to findings.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        window.setWindowTitle(TITLE)
        self.review = ReviewModel(window.feature(ReadingFeature).viewer)
        self.gestures = Gestures(self.review)
        for source in (self.review, self.gestures):
            source.noticed.connect(window.message_bar.show_notice)
            source.errored.connect(window.message_bar.show_error)
        self.review.read_only_changed.connect(self.show_read_only)
        self.review.differs.connect(self._show_difference)

    def show_read_only(self, reason: str) -> None:
        """Say that nothing is recorded, or take it back from the title.

        Parameters
        ----------
        reason : str
            Why nothing can be recorded, as a clause; empty where it can.
        """
        self.window.setWindowTitle(tr("{title} (read-only)", title=TITLE) if reason else TITLE)
        if reason:
            self.window.message_bar.show_error(
                tr(
                    "Read-only: {reason}. The findings are shown as they stand now, and nothing"
                    " that is done here is recorded.",
                    reason=reason,
                )
            )

    def _show_difference(self, text: str) -> None:
        bar = self.window.message_bar
        if text:
            bar.show_offer(text, tr(NEW_REVIEW))
        elif bar.offer:
            bar.hide()
