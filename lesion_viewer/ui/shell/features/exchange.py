"""Export and import of reviews and labels."""

from lesion_viewer.ui.exchange.controller import ExchangeController
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class ExchangeFeature(Feature):
    """Exports the review on show, and imports labels into it.

    Parameters
    ----------
    window : Frame
        It shows the messages.

    Attributes
    ----------
    exchange : ExchangeController
        Export and import.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self.exchange = ExchangeController(window.feature(ReviewFeature).review, window)
        self.exchange.noticed.connect(window.message_bar.show_notice)
        self.exchange.errored.connect(window.message_bar.show_error)
