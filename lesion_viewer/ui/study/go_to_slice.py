"""The dialog that shows the slice of a typed number, as on screen or as in the file."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers

MAX_DIGITS = 9


class GoToSliceDialog(QDialog):
    """Asks for a number; one that no slice has is answered in one line, and the dialog stays.

    Parameters
    ----------
    series : Series
        The series on show.
    slice_index : int
        Index of the slice on show, from 0.
    is_present : Callable[[int], bool]
        Whether a slice's image is there.
    parent : QWidget
        The window.

    Attributes
    ----------
    number : QLineEdit
        What is typed.
    by_image, by_file : QRadioButton
        Whether it is the number on screen or the file's; hidden where files give none, or the same
        ones.
    range : QLabel
        The numbers on screen, where there is no choice.
    answer : QLabel
        Why the dialog stays.

    Signals
    -------
    slice_chosen : the reader accepted a number that a slice has; its index from 0
    """

    slice_chosen = Signal(int)

    def __init__(
        self,
        series: Series,
        slice_index: int,
        is_present: Callable[[int], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Go to slice")
        self.setMinimumWidth(460)
        self._count, self._current, self._is_present = series.shape[0], slice_index, is_present
        self._numbers = SliceNumbers.of(series.slices)
        self.number = QLineEdit(str(slice_index + 1), maxLength=MAX_DIGITS)
        self.number.selectAll()
        self.by_image = QRadioButton(f"&Im, as on screen: 1 to {self._count}")
        self.by_image.setChecked(True)
        word = self._numbers.word
        self.by_file = QRadioButton(f"The &file's {word} number: {self._numbers.span}")
        self.range = QLabel(f"Im, as on screen: 1 to {self._count}")
        for choice in (self.by_image, self.by_file):
            choice.setVisible(self._numbers.differ)
        self.range.setHidden(self._numbers.differ)
        self.by_file.toggled.connect(self._change_kind)
        self.answer = QLabel(wordWrap=True)
        self.answer.setProperty("role", "muted")
        self._lay_out()
        self.number.setFocus()

    def accept(self) -> None:
        """Go to the slice of the number; where there is none, say so and stay."""
        text = self.number.text().strip()
        if not (text.isascii() and text.isdigit()):
            problem = f"{text} is not a slice number." if text else "Type a slice number."
            self.answer.setText(problem)
            return
        found = self._slices_of(int(text))
        if not found:
            kind = f"{self._numbers.word} number" if self.by_file.isChecked() else "Im"
            span = self._numbers.span if self.by_file.isChecked() else f"1 to {self._count}"
            self.answer.setText(f"There is no {kind} {int(text)} in this series: it has {span}.")
            return
        following = next((i for i in found if i > self._current), found[0])
        if not self._is_present(following):
            self.answer.setText(f"The image of Im {following + 1} is missing.")
            return
        self.slice_chosen.emit(following)
        super().accept()

    def _slices_of(self, number: int) -> tuple[int, ...]:
        if self.by_file.isChecked():
            return self._numbers.find(number)
        return (number - 1,) if 1 <= number <= self._count else ()

    def _change_kind(self) -> None:
        """Show the present slice's number of the chosen kind."""
        own = self._numbers.numbers[self._current]
        shown = own if self.by_file.isChecked() else self._current + 1
        self.number.setText("" if shown is None else str(shown))
        self.number.selectAll()
        self.number.setFocus()
        self.answer.clear()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        go.setText("Go")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        asked = (self.number, self.by_image, self.by_file, self.range)
        for widget in (*asked, self.answer, buttons):
            column.addWidget(widget)
