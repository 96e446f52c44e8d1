"""The dialog in which the reader chooses the keys of actions; each change holds at once."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.shell.keys.binding import bind, caller_of, native, set_keys, spec_of
from lesion_viewer.ui.shell.keys.model import KeysModel
from lesion_viewer.ui.texts import tr

SIZE_PX = (760, 560)
CONTROLS = [
    QKeySequence(key)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
]
"""Keys that buttons, fields and the way between them need."""


class KeyEditor(FittingDialog):
    """All actions by menu with their keys; a key that is taken is refused by name.

    Parameters
    ----------
    actions : Mapping[str, QAction]
        All of the window, by id.
    menus : Mapping[str, str]
        Name of a menu to its title, in their order.
    chosen : dict[str, list[str]]
        The reader's keys by action's id, in Qt's portable notation; it is changed.
    parent : QWidget
        The window that the dialog belongs to.

    Signals
    -------
    keys_changed : the reader has changed keys; ``chosen`` holds them
    """

    keys_changed = Signal()

    def __init__(
        self,
        actions: Mapping[str, QAction],
        menus: Mapping[str, str],
        chosen: dict[str, list[str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Change keys"))
        self.resize(*SIZE_PX)
        self._chosen = chosen
        self._menus = {
            title.replace("&", ""): QKeySequence.mnemonic(tr(title)) for title in menus.values()
        }
        self._model = KeysModel(actions, menus, self)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterKeyColumn(-1)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit(placeholderText=tr("Search for an action or a key"))
        self.search.setAccessibleName(tr("Search for an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.table = self._make_table()
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.keySequenceChanged.connect(lambda _: self._show())
        self.only = self._button(tr("Use only this key"), self._use_only)
        self.also = self._button(tr("Use this key as well"), self._use_also)
        self.none = self._button(tr("Use no key"), lambda: self._take([]))
        self.reset = self._button(tr("Reset"), self._reset)
        self.reset_all = self._button(tr("Reset all"), self._reset_all)
        self.answer = QLabel(wordWrap=True)
        self._lay_out()
        self.table.selectRow(0)
        order = (self.search, self.table, self.key, self.only, self.also, self.none, self.reset)
        for before, behind in pairwise((*order, self.reset_all)):
            self.setTabOrder(before, behind)
        self.search.setFocus()

    @property
    def chosen_action(self) -> QAction | None:
        """The action whose keys are changed; None where none is found."""
        index = self.table.currentIndex()
        if not index.isValid():
            return None
        return self._model.actions[self._found.mapToSource(index).row()]

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self._found)
        table.setAccessibleName(tr("Actions and their keys"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._show())
        return table

    def _button(self, text: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        return button

    def _lay_out(self) -> None:
        recording = QHBoxLayout()
        label = QLabel(tr("&New key"))
        label.setBuddy(self.key)
        for field in (self.key, *self.key.findChildren(QLineEdit)):
            field.setAccessibleName(tr("New key"))
        recording.addWidget(label)
        recording.addWidget(self.key, 1)
        taking, undoing = QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (taking, (self.only, self.also, self.none)),
            (undoing, (self.reset, self.reset_all)),
        ):
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        close.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(recording)
        column.addWidget(self.answer)
        column.addLayout(taking)
        undoing.addWidget(close)
        column.addLayout(undoing)

    def _search(self, text: str) -> None:
        self._found.setFilterFixedString(text.strip())
        if self.chosen_action is None:
            self.table.selectRow(0)
        self._show()

    def _show(self) -> None:
        """Say what is wrong with the key that was pressed, and offer what can be done."""
        action, key = self.chosen_action, self.key.keySequence()
        problem = self._why_not(key, action) if action is not None and not key.isEmpty() else ""
        self.answer.setText(problem)
        is_usable = action is not None and not key.isEmpty() and not problem
        for button in (self.only, self.also):
            button.setEnabled(is_usable)
        self.none.setEnabled(action is not None and bool(action.shortcuts()))
        self.reset.setEnabled(action is not None and spec_of(action).id in self._chosen)
        self.reset_all.setEnabled(bool(self._chosen))

    def _why_not(self, key: QKeySequence, action: QAction) -> str:
        """Why a key cannot call an action, in one line; empty where it can."""
        if key in CONTROLS:
            return tr("{key} works buttons and fields; press another key.", key=native(key))
        if menu := next((name for name, its in self._menus.items() if its == key), ""):
            return tr("{key} opens the menu {menu}.", key=native(key), menu=menu)
        other = caller_of(key, action, self._model.actions)
        if other is None:
            return ""
        return tr(
            "{key} is taken by {action}.", key=native(key), action=self._model.described(other)
        )

    def _use_only(self) -> None:
        self._take([self.key.keySequence()])

    def _use_also(self) -> None:
        if self.chosen_action is not None:
            key = self.key.keySequence()
            self._take([*(k for k in self.chosen_action.shortcuts() if k != key), key])

    def _take(self, keys: Sequence[QKeySequence]) -> None:
        action = self.chosen_action
        if action is None:
            return
        spec = spec_of(action)
        self._chosen[spec.id] = [key.toString() for key in keys]
        if self._chosen[spec.id] == [QKeySequence(key).toString() for key in spec.keys]:
            del self._chosen[spec.id]
        set_keys(action, keys)
        self._tell()

    def _reset(self) -> None:
        """Give the action its own keys back, where no other action has one of them."""
        action = self.chosen_action
        if action is None:
            return
        own = [QKeySequence(key) for key in spec_of(action).keys]
        problem = next(filter(None, (self._why_not(key, action) for key in own)), "")
        if problem:
            self.answer.setText(problem)
        else:
            self._take(own)

    def _reset_all(self) -> None:
        self._chosen.clear()
        bind(self._model.actions, self._chosen)
        self._tell()

    def _tell(self) -> None:
        self.key.clear()
        self._model.refresh()
        self._show()
        self.keys_changed.emit()
