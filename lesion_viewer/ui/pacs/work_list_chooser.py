"""The searches that were given a name, and what keeps and forgets one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QPushButton, QWidget

from lesion_viewer.exchange.pacs.work_lists import kept_work_lists
from lesion_viewer.ui.texts import tr


class WorkListChooser(QWidget):
    """The work lists by name, with buttons beside them.

    Parameters
    ----------
    parent : QWidget
        The dialog that it is part of.

    Signals
    -------
    chosen : the reader chose a work list; its name
    keep_wanted : the search as it stands is to be kept; under which name
    forget_wanted : the work list that is chosen is to be forgotten; its name
    """

    chosen = Signal(str)
    keep_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Work list"))
        self.keep_button = QPushButton(tr("Keep this search…"))
        self.forget_button = QPushButton(tr("Forget"))
        self.box.activated.connect(lambda _: self._choose())
        self.keep_button.clicked.connect(self._ask_name)
        self.forget_button.clicked.connect(lambda: self.forget_wanted.emit(self.name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.forget_button)
        self.fill("")

    @property
    def name(self) -> str:
        """The work list that is chosen; empty for none."""
        return str(self.box.currentData() or "")

    def fill(self, chosen: str) -> None:
        """Show the work lists that are kept by now.

        Parameters
        ----------
        chosen : str
            The one that is chosen; empty for none.
        """
        self.box.clear()
        self.box.addItem(tr("none"), "")
        for name in kept_work_lists():
            self.box.addItem(name, name)
        self.box.setCurrentIndex(max(self.box.findData(chosen), 0))
        self.forget_button.setEnabled(bool(self.name))

    def _choose(self) -> None:
        self.forget_button.setEnabled(bool(self.name))
        if self.name:
            self.chosen.emit(self.name)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(tr("Keep this search"))
        dialog.setLabelText(tr("Name of the work list"))
        dialog.setTextValue(self.name)
        dialog.textValueSelected.connect(self._take_name)
        dialog.open()

    def _take_name(self, name: str) -> None:
        if name.strip():
            self.keep_wanted.emit(name.strip())
