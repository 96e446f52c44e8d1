"""How a study is read: concurrently, as a second reader or blind; and for how long."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QLabel

from lesion_viewer.review.reading_mode import ReadingMode, ReadingState
from lesion_viewer.text import Text
from lesion_viewer.ui.action_button import call_by
from lesion_viewer.ui.shell.action_spec import ActionSpec, Spec, ToggleSpec
from lesion_viewer.ui.shell.features.detector import DetectorFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.texts import tr
from lesion_viewer.viewing.reading_modes import ReadingModes
from lesion_viewer.viewing.reading_timer import IDLE_S, ReadingTimer

TICK_MS = 1000
INPUTS = {
    QEvent.Type.KeyPress,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletMove,
}


class ReadingModesFeature(Feature):
    """Offers the modes, shows the present one with the time, and counts that.

    Parameters
    ----------
    window : Frame
        Its status line shows mode and time.

    Attributes
    ----------
    modes : ReadingModes
        The mode of the study on show.
    timer : ReadingTimer
        How long it is read.
    label : QLabel
        Mode and time.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        reviewing = window.feature(ReviewFeature)
        self._review = reviewing.review
        self.modes = ReadingModes(self._review, reviewing.gestures, self._usual)
        self.timer = ReadingTimer(self._review)
        self.label = QLabel()
        self.label.setToolTip(
            tr(
                "How this study is read, and for how long: the time pauses in the background, and"
                " {n:.0f} s after the last key or movement of the mouse",
                n=IDLE_S,
            )
        )
        window.status_line.addPermanentWidget(self.label)
        window.add_actions(SPECS, self)
        self._offer_first_read()
        self._inputs = _Inputs(self.timer, window)
        self._ticking = QTimer(window, interval=TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self._ticking.start()
        for source in (self.modes.noticed, self.timer.errored):
            source.connect(window.message_bar.show_notice)
        for event in (self._review.reading_changed, self._review.reviews_changed):
            event.connect(self._show)
        self._review.viewer.volume_changed.connect(lambda _: self._show())
        self._show()

    def choose(self, mode: ReadingMode) -> None:
        """Read the study on show in another mode.

        Parameters
        ----------
        mode : ReadingMode
            The mode.
        """
        self.modes.choose(mode)
        self._show()

    def stop(self) -> None:
        """End the counting; the time was kept when the study was closed."""
        self._ticking.stop()
        self._inputs.stop()

    def _offer_first_read(self) -> None:
        button = self.window.feature(DetectorFeature).panel.first_read
        call_by(button, self.window.actions_by_id["reading.done"])

    def _usual(self) -> ReadingMode:
        named = self.window.settings.reading_mode
        return ReadingMode(named) if named in set(ReadingMode) else ReadingMode.CONCURRENT

    def _tick(self) -> None:
        self.timer.tick()
        self._show_time()

    def _show(self) -> None:
        for mode in ReadingMode:
            action = self.window.actions_by_id[f"reading.{mode.value}"]
            action.setChecked(mode is self._review.reading.mode)
        self._show_time()

    def _show_time(self) -> None:
        if self._review.session is None or self._review.viewer.series is None:
            self.label.setText("")
        else:
            time = time_text(self.timer.time.total_s)
            self.label.setText(f"{state_text(self._review.reading)} · {time}")


class _Inputs(QObject):
    """Tells a timer when a window of the program takes keys or the mouse, and which has the focus.

    It is told of what comes from the system to the windows, of nothing else that happens in them.

    Parameters
    ----------
    timer : ReadingTimer
        Is told.
    parent : QObject
        The main window.
    """

    def __init__(self, timer: ReadingTimer, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = timer
        self._watched: set[QWindow] = set()
        program = QGuiApplication.instance()
        assert isinstance(program, QGuiApplication)
        self._program = program
        program.focusWindowChanged.connect(self._take_focus)
        self._take_focus(program.focusWindow())

    def stop(self) -> None:
        """Be told nothing any more."""
        self._program.focusWindowChanged.disconnect(self._take_focus)
        for window in self._watched:
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102
        if event.type() in INPUTS:
            self._timer.note_input()
        return False

    def _take_focus(self, window: QWindow | None) -> None:
        self._timer.set_active(window is not None)
        if window is not None and window not in self._watched:
            self._watched.add(window)
            window.installEventFilter(self)
            window.destroyed.connect(partial(self._watched.discard, window))


def state_text(reading: ReadingState) -> str:
    """How a study is read at this moment, in a few words.

    Parameters
    ----------
    reading : ReadingState
        Mode and first read.

    Returns
    -------
    str
        For the status line.
    """
    if reading.mode is ReadingMode.SECOND_READER:
        if reading.are_marks_hidden:
            return tr("Second reader: marks hidden")
        return tr("Second reader: first read done")
    return tr("Blind: no scores") if reading.mode is ReadingMode.BLIND else tr("Concurrent")


def time_text(seconds: float) -> str:
    """A time as minutes and seconds, from an hour on with hours.

    Parameters
    ----------
    seconds : float
        The time.

    Returns
    -------
    str
        Such as 3:07 or 1:03:07.
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


T = ToggleSpec[ReadingModesFeature]
SPECS: tuple[Spec[ReadingModesFeature], ...] = (
    T(
        "reading.concurrent",
        Text("Read concurrently: marks at once"),
        (),
        "Detection",
        lambda own, on: own.choose(ReadingMode.CONCURRENT),
    ),
    T(
        "reading.second_reader",
        Text("Read as second reader: marks after the first read"),
        (),
        "Detection",
        lambda own, on: own.choose(ReadingMode.SECOND_READER),
    ),
    T(
        "reading.blind",
        Text("Read blind: marks without scores"),
        (),
        "Detection",
        lambda own, on: own.choose(ReadingMode.BLIND),
    ),
    ActionSpec[ReadingModesFeature](
        "reading.done",
        Text("First read is done"),
        ("Ctrl+Return",),
        "Detection",
        lambda own: own.modes.declare_first_read(),
    ),
)
