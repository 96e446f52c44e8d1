"""The toolbar, the menus of a right click, the cine's bar and the columns of the table."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from lesion_viewer.text import Text
from lesion_viewer.ui.canvas.picture_view import PictureView
from lesion_viewer.ui.findings.findings_table import Columns
from lesion_viewer.ui.settings import save_settings
from lesion_viewer.ui.shell.action_spec import ActionSpec, ToggleSpec
from lesion_viewer.ui.shell.at_hand import ON_FINDING, ON_IMAGE, Groups, Toolbar, menu_of
from lesion_viewer.ui.shell.features.findings import FindingsFeature
from lesion_viewer.ui.shell.features.reading import ReadingFeature
from lesion_viewer.ui.shell.features.review import ReviewFeature
from lesion_viewer.ui.shell.features.windows import WindowsFeature
from lesion_viewer.ui.shell.frame import Feature, Frame
from lesion_viewer.ui.study.cine_bar import CineBar


class AtHandFeature(Feature):
    """Puts what is used most where the hand is; built last, so that all actions are there.

    Parameters
    ----------
    window : Frame
        It gets the toolbar and the cine's bar.

    Attributes
    ----------
    toolbar : Toolbar
        Under the menu bar.
    cine_bar : CineBar
        In the status line.
    """

    def __init__(self, window: Frame) -> None:
        super().__init__(window)
        self._reading = window.feature(ReadingFeature)
        self._review = window.feature(ReviewFeature).review
        self._table = window.feature(FindingsFeature).table
        window.add_actions(_SPECS, self)
        self._set_up_cine()
        self.toolbar = Toolbar(window.actions_by_id, window)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.toolbar)
        window.actions_by_id["view.toolbar"].setChecked(True)
        settings = window.settings
        self._table.show_columns(Columns(tuple(settings.columns), tuple(settings.hidden_columns)))
        self._table.columns_changed.connect(self._keep_columns)
        self._table.menu_wanted.connect(lambda place: self._show_menu(ON_FINDING, place))
        self._pictures = pictures_of(window)
        for picture in self._pictures:
            picture.menu_wanted.connect(self.show_menu)
            picture.windows_wanted.connect(window.feature(WindowsFeature).choose_at)

    def show_menu(self, place: QPoint, finding_id: str) -> None:
        """Show what can be done with a finding, which is then the chosen one, or with the image.

        Parameters
        ----------
        place : QPoint
            Position on the screen.
        finding_id : str
            Id of a finding; empty beside all marks.
        """
        if finding_id:
            self._review.select(finding_id)
        self._show_menu(ON_FINDING if finding_id else ON_IMAGE, place)

    def show_menu_of_focus(self) -> None:
        """Show the menu of the row or the picture that has the keys."""
        selected = self._review.selected_id or ""
        focus = QApplication.focusWidget()
        if focus is not None and self._table.isAncestorOf(focus):
            self.show_menu(self._table.mapToGlobal(self._table.rect().center()), selected)
        elif self._reading.viewer.volume is not None:
            shown = {finding.id for finding in self._review.findings_on_screen()}
            canvas = self._reading.canvas
            place = canvas.mapToGlobal(canvas.rect().center())
            self.show_menu(place, selected if selected in shown else "")

    def show_columns(self) -> None:
        """Let the reader choose the columns of the table of findings."""
        header = self._table.view.horizontalHeader()
        self._table.header_menu().popup(header.mapToGlobal(header.rect().bottomLeft()))

    def set_magnifier(self, is_on: bool) -> None:
        """Enlarge what is under the mouse, or no longer.

        Parameters
        ----------
        is_on : bool
            Whether it is enlarged.
        """
        for picture in self._pictures:
            picture.magnifier.is_on = is_on

    def set_toolbar_shown(self, is_shown: bool) -> None:
        """Show the toolbar, or put it away.

        Parameters
        ----------
        is_shown : bool
            Whether it is shown.
        """
        self.toolbar.setVisible(is_shown)

    def step_cine(self, steps: int) -> None:
        """Play the cine faster, or more slowly.

        Parameters
        ----------
        steps : int
            Places further among its speeds; negative is slower.
        """
        self._reading.volume.cine.step_speed(steps)

    def cancel(self) -> None:
        """Put the magnifier away."""
        self.window.actions_by_id["view.magnifier"].setChecked(False)
        self.set_magnifier(False)

    def _set_up_cine(self) -> None:
        cine, settings = self._reading.volume.cine, self.window.settings
        cine.per_s, cine.rocks = settings.cine_per_s, settings.cine_rocks
        self.cine_bar = CineBar(cine)
        self.window.status_line.addPermanentWidget(self.cine_bar)
        self.cine_bar.hide()
        cine.playing_changed.connect(self.window.actions_by_id["view.cine"].setChecked)
        cine.playing_changed.connect(lambda _: self._keep_cine())

    def _keep_cine(self) -> None:
        cine, settings = self._reading.volume.cine, self.window.settings
        if (cine.per_s, cine.rocks) != (settings.cine_per_s, settings.cine_rocks):
            settings.cine_per_s, settings.cine_rocks = cine.per_s, cine.rocks
            save_settings(settings)

    def _keep_columns(self, columns: Columns) -> None:
        settings = self.window.settings
        settings.columns, settings.hidden_columns = list(columns.order), list(columns.hidden)
        save_settings(settings)

    def _show_menu(self, groups: Groups, place: QPoint) -> None:
        menu_of(groups, self.window.actions_by_id, self.window).popup(place)


def pictures_of(window: Frame) -> list[PictureView]:
    """All pictures of a window, whichever of them are on show.

    Parameters
    ----------
    window : Frame
        Its features have made their pictures.

    Returns
    -------
    list[PictureView]
        In no order.
    """
    return window.findChildren(PictureView)  # type: ignore[type-abstract]


A, T = ActionSpec[AtHandFeature], ToggleSpec[AtHandFeature]
_SPECS = (
    T(
        "view.magnifier",
        Text("Magnifier"),
        ("Shift+Z",),
        "View",
        lambda own, on: own.set_magnifier(on),
    ),
    A(
        "view.menu",
        Text("Menu of the finding or the picture"),
        ("Menu", "Shift+F10"),
        "View",
        lambda own: own.show_menu_of_focus(),
    ),
    A(
        "finding.columns",
        Text("Columns of the table…"),
        (),
        "Findings",
        lambda own: own.show_columns(),
    ),
    A("cine.faster", Text("Faster cine"), ("+", "="), "Slice", lambda own: own.step_cine(1)),
    A("cine.slower", Text("Slower cine"), ("-",), "Slice", lambda own: own.step_cine(-1)),
    T("view.toolbar", Text("Toolbar"), (), "View", lambda own, on: own.set_toolbar_shown(on)),
)
