"""The way from panel to panel by keys."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolBar, QWidget

from lesion_viewer.text import Text
from lesion_viewer.ui.shell.action_spec import ActionSpec
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.frame import Feature, Frame


class PanelsFeature(Feature):
    """Moves the focus between the picture, the panels round it and the toolbars.

    Parameters
    ----------
    window : Frame
        Its panels and toolbars are walked, those on show only.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        A = ActionSpec[PanelsFeature]  # noqa: N806
        window.add_actions(
            [
                A(
                    "view.next_panel",
                    Text("To the next panel"),
                    ("F6",),
                    "View",
                    lambda own: own.step(1),
                ),
                A(
                    "view.previous_panel",
                    Text("To the previous panel"),
                    ("Shift+F6",),
                    "View",
                    lambda own: own.step(-1),
                ),
            ],
            self,
        )

    def step(self, places: int) -> None:
        """Give the focus to the first control of another panel.

        Parameters
        ----------
        places : int
            1 for the next panel, -1 for the one before.
        """
        panels = [(panel, first) for panel in self._panels() if (first := _first_in(panel))]
        focused = QApplication.focusWidget()
        here = [n for n, (panel, _) in enumerate(panels) if focused and _holds(panel, focused)]
        start = here[0] if here else -1 if places > 0 else 0
        if panels:
            panels[(start + places) % len(panels)][1].setFocus(Qt.FocusReason.TabFocusReason)

    def _panels(self) -> Iterator[QWidget]:
        """The picture, then the panels from the left to the right, then the toolbars."""
        canvas, middle = self.window.feature(ReadingFeature).canvas, self.window.centralWidget()
        if canvas.isVisible():
            yield canvas
        elif middle is not None:
            yield middle
        yield from self.window.docks.in_order()
        yield from self.window.findChildren(QToolBar)


def _first_in(panel: QWidget) -> QWidget | None:
    """The first control of a panel that the Tab key reaches."""
    if _takes_tab(panel):
        return panel
    control = panel.nextInFocusChain()
    while control is not None and control is not panel:
        if panel.isAncestorOf(control) and _takes_tab(control):
            return control
        control = control.nextInFocusChain()
    return None


def _takes_tab(control: QWidget) -> bool:
    is_reached = bool(control.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return is_reached and control.isVisible() and control.isEnabled()


def _holds(panel: QWidget, control: QWidget) -> bool:
    return panel is control or panel.isAncestorOf(control)
