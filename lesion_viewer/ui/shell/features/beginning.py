"""The empty window: the demonstration, a folder, a file, or what was opened before."""

from pathlib import Path

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.demo_study import DemoWriter
from lesion_viewer.ui.shell.features.labelling import LabellingFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.studies import StudiesFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr

OFFERED = ("file.open_folder", "file.open_file", "file.demo")


class BeginningFeature(Feature):
    """Opens something from the empty window.

    Parameters
    ----------
    window : Frame
        Its middle shows what can be opened.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self._writer: DemoWriter | None = None
        A = ActionSpec[BeginningFeature]  # noqa: N806
        demo = A(
            "file.demo", Text("Open the demonstration"), (), "File", lambda own: own.show_demo()
        )
        window.add_actions([demo], self)
        reading = window.feature(ReadingFeature)
        welcome, sliders = reading.welcome, reading.sliders
        sliders.hide()  # of no slices nothing can be said
        reading.viewer.volume_changed.connect(lambda _: sliders.show())
        for action_id in OFFERED:
            welcome.add_action(window.actions_by_id[action_id])
        welcome.recent_wanted.connect(self._open)

    def show_demo(self) -> None:
        """Open the phantom study, which is made first where it is not there yet."""
        if self._writer is not None:
            return
        self.window.status_line.show_reading(tr("Making the demonstration's study …"))
        self._writer = DemoWriter(self.window.feature(StudiesFeature).study.errored)
        self._writer.written.connect(self._open_demo)
        self._writer.finished.connect(self._forget)
        self._writer.begin()

    def stop(self) -> None:
        """Open no demonstration any more."""
        if self._writer is not None:
            self._writer.cancel()

    def _open_demo(self, folder: Path) -> None:
        if self._writer is not None and not self._writer.is_cancelled:
            self._open([str(folder)])

    def _forget(self) -> None:
        self._writer = None

    def _open(self, opened: list[str]) -> None:
        images, *others = map(Path, opened)
        annotations, session_file = [*others, None, None][:2]
        self.window.feature(LabellingFeature).open(images, annotations, session_file, "")
