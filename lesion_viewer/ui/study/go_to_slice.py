"""The dialog that shows the slice of a typed number, as on screen or as in the file."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lesion_viewer.ct.study import Series
from lesion_viewer.ct.volume.slice_numbers import SliceNumbers
from lesion_viewer.ui.fitting_dialog import FittingDialog
from lesion_viewer.ui.texts import tr

MAX_DIGITS = 9
WIDTH_PX = 420


class GoToSliceDialog(FittingDialog):
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
        self.setWindowTitle(tr("Go to slice"))
        self._count, self._current, self._is_present = series.shape[0], slice_index, is_present
        self._numbers = SliceNumbers.of(series.slices)
        self.number = QLineEdit(str(slice_index + 1), maxLength=MAX_DIGITS)
        self.number.setAccessibleName(tr("Number of the slice"))
        self.number.selectAll()
        self.by_image = QRadioButton(tr("&Im, as on screen: 1 to {last}", last=self._count))
        self.by_image.setChecked(True)
        word = self._numbers.word
        self.by_file = QRadioButton(
            tr("The &file's {word} number: {span}", word=word, span=self._numbers.span)
        )
        self.range = QLabel(tr("Im, as on screen: 1 to {last}", last=self._count))
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
            is_empty, wrong = not text, tr("{text} is not a slice number.", text=text)
            self.answer.setText(tr("Type a slice number.") if is_empty else wrong)
            return
        found = self._slices_of(int(text))
        if not found:
            self.answer.setText(self._there_is_none(int(text)))
            return
        following = next((i for i in found if i > self._current), found[0])
        if not self._is_present(following):
            self.answer.setText(tr("The image of Im {n} is missing.", n=following + 1))
            return
        self.slice_chosen.emit(following)
        super().accept()

    def _there_is_none(self, number: int) -> str:
        if not self.by_file.isChecked():
            last = self._count
            return tr("There is no Im {n} in this series: it has 1 to {last}.", n=number, last=last)
        return tr(
            "There is no {word} number {n} in this series: it has {span}.",
            word=self._numbers.word,
            n=number,
            span=self._numbers.span,
        )

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
        go.setText(tr("Go"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addStrut(WIDTH_PX)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        asked = (self.number, self.by_image, self.by_file, self.range)
        for widget in (*asked, self.answer, buttons):
            column.addWidget(widget)
